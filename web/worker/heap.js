// The engine's memory: the one file that touches it. It may grow in any call into the module, so every view of it is taken
// afresh from `module` after the call.

import { PneumoscopeError } from '../reader/errors.js';

/**
 * @typedef {object} Heap
 * @property {Uint8Array} HEAPU8
 * @property {Uint16Array} HEAPU16
 * @property {Uint32Array} HEAPU32
 * @property {Float32Array} HEAPF32
 * @property {(pointer: number) => string} UTF8ToString
 * @property {(nbytes: number) => number} _malloc 0 when there is no memory
 * @property {(pointer: number) => void} _free
 */

/** @typedef {{ u32: number, pointer: number, f32: number, text: string | null, chars: string, f32s: Float32Array }} Values */
/** @typedef {Readonly<Record<string, readonly [keyof Values, number, number?]>>} Layout of contract.js */

/** @type {{ [Type in keyof Values]: (heap: Heap, at: number, count: number) => Values[Type] }} */
const readers = {
  u32: ({ HEAPU32 }, at) => HEAPU32[at >>> 2],
  pointer: ({ HEAPU32 }, at) => HEAPU32[at >>> 2],
  f32: ({ HEAPF32 }, at) => HEAPF32[at >>> 2],
  text: ({ HEAPU32, UTF8ToString }, at) => (HEAPU32[at >>> 2] ? UTF8ToString(HEAPU32[at >>> 2]) : null),
  chars: ({ UTF8ToString }, at) => UTF8ToString(at),
  f32s: (heap, at, count) => floatsAt(heap, at, count),
};

/**
 * @template {Layout} Of
 * @param {Heap} heap
 * @param {Of} layout one of LAYOUTS
 * @param {number} pointer to the struct
 * @returns {{ [Field in keyof Of]: Values[Of[Field][0]] }} its fields by name
 */
export function readStruct(heap, layout, pointer) {
  const fields = Object.entries(layout).map(([name, [type, at, count = 1]]) => [
    name,
    readers[type](heap, pointer + at, count),
  ]);
  return Object.fromEntries(fields);
}

/** @param {Heap} heap @param {number} pointer @param {number} count @returns {Float32Array<ArrayBuffer>} a copy */
export const floatsAt = ({ HEAPF32 }, pointer, count) =>
  new Float32Array(HEAPF32.subarray(pointer >>> 2, (pointer >>> 2) + count));

/** @param {Heap} heap @param {number} pointer @param {number} count @returns {Uint16Array<ArrayBuffer>} a copy */
export const samplesAt = ({ HEAPU16 }, pointer, count) =>
  new Uint16Array(HEAPU16.subarray(pointer >>> 1, (pointer >>> 1) + count));

/** @param {Heap} heap @param {Uint8Array} bytes @returns {number} their address, until takeBack(); 0 without memory */
export function tryPut(heap, bytes) {
  const pointer = heap._malloc(Math.max(bytes.length, 1));
  if (pointer) heap.HEAPU8.set(bytes, pointer);
  return pointer;
}

/** @param {Heap} heap @param {Uint8Array} bytes @returns {number} their address, until takeBack() */
export function put(heap, bytes) {
  const pointer = tryPut(heap, bytes);
  if (pointer) return pointer;
  throw new PneumoscopeError('no-memory', `The engine has no memory for a file of ${bytes.length} bytes.`);
}

/** Wipes them too: a DICOM file names its patient. @param {Heap} heap @param {number} pointer @param {number} nbytes */
export function takeBack(heap, pointer, nbytes) {
  heap.HEAPU8.fill(0, pointer, pointer + nbytes);
  heap._free(pointer);
}

/**
 * Puts bytes there for the length of a call.
 * @param {Heap} heap
 * @param {Uint8Array} bytes
 * @param {(pointer: number) => number} call
 */
export function lend(heap, bytes, call) {
  const pointer = put(heap, bytes);
  const result = call(pointer);
  takeBack(heap, pointer, bytes.length);
  return result;
}

/** @param {Heap} heap @param {string} text @param {(pointer: number) => number} call */
export const lendText = (heap, text, call) => lend(heap, new TextEncoder().encode(text + '\0'), call);

/** Room for samples, which `fill` writes; null where there is no memory, or where it says that it could not.
 * @param {Heap} heap @param {number} count @param {(pointer: number) => boolean} fill */
export function samplesFrom(heap, count, fill) {
  const pointer = heap._malloc(2 * count);
  const samples = pointer && fill(pointer) ? samplesAt(heap, pointer, count) : null;
  heap._free(pointer);
  return samples;
}

/** @param {Heap} heap */
export const heapBytes = ({ HEAPU8 }) => HEAPU8.length;
