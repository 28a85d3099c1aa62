// The decoders of compressed DICOM films, as the engine calls them: src/wasm_codecs.c in its own module, whose heap this file
// alone touches.

/** @typedef {object} CodecsModule
 * @property {Uint8Array} HEAPU8
 * @property {Uint16Array} HEAPU16
 * @property {(pointer: number) => string} UTF8ToString
 * @property {(nbytes: number) => number} _malloc
 * @property {(pointer: number) => void} _free
 * @property {(kind: number, frame: number, nbytes: number, width: number, height: number, samples: number) => number} _codecs_decode
 * @property {() => number} _codecs_detail
 */

const NO_MEMORY = 7; // a pneumoscope_status

/**
 * What src/image/dicom/codecs/fetched.c calls; the samples are those of the last call.
 * @typedef {(kind: number, frame: Uint8Array, width: number, height: number) =>
 *   { status: number, detail: string, samples?: Uint16Array }} Decode
 */

/** @param {CodecsModule} module @returns {Decode & { heapBytes: () => number }} */
export function codecsOf(module) {
  /** @type {Decode} */
  const decode = (kind, frame, width, height) => {
    const nsamples = width * height;
    const [from, to] = [module._malloc(frame.length), module._malloc(2 * nsamples)];
    try {
      if (from === 0 || to === 0) return { status: NO_MEMORY, detail: 'There is not enough memory for the decoder.' };
      module.HEAPU8.set(frame, from);
      const status = module._codecs_decode(kind, from, frame.length, width, height, to);
      const detail = module.UTF8ToString(module._codecs_detail());
      return status
        ? { status, detail }
        : { status, detail, samples: module.HEAPU16.slice(to >>> 1, (to >>> 1) + nsamples) };
    } finally {
      module._free(from);
      module._free(to);
    }
  };
  return Object.assign(decode, { heapBytes: () => module.HEAPU8.length });
}
