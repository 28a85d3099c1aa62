// Everything the page says, in English. The other languages are files beside this one with the same keys.
// {names} are put in by the page; a message with plural forms is chosen by its {count}.

export default {
  'app.language': 'Language',
  'app.tagline': 'Reads a chest X-ray for signs of pneumonia. The film stays on this device.',
  'app.theme': 'Appearance',
  'theme.dark': 'Dark',
  'theme.light': 'Light',
  'theme.system': 'As the system',

  'limits.research': 'Research software, not a medical device.',
  'limits.children':
    'Its model learned from films of children of 1 to 5 years from one hospital. On other films its answers may be wrong.',

  'intake.title': 'Choose films',
  'intake.drop': 'Drop chest X-rays here',
  'intake.kinds': 'one, many, or a folder of JPEG, PNG or BMP; or paste one',
  'intake.choose': 'Choose films',
  'intake.folder': 'Choose a folder',
  'intake.samples': 'No film at hand? These are synthetic:',
  'intake.sample': 'Sample {number}',

  'viewer.title': 'Film',
  'viewer.reading': 'Reading {name}',
  'viewer.heat': 'Heatmap',
  'viewer.opacity': 'Strength',
  'viewer.label': 'The film {name}. Answer: {decision}.',
  'viewer.label.heat': 'The film {name} with the heatmap over it. Answer: {decision}.',

  'answer.title': 'Findings',
  'answer.film': '{name}, {width} × {height} pixels',
  'answer.reading': 'They appear here once the film has been read.',
  'answer.waiting': 'This film has not been read yet.',
  'answer.probability': 'probability of pneumonia',
  'answer.reaches': 'This reaches {threshold}, from which the answer is pneumonia.',
  'answer.below': 'This stays below {threshold}, from which the answer is pneumonia.',
  'answer.care': 'Take with care',

  'decision.normal': 'No signs of pneumonia found',
  'decision.pneumonia': 'Signs of pneumonia',
  'decision.uncertain': 'Uncertain',
  'decision.out-of-scope': 'Not a film this model can judge',

  'warning.colour': 'The picture has colour. Only its brightness was read.',
  'warning.transparency': 'Parts of the picture are transparent. They were read as black.',
  'warning.low-resolution': 'The picture is smaller than what the model looks at. Fine detail is missing.',
  'warning.aspect': 'The picture is more than twice as long as it is wide, and was squeezed into a square.',
  'warning.no-contrast': 'The picture has next to no contrast.',

  'list.cancel': 'Cancel',
  'list.resume': 'Read on',

  'engine.engine': 'Engine',
  'engine.loading': 'Fetching the engine and the model: {loaded}',
  'engine.model': 'Model',
  'engine.starting': 'The engine is starting',
  'engine.threads': { one: '{count} thread', other: '{count} threads' },
  'engine.time': 'Time',
  'engine.times': '{all} (decode {decode}, prepare {prepare}, network {network})',

  'status.ready': 'Ready for a film.',
  'status.answer': '{name}: {decision}, probability {probability}.',
  'status.list': { one: 'Reading {count} film.', other: 'Reading {count} films.' },
  'status.paused': { one: '{count} film, reading stopped.', other: '{count} films, reading stopped.' },

  'trouble.bad-asset': 'Part of Pneumoscope could not be loaded',
  'trouble.bad-image': 'This is not a picture that can be read',
  'trouble.bad-model': 'The model file is damaged',
  'trouble.engine-failed': 'The engine broke off',
  'trouble.image-too-large': 'This picture is too large',
  'trouble.no-memory': 'There is not enough memory for this film',
  'trouble.no-wasm-simd': 'This browser is too old',
  'trouble.not-readable': 'The file could not be opened',
  'trouble.other': 'The film could not be read',
  'trouble.unsupported-image': 'This kind of picture is not supported',
  'trouble.unsupported-model': 'The model file is of another kind',
  'trouble.worker-died': 'The engine ended unexpectedly',
  'trouble.code': 'Code:',
  'trouble.retry': 'Try again',

  'number.over': 'over {number}',
  'number.under': 'under {number}',
};
