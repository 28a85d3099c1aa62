// Fetches the package's own files and says plainly when one is missing or is something else.

import { PneumoscopeError, messageOf } from '../reader/errors.js';
import { isNode } from '../reader/platform.js';

const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];
const ROOM_AT_FIRST = 1 << 20; // bytes, for a file that does not say its length

/** The reason of an error about a file of the package itself: the caller's side knows what to do (web/reader/explain.js). */
export const MOVED = 'moved';

const UNEMBEDDED =
  'came without the header Cross-Origin-Embedder-Policy: require-corp, which this page has: send it with every file of the package.';

/** @typedef {(loaded: number, total: number | null) => void} OnBytes bytes of a file: how many have come, and of how many */

/** @param {URL} url @param {OnBytes} [onBytes]
 * @returns {Promise<Uint8Array<ArrayBuffer>>} a wasm module's bytes. Rejects with 'bad-asset'. */
export async function fetchWasm(url, onBytes) {
  const { bytes, origin } = await fetchBytes(url, onBytes).catch((error) => {
    throw moved(error);
  });
  if (WASM_MAGIC.every((byte, i) => bytes[i] === byte)) return bytes;
  throw badAsset(url, `is not a WebAssembly module: ${origin}${describe(bytes)} came instead.`, MOVED);
}

/**
 * A safetensors file opens with eight bytes of length: a file that opens as a text is a page, or a pointer to a file.
 * @param {URL} url
 * @param {OnBytes} [onBytes]
 * @returns {Promise<Uint8Array<ArrayBuffer>>} a model file's bytes. Rejects with 'bad-asset'.
 */
export async function fetchModel(url, onBytes) {
  const { bytes, origin } = await fetchBytes(url, onBytes);
  if (bytes.length < 8) throw badAsset(url, `is not a model file: ${bytes.length} bytes came.`);
  if (!startsAsText(bytes)) return bytes;
  throw badAsset(url, `is not a model file: ${origin}${describe(bytes)} came instead.`);
}

/** A script that came as something else; null where it is none, or where it came as what it is.
 * @param {URL} url @returns {Promise<Blob | null>} */
export async function fetchScript(url) {
  const { bytes, type } = await fetchBytes(url).catch(() => ({ bytes: new Uint8Array(0), type: '' }));
  if (bytes.length === 0 || bytes[0] === 0x3c || !type || type.includes('javascript')) return null;
  return new Blob([bytes], { type: 'text/javascript' });
}

/** Why a script could not be used, found by fetching it again.
 * @param {URL} url @param {string} complaint of the one who could not use it
 * @returns {Promise<PneumoscopeError>} */
export async function explainScript(url, complaint) {
  try {
    const { bytes, type, embeds } = await fetchBytes(url);
    if (bytes[0] === 0x3c || (type && !type.includes('javascript')))
      return badAsset(url, `is not a script: ${type}${type && ', '}${describe(bytes)} came instead.`, MOVED);
    if (!embeds) return badAsset(url, UNEMBEDDED);
    return badAsset(url, `could not be run: ${complaint || 'no reason was given'}.`);
  } catch (error) {
    return moved(error);
  }
}

/** `embeds`: whether a page that is cross-origin isolated may run it. @param {URL} url @param {OnBytes} [onBytes] */
async function fetchBytes(url, onBytes = () => {}) {
  return url.protocol === 'file:' && isNode ? readLocal(url, onBytes) : fetchRemote(url, onBytes);
}

/** @param {URL} url @param {OnBytes} onBytes */
async function readLocal(url, onBytes) {
  try {
    const bytes = await globalThis.process.getBuiltinModule('node:fs/promises').readFile(url);
    onBytes(bytes.length, bytes.length);
    return { bytes: new Uint8Array(bytes), type: '', origin: '', embeds: true };
  } catch (error) {
    throw badAsset(url, `could not be read: ${messageOf(error)}.`);
  }
}

/** @param {URL} url @param {OnBytes} onBytes */
async function fetchRemote(url, onBytes) {
  const response = await fetch(url).catch((error) => {
    throw badAsset(url, `could not be fetched: ${messageOf(error)}.`);
  });
  const type = response.headers.get('content-type') ?? 'no content type';
  const origin = `${type}, ${response.status}, `;
  if (!response.ok) throw badAsset(url, `could not be fetched: ${type}, ${response.status} came instead.`);
  const bytes = await receive(response, onBytes).catch((error) => {
    throw badAsset(url, `broke off: ${messageOf(error)}.`);
  });
  const embeds = !globalThis.crossOriginIsolated || response.headers.has('cross-origin-embedder-policy');
  return { bytes, type, origin, embeds };
}

/** @param {Response} response @param {OnBytes} onBytes @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function receive({ headers, body }, onBytes) {
  const packed = headers.has('content-encoding'); // then the length is that of what is packed
  const total = packed ? null : Number(headers.get('content-length')) || null;
  let bytes = new Uint8Array(total ?? ROOM_AT_FIRST);
  let loaded = 0;
  onBytes(loaded, total);
  for (let reader = body?.getReader(), next; reader && !(next = await reader.read()).done;) {
    bytes = withRoom(bytes, loaded + next.value.length);
    bytes.set(next.value, loaded);
    loaded += next.value.length;
    onBytes(loaded, total);
  }
  return loaded === bytes.length ? bytes : bytes.slice(0, loaded);
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {number} length that is needed @returns {Uint8Array<ArrayBuffer>} */
function withRoom(bytes, length) {
  if (length <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(length, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}

/** @param {Uint8Array} bytes @returns {boolean} */
function startsAsText(bytes) {
  return bytes.subarray(0, 8).every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
}

/** @param {Uint8Array} bytes @returns {string} how the bytes begin, fit to print */
function describe(bytes) {
  if (bytes.length === 0) return 'an empty file';
  const start = Array.from(bytes.subarray(0, 16), (byte) =>
    byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.',
  );
  return `${bytes.length} bytes that start with "${start.join('')}"`;
}

/** @param {URL} url @param {string} rest of the sentence @param {typeof MOVED} [reason] */
const badAsset = (url, rest, reason) => new PneumoscopeError('bad-asset', `${url.href} ${rest}`, reason);

/** @param {unknown} error about a file of the package */
export const moved = (error) => new PneumoscopeError('bad-asset', messageOf(error), MOVED);
