// What createReader may be given: checked on the caller's side, so that a mistake is told where it is made.

import { LIMITS as ENGINE } from '../contract/contract.js';
import { badArgument, messageOf, PneumoscopeError, shown } from './errors.js';
import { baseAddress } from './platform.js';

/** @typedef {import('./types.d.ts').ReaderOptions} ReaderOptions */

export const VARIANTS = /** @type {const} */ (['simd', 'simd-threads', 'relaxed', 'relaxed-threads']);

export const PATIENTS = /** @type {const} */ (['child', 'adult']);

export const PRECISIONS = /** @type {const} */ (['f32', 'int8']);

export const MOST_THREADS = ENGINE.maxThreads;

/** Beyond four threads a film's small layers give the others too little to do. */
export const MOST_THREADS_UNASKED = 4;
/** A film's file may have so many MiB and its picture so many million pixels. */
export const LIMITS = { fileMib: ENGINE.defaultMaxFileMib, megapixels: ENGINE.defaultMaxMegapixels };

/**
 * What the worker is told.
 * @typedef {object} Settings
 * @property {string | Uint8Array<ArrayBuffer> | undefined} model address or bytes; the package's own when undefined
 * @property {(string | Uint8Array<ArrayBuffer>)[]} also models that judge each film too
 * @property {string | undefined} assets address of the folder of engine/ and model/; the worker's own when undefined
 * @property {import('./types.d.ts').Variant | undefined} variant
 * @property {'f32' | 'int8' | undefined} precision that the model must have; the usual one of the package's own, any of another, when undefined
 * @property {number | undefined} threads
 * @property {WebAssembly.Module} [compiled] the engine, where another worker has compiled it
 * @property {boolean} [share] whether this worker is to give the engine that it compiles
 * @property {number} viewSide
 * @property {string | undefined} operatingPoint name; the model's first when undefined
 * @property {import('./types.d.ts').Patient | undefined} patient whom films are of that do not say it
 * @property {typeof LIMITS} limits
 */

/** @param {ReaderOptions} options @returns {Promise<Settings>} Rejects with 'bad-argument'. */
export async function settle({
  model,
  also = [],
  threads,
  variant,
  precision,
  viewSide = 1024,
  operatingPoint,
  patient,
  assets,
}) {
  if (threads !== undefined) wholeNumber('threads', threads, 1, MOST_THREADS);
  wholeNumber('viewSide', viewSide, 0, ENGINE.maxViewSide);
  oneOf('variant', variant, VARIANTS);
  oneOf('precision', precision, PRECISIONS);
  oneOf('patient', patient, PATIENTS);
  if (operatingPoint !== undefined && typeof operatingPoint !== 'string')
    throw badArgument(`operatingPoint must be a name, not ${typeName(operatingPoint)}.`);
  if (threads !== undefined && threads > 1 && variant !== undefined && !variant.endsWith('-threads'))
    throw badArgument(`The variant ${variant} has one thread; ${threads} were asked for.`);
  const folder = assets === undefined ? undefined : address(assets).replace(/\/?$/, '/');
  const own = await settleModel(model);
  const others = await Promise.all(also.map((one) => settleModel(one)));
  const judges = others.filter((one) => one !== undefined);
  return {
    model: own,
    also: judges,
    assets: folder,
    variant,
    precision,
    threads,
    viewSide,
    operatingPoint,
    patient,
    limits: LIMITS,
  };
}

/** @param {ReaderOptions['model']} model @returns {Promise<string | Uint8Array<ArrayBuffer> | undefined>} */
async function settleModel(model) {
  if (model === undefined) return undefined;
  return typeof model === 'string' || isAddress(model) ? address(model) : copyBytes(model, 'The model');
}

/** @param {unknown} value @returns {value is URL} */
const isAddress = (value) => tagOf(value) === 'URL';

/** @param {string | URL} value @returns {string} */
function address(value) {
  try {
    return new URL(value, baseAddress()).href;
  } catch {
    throw badArgument(`"${shown(value)}" is not an address.`);
  }
}

/**
 * The caller's bytes are copied so that the copy can be given away to the worker. They may be of another realm: of a frame, or
 * of a page that is only simulated.
 * @param {unknown} source @param {string} what it is, to begin a sentence with
 * @returns {Promise<Uint8Array<ArrayBuffer>>} Rejects with 'bad-argument' or 'not-readable'.
 */
export async function copyBytes(source, what) {
  const bytes = fileOf(source, what);
  return bytes instanceof Uint8Array ? new Uint8Array(bytes) : readBlob(bytes, what);
}

/** @param {unknown} source @param {string} what it is, to begin a sentence with
 * @returns {Blob | Uint8Array<ArrayBuffer>} itself, or a view of its bytes. Throws 'bad-argument'. */
export function fileOf(source, what) {
  if (isBlob(source)) return source;
  if (tagOf(source) === 'ArrayBuffer') return new Uint8Array(/** @type {ArrayBuffer} */ (source));
  if (ArrayBuffer.isView(source))
    return new Uint8Array(/** @type {ArrayBuffer} */ (source.buffer), source.byteOffset, source.byteLength);
  throw badArgument(`${what} must be a File, a Blob, an ArrayBuffer or a view of one, not ${typeName(source)}.`);
}

/** What the language itself calls a value, whichever realm it is of. @param {unknown} value @returns {string} */
export const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** @param {unknown} value @returns {value is Blob} */
export const isBlob = (value) => value instanceof Blob || ['Blob', 'File'].includes(tagOf(value));

/** For documents that are only simulated. @param {Blob} blob @returns {Promise<any>} its bytes */
const byReader = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });

/** A File can be gone, or changed, since it was chosen. @param {Blob} blob @param {string} what */
async function readBlob(blob, what) {
  try {
    return new Uint8Array(await (blob.arrayBuffer?.() ?? byReader(blob)));
  } catch (error) {
    const { name, code, reason } = /** @type {any} */ (error);
    if (name === 'PneumoscopeError') throw new PneumoscopeError(code, messageOf(error), reason); // of a film in an archive
    throw new PneumoscopeError('not-readable', `${what} could not be opened: ${messageOf(error)}`);
  }
}

/** @param {string} name @param {unknown} value @param {number} least @param {number} most */
export function wholeNumber(name, value, least, most) {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw badArgument(`${name} must be a whole number from ${least} to ${most}, not ${shown(value)}.`);
}

/** @param {string} name @param {unknown} value @param {readonly string[]} allowed */
export function oneOf(name, value, allowed) {
  if (value === undefined || allowed.some((one) => one === value)) return;
  throw badArgument(`${name} must be ${allowed.join(', ')}, not ${shown(value)}.`);
}

/** @param {unknown} value @returns {string} */
function typeName(value) {
  if (value === null || typeof value !== 'object') return shown(value);
  return value.constructor?.name ?? 'an object';
}

/** @param {number} size of a film's file, in bytes */
export function tooLarge(size) {
  const mib = Math.ceil(size / 2 ** 20);
  return new PneumoscopeError(
    'image-too-large',
    `The film's file has ${mib} MiB; at most ${LIMITS.fileMib} MiB are read.`,
    'too-large',
  );
}
