// What read() takes besides files, bytes and 16-bit samples: paths, responses, streams, pixels and what can be drawn. This script
// comes with the first film of these kinds.

import { badArgument, messageOf, PneumoscopeError, shown } from './errors.js';
import { LIMITS, tagOf, tooLarge, wholeNumber } from './options.js';
import { isNode } from './platform.js';

/** Pixels that the worker makes a picture of: red, green, blue and perhaps opacity.
 * @typedef {{ data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number }} Pixels */
/** @typedef {import('./types.d.ts').GreySamples} Samples */

/** @param {any} film @returns {Promise<Uint8Array<ArrayBuffer> | Samples | Pixels | undefined>} a copy; undefined where
 *   the film is none of these kinds. Rejects with 'bad-argument', 'not-readable' or 'image-too-large'. */
export async function takeIn(film) {
  if (typeof film === 'string' || tagOf(film) === 'URL') return readPath(String(film));
  if (typeof film?.then === 'function') throw badArgument('The film is a promise. Write await before it.');
  if (tagOf(film) === 'Response' || film?.body?.getReader) return readBody(film);
  if (film?.getReader || film?.[Symbol.asyncIterator]) return readStream(film);
  if (film?.data && film.width !== undefined) return copySamples(film);
  if (film?.getContext || 'width' in Object(film)) return drawn(film);
  return undefined;
}

/** @param {string} path or a file's address */
async function readPath(path) {
  if (!isNode || /^(https?|data|blob):/.test(path))
    throw badArgument(
      `The film must be a File, a Blob, bytes, a Response, a stream, samples or an image, not the text ${shown(path)}. To read the film at an address, give what fetch answers: read(await fetch(address)).`,
    );
  const { readFile, stat } = globalThis.process.getBuiltinModule('node:fs/promises');
  const { fileURLToPath } = globalThis.process.getBuiltinModule('node:url');
  try {
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    const { size } = await stat(file);
    if (size > LIMITS.fileMib * 2 ** 20) throw tooLarge(size);
    return new Uint8Array(await readFile(file));
  } catch (error) {
    if (error instanceof PneumoscopeError) throw error;
    throw notReadable(whyClosed(path, /** @type {NodeJS.ErrnoException} */ (error)));
  }
}

/** @param {string} path @param {NodeJS.ErrnoException} error @returns {string} */
function whyClosed(path, error) {
  if (error.code === 'ENOENT') return `There is no file ${shown(path)}.`;
  if (error.code === 'EISDIR') return `${shown(path)} is a folder, not the file of a film.`;
  if (error.code === 'ENAMETOOLONG')
    return `${shown(path)} is too long for the path of a file. If it is a film in base64, give Buffer.from(text, 'base64').`;
  return `The file ${shown(path)} cannot be opened: ${error.code ?? messageOf(error)}.`;
}

/** @param {Response | Request} message */
async function readBody(message) {
  const { url, body, bodyUsed } = message;
  if ('ok' in message && !message.ok)
    throw notReadable(`The film was not sent: ${shown(url || 'the server')} answered ${message.status}.`);
  if (bodyUsed || !body)
    throw badArgument('The film is a Response or a Request without a body, or its body was read before.');
  return readStream(body);
}

/** @param {ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>} stream */
async function readStream(stream) {
  const most = LIMITS.fileMib * 2 ** 20;
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  try {
    for await (const chunk of chunksOf(stream)) {
      if (!ArrayBuffer.isView(chunk)) throw badArgument('The film is a stream of something else than bytes.');
      size += chunk.byteLength;
      if (size > most) throw tooLarge(size);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof PneumoscopeError) throw error;
    throw notReadable(`The film's stream broke off: ${messageOf(error)}.`);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Not all browsers iterate over streams. @param {any} stream @returns {AsyncGenerator<Uint8Array>} */
async function* chunksOf(stream) {
  if (stream[Symbol.asyncIterator]) return yield* stream;
  for (let reader = stream.getReader(), next; !(next = await reader.read()).done;) yield next.value;
}

/** @param {any} film of 8 bits: grey, RGB or RGBA; an ImageData is one @returns {Samples | Pixels} */
function copySamples({ data, width, height, bits = 8 }) {
  wholeNumber("The film's width", width, 1, 65535);
  wholeNumber("The film's height", height, 1, 65535);
  if (!['Uint8Array', 'Uint8ClampedArray'].includes(tagOf(data)))
    throw badArgument(
      `The film's data must be a Uint16Array, a Uint8Array or a Uint8ClampedArray, not ${tagOf(data)}.`,
    );
  const nchannels = data.length / (width * height);
  if (nchannels === 1) {
    wholeNumber("The film's bits", bits, 1, 8);
    return { data: Uint16Array.from(data), width, height, bits };
  }
  if (nchannels === 3 || nchannels === 4) return { data: new Uint8ClampedArray(data), width, height };
  throw badArgument(
    `The film's data have ${data.length} samples; ${width} x ${height} would be ${width * height} of grey, or three or four times as many of RGB or RGBA.`,
  );
}

/** What a canvas holds, or what can be drawn on one: an image, a bitmap, a video's frame. @param {any} source @returns {Pixels} */
function drawn(source) {
  const width = source.naturalWidth ?? source.videoWidth ?? source.displayWidth ?? source.width;
  const height = source.naturalHeight ?? source.videoHeight ?? source.displayHeight ?? source.height;
  if (!(width > 0 && height > 0))
    throw badArgument('The film is a picture without pixels: it may not have loaded yet.');
  try {
    return contextOf(source, width, height).getImageData(0, 0, width, height);
  } catch (error) {
    if (/** @type {Error} */ (error).name !== 'SecurityError')
      throw notReadable(`The film cannot be drawn: ${messageOf(error)}.`);
    throw notReadable(
      'The film is a picture of another site, which the browser shows and does not give. Load it with crossorigin="anonymous", or read its file.',
    );
  }
}

/** @param {any} source @param {number} width @param {number} height */
function contextOf(source, width, height) {
  const own = source.getContext?.('2d');
  if (own) return own;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context?.drawImage(source, 0, 0);
  return /** @type {OffscreenCanvasRenderingContext2D} */ (context);
}

/** @param {string} message */
const notReadable = (message) => new PneumoscopeError('not-readable', message);
