// web/contract/generate.js makes this of pneumoscope.h. Do not edit it.

/** The engine has the same number, if it is of the same contract. */
export const MARK = /** @type {const} */ (3513978955);

/** In the order of their numbers. */
export const STATUSES = /** @type {const} */ ([
  'ok',
  'bad-argument',
  'bad-image',
  'unsupported-image',
  'image-too-large',
  'bad-model',
  'unsupported-model',
  'no-memory',
  'needs-codecs',
]);

/** In the order of their numbers. */
export const DECISIONS = /** @type {const} */ (['normal', 'pneumonia', 'uncertain', 'out-of-scope']);

/** Groups of patients, in the order of their numbers from 1 on. */
export const KNOWN_PATIENTS = /** @type {const} */ (['child', 'adult']);

/** In the order of their bits. */
export const SCOPE_REASONS = /** @type {const} */ ([
  'blank',
  'modality',
  'for-processing',
  'unlike-training',
  'view',
  'body-part',
  'age',
  'too-small',
  'compressed',
  'surround',
]);

/** In the order of their bits. */
export const WARNINGS = /** @type {const} */ ([
  'colour',
  'transparency',
  'low-resolution',
  'aspect',
  'no-contrast',
  'lateral',
  'body-part',
  'burned-in',
  'multi-frame',
  'secondary-capture',
  'age',
  'truncated',
  'window',
  'compressed',
]);

/** What can be wrong with a film's file: a PneumoscopeError's `reason`. */
export const REFUSALS = /** @type {const} */ ([
  'empty',
  'truncated',
  'incomplete',
  'corrupt',
  'no-pixel-data',
  'not-an-image',
  'colour',
  'bits',
  'unsupported-syntax',
  'too-large',
  'gif',
  'tiff',
  'jpeg-xr',
  'jpeg-xl',
  'jpeg-2000',
  'webp',
  'avif',
  'heic',
  'netpbm',
  'nifti',
  'zip',
  'gzip',
  '7z',
  'rar',
  'xz',
  'bzip2',
  'zstd',
  'tar',
  'video',
  'pdf',
  'html',
]);

/** What the engine takes at most. */
export const LIMITS = /** @type {const} */ ({
  maxThreads: 64,
  leastSide: 96,
  maxSide: 65535,
  maxViewSide: 4096,
  maxWindows: 8,
  pointNameNbytes: 24,
  defaultMaxMegapixels: 100,
  defaultMaxFileMib: 256,
});

/** Structs in the memory of the engine: the type of each field, its offset in bytes, and how many there are. */
export const LAYOUTS = /** @type {const} */ ({
  findings: {
    decision: ['u32', 0],
    probability: ['f32', 4],
    logit: ['f32', 8],
    threshold: ['f32', 12],
    uncertainLow: ['f32', 16],
    uncertainHigh: ['f32', 20],
    patient: ['u32', 24],
    scopeScore: ['f32', 28],
    scopeReasons: ['u32', 32],
    overruled: ['u32', 36],
    warnings: ['u32', 40],
    width: ['u32', 44],
    height: ['u32', 48],
    bits: ['u32', 52],
    levelBlack: ['f32', 56],
    levelWhite: ['f32', 60],
    decodeMs: ['f32', 64],
    prepareMs: ['f32', 68],
    inferMs: ['f32', 72],
    nthreads: ['u32', 76],
    inputSide: ['u32', 80],
    heatmapSide: ['u32', 84],
    input: ['pointer', 88],
    heatmap: ['pointer', 92],
    view: ['pointer', 96],
    viewWidth: ['u32', 100],
    viewHeight: ['u32', 104],
  },
  filmFacts: {
    kind: ['text', 0],
    width: ['u32', 4],
    height: ['u32', 8],
    bits: ['u32', 12],
    orientation: ['u32', 16],
    transferSyntax: ['text', 20],
    modality: ['text', 24],
    bodyPart: ['text', 28],
    view: ['text', 32],
    laterality: ['text', 36],
    sex: ['text', 40],
    rightEdge: ['chars', 44, 4],
    bottomEdge: ['chars', 48, 4],
    ageYears: ['f32', 52],
    spacingMm: ['f32', 56],
    valueBlack: ['f32', 60],
    valueWhite: ['f32', 64],
    nframes: ['u32', 68],
    inverted: ['u32', 72],
    lossy: ['u32', 76],
    nwindows: ['u32', 80],
    windowCentres: ['f32s', 84, 8],
    windowWidths: ['f32s', 116, 8],
  },
  filmOrigin: { study: ['chars', 0, 20], patient: ['chars', 20, 20], date: ['u32', 40] },
  operatingPoint: {
    name: ['chars', 0, 24],
    threshold: ['f32', 24],
    uncertainLow: ['f32', 28],
    uncertainHigh: ['f32', 32],
    sensitivity: ['f32', 36],
    specificity: ['f32', 40],
  },
});
