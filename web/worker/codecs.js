// The decoders of compressed DICOM films, as the engine calls them: src/wasm_codecs.c in its own module, with memory of its own.

import { heapBytes, samplesFrom, takeBack, tryPut } from './heap.js';
import { STATUSES } from '../contract/contract.js';

/**
 * @typedef {import('./heap.js').Heap & {
 *   _codecs_decode: (kind: number, frame: number, nbytes: number, width: number, height: number, nchannels: number,
 *     samples: number) => number,
 *   _codecs_detail: () => number }} CodecsModule
 */

const NO_MEMORY = { status: STATUSES.indexOf('no-memory'), detail: 'There is not enough memory for the decoder.' };

/**
 * What src/image/dicom/codecs/fetched.c calls; the samples are those of the last call.
 * @typedef {(kind: number, frame: Uint8Array, width: number, height: number, nchannels: number) =>
 *   { status: number, detail: string, samples?: Uint16Array }} Decode
 */

/** @param {CodecsModule} module @returns {Decode & { heapBytes: () => number }} */
export function codecsOf(module) {
  /** @type {Decode} */
  const decode = (kind, frame, width, height, nchannels) => {
    let answer = /** @type {ReturnType<Decode>} */ (NO_MEMORY);
    const from = tryPut(module, frame);
    if (from === 0) return NO_MEMORY;
    try {
      const samples = samplesFrom(module, width * height * nchannels, (to) => {
        const status = module._codecs_decode(kind, from, frame.length, width, height, nchannels, to);
        answer = { status, detail: module.UTF8ToString(module._codecs_detail()) };
        return status === 0;
      });
      return samples ? { ...answer, samples } : answer;
    } finally {
      takeBack(module, from, frame.length);
    }
  };
  return Object.assign(decode, { heapBytes: () => heapBytes(module) });
}
