// What the page says: the engine's names put into sentences.

import { percent } from '../percent.js';

/** @typedef {import('../types.d.ts').Findings} Findings */

/** @type {Record<import('../types.d.ts').Decision, string>} */
export const DECISIONS = {
  normal: 'No signs of pneumonia found',
  pneumonia: 'Signs of pneumonia',
  uncertain: 'Uncertain',
  'out-of-scope': 'Not a film this model can judge',
};

/** @type {Record<import('../types.d.ts').Warning, string>} */
export const WARNINGS = {
  colour: 'The picture has colour. Only its brightness was read.',
  transparency: 'Parts of the picture are transparent. They were read as black.',
  'low-resolution': 'The picture is smaller than what the model looks at. Fine detail is missing.',
  aspect: 'The picture is more than twice as long as it is wide, and was squeezed into a square.',
  'no-contrast': 'The picture has next to no contrast.',
};

/** @type {Record<string, string>} */
const TROUBLES = {
  'bad-image': 'This is not a picture that can be read',
  'unsupported-image': 'This kind of picture is not supported',
  'image-too-large': 'This picture is too large',
  'not-readable': 'The file could not be opened',
  'no-memory': 'There is not enough memory for this film',
  'no-wasm-simd': 'This browser is too old',
  'bad-asset': 'Part of Pneumoscope could not be loaded',
  'bad-model': 'The model file is damaged',
  'unsupported-model': 'The model file is of another kind',
  'engine-failed': 'The engine broke off',
  'worker-died': 'The engine ended unexpectedly',
};

/** @param {string} code @returns {string} a heading */
export const troubleTitle = (code) => TROUBLES[code] ?? 'The film could not be read';

/** @param {Findings} findings @returns {string} */
export function thresholdLine({ probability, threshold }) {
  const side = probability >= threshold ? 'reaches' : 'stays below';
  return `This ${side} ${percent(threshold)}, from which the answer is pneumonia.`;
}

/** @param {import('../types.d.ts').Engine} engine @returns {string} */
export function engineLine({ variant, threads, precision, version }) {
  return `${version}, ${variant}, ${threads === 1 ? '1 thread' : `${threads} threads`}, ${precision}`;
}

/** @param {import('../types.d.ts').Timing} timing @returns {string} */
export function timeLine({ decode, prepare, infer, total }) {
  const [all, ...parts] = [total, decode, prepare, infer].map((ms) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0)));
  return `${all} ms (decode ${parts[0]}, prepare ${parts[1]}, network ${parts[2]})`;
}

/** @param {import('../types.d.ts').Model} model @returns {string} */
export function modelLine({ name, version, sha256 }) {
  return `${name} ${version}${sha256 ? `, sha256 ${sha256.slice(0, 12)}…` : ''}`;
}

/** @param {import('./store.js').State} state @returns {string} for those who do not see the page */
export function statusLine({ phase, filmName, findings, trouble }) {
  if (phase === 'reading') return `Reading ${filmName}.`;
  if (trouble) return `${troubleTitle(trouble.code)}. ${trouble.message}`;
  if (findings) return `${filmName}: ${DECISIONS[findings.decision]}, probability ${percent(findings.probability)}.`;
  return phase === 'ready' ? 'Ready for a film.' : '';
}
