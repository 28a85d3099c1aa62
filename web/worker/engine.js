// The engine as an object: the one file that touches the wasm heap.
// The heap may grow in any call into the module, so every view of it is taken afresh from `module` after the call.

import { PneumoscopeError } from '../reader/errors.js';

/** @typedef {import('../reader/types.d.ts').ErrorCode} ErrorCode */

/**
 * What Emscripten's factory gives: the exports of src/wasm.c and the heap.
 * @typedef {object} EngineModule
 * @property {Uint8Array} HEAPU8
 * @property {Uint16Array} HEAPU16
 * @property {Uint32Array} HEAPU32
 * @property {Float32Array} HEAPF32
 * @property {(pointer: number) => string} UTF8ToString
 * @property {(nbytes: number) => number} _malloc 0 when there is no memory
 * @property {(pointer: number) => void} _free
 * @property {(model: number, nbytes: number, threads: number, megapixels: number, mib: number, view: number,
 *   operatingPoint: number) => number} _wasm_create address of a reader
 * @property {(reader: number, file: number, nbytes: number) => number} _wasm_film_open address of a film, or 0
 * @property {(film: number) => void} _wasm_film_close
 * @property {(film: number) => number} _wasm_film_describe address of a pneumoscope_film_facts
 * @property {(film: number, picture: number) => void} _wasm_film_picture
 * @property {(reader: number, film: number, view: number) => number} _wasm_judge address of a pneumoscope_findings, or 0
 * @property {(reader: number, grey: number, width: number, height: number, bits: number, view: number) => number}
 *   _wasm_read_grey likewise
 * @property {(reader: number, index: number) => number} _wasm_operating_point address of a pneumoscope_operating_point, or 0
 * @property {(reader: number, key: number) => number} _wasm_metadata
 * @property {(reader: number) => number} _wasm_detail
 * @property {(reader: number) => number} _wasm_reason
 * @property {ReturnType<typeof import('./codecs.js').codecsOf>} [codecs] what decodes compressed DICOM films, once it was fetched
 * @property {() => number} _wasm_code
 * @property {() => number} _wasm_failed
 */

/** The fields of pneumoscope_findings in pneumoscope.h, in order; each takes four bytes. */
const FIELDS = /** @type {const} */ ([
  ['decision', 'u32'],
  ['probability', 'f32'],
  ['logit', 'f32'],
  ['threshold', 'f32'],
  ['uncertainLow', 'f32'],
  ['uncertainHigh', 'f32'],
  ['scopeScore', 'f32'],
  ['scopeReasons', 'u32'],
  ['warnings', 'u32'],
  ['width', 'u32'],
  ['height', 'u32'],
  ['bits', 'u32'],
  ['levelBlack', 'f32'],
  ['levelWhite', 'f32'],
  ['decodeMs', 'f32'],
  ['prepareMs', 'f32'],
  ['inferMs', 'f32'],
  ['threads', 'u32'],
  ['inputSide', 'u32'],
  ['heatmapSide', 'u32'],
  ['input', 'u32'],
  ['heatmap', 'u32'],
  ['view', 'u32'],
  ['viewWidth', 'u32'],
  ['viewHeight', 'u32'],
]);

/** The fields of pneumoscope_film_facts: numbers, words of the engine's own (null where the file says nothing), and arrays of
 * as many numbers. */
const FACTS = /** @type {const} */ ([
  ['kind', 'text'],
  ['width', 'u32'],
  ['height', 'u32'],
  ['bits', 'u32'],
  ['orientation', 'u32'],
  ['transferSyntax', 'text'],
  ['modality', 'text'],
  ['bodyPart', 'text'],
  ['view', 'text'],
  ['laterality', 'text'],
  ['sex', 'text'],
  ['ageYears', 'f32'],
  ['spacingMm', 'f32'],
  ['valueBlack', 'f32'],
  ['valueWhite', 'f32'],
  ['frames', 'u32'],
  ['inverted', 'u32'],
  ['lossy', 'u32'],
  ['nwindows', 'u32'],
]);
const MAX_WINDOWS = 8; // two arrays of so many floats follow

/** A pneumoscope_operating_point begins with its name, which has so many bytes; floats follow. */
const POINT_NAME_BYTES = 24;

/** In the order of the enums of pneumoscope.h; the last two are names of bits. */
const DECISIONS = /** @type {const} */ (['normal', 'pneumonia', 'uncertain', 'out-of-scope']);
const SCOPE_REASONS = /** @type {const} */ (['blank', 'modality', 'for-processing', 'unlike-training']);
const WARNINGS = /** @type {const} */ ([
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
]);

/** @typedef {{ heatmap?: boolean, view?: boolean, input?: boolean, picture?: boolean }} Want */

/** A reader of one model. Several may share a module, and a film that one of them has opened. */
export class Engine {
  #module;
  #reader;

  /**
   * @param {EngineModule} module
   * @param {Uint8Array} model the model file
   * @param {{ threads: number, viewSide: number, limits: { megapixels: number, fileMib: number },
   *   operatingPoint?: string }} settings
   * @throws {PneumoscopeError} 'bad-model', 'unsupported-model', 'no-memory', 'bad-argument'
   */
  constructor(module, model, { threads, viewSide, limits: { megapixels, fileMib }, operatingPoint }) {
    this.#module = module;
    const create = (/** @type {number} */ name) =>
      this.#lend(model, (file) =>
        module._wasm_create(file, model.length, threads, megapixels, fileMib, viewSide, name),
      );
    this.#reader = operatingPoint === undefined ? create(0) : this.#lendText(operatingPoint, create);
    if (module._wasm_failed()) throw this.#failure();
  }

  /**
   * @param {Uint8Array} file a film's bytes
   * @param {Want} want
   * @throws {PneumoscopeError} 'bad-image', 'unsupported-image', 'image-too-large', 'no-memory'
   */
  read(file, want) {
    const film = this.open(file);
    try {
      return this.judge(film, want);
    } finally {
      this.close(film);
    }
  }

  /** Decodes a film, for this reader and others of its module. @param {Uint8Array} file @returns {number} until close()
   * @throws {PneumoscopeError} as read() */
  open(file) {
    const film = this.#lend(file, (address) => this.#module._wasm_film_open(this.#reader, address, file.length));
    if (film === 0) throw this.#failure();
    return film;
  }

  /** What the file says of its film. @param {number} film @returns {import('../reader/types.d.ts').FilmFacts} */
  describe(film) {
    return openFacts(this.#module, this.#module._wasm_film_describe(film));
  }

  /** The whole film: upright, square pixels, after its file's grey scale. @param {number} film */
  picture(film) {
    const { width, height } = this.describe(film);
    const pointer = this.#module._malloc(2 * width * height);
    if (pointer) this.#module._wasm_film_picture(film, pointer);
    if (!pointer || this.#module._wasm_failed())
      throw new PneumoscopeError('no-memory', `The engine has no memory for a picture of ${width} x ${height} pixels.`);
    const at = pointer >>> 1;
    const data = new Uint16Array(this.#module.HEAPU16.subarray(at, at + width * height));
    this.#module._free(pointer);
    return { width, height, data };
  }

  /** Gives the engine the decoders of compressed films. @param {NonNullable<EngineModule['codecs']>} codecs */
  useCodecs(codecs) {
    this.#module.codecs = codecs;
  }

  /** What the module, and that of the decoders, have taken of the machine's memory. */
  get heapBytes() {
    return this.#module.HEAPU8.length + (this.#module.codecs?.heapBytes() ?? 0);
  }

  /** @param {number} film */
  close(film) {
    this.#module._wasm_film_close(film);
  }

  /** @param {number} film @param {Want} want */
  judge(film, want) {
    return this.#findings(this.#module._wasm_judge(this.#reader, film, Number(Boolean(want.view))), want);
  }

  /**
   * @param {import('../reader/types.d.ts').GreySamples} film @param {Want} want
   * @throws {PneumoscopeError} 'bad-argument', 'image-too-large', 'no-memory'
   */
  readGrey({ data, width, height, bits }, want) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const view = Number(Boolean(want.view));
    const read = (/** @type {number} */ address) =>
      this.#module._wasm_read_grey(this.#reader, address, width, height, bits, view);
    return this.#findings(this.#lend(bytes, read), want);
  }

  /** @param {number} pointer to findings, or 0 @param {Want} want */
  #findings(pointer, want) {
    if (pointer === 0) throw this.#failure();
    return openFindings(this.#module, pointer, want);
  }

  /** What the model file says of itself. @param {string} key @returns {string} empty when it says nothing */
  metadata(key) {
    const pointer = this.#lendText(key, (address) => this.#module._wasm_metadata(this.#reader, address));
    return pointer === 0 ? '' : this.#module.UTF8ToString(pointer);
  }

  /** The rules for deciding that the model file offers, its default first. */
  operatingPoints() {
    const points = [];
    for (let pointer; (pointer = this.#module._wasm_operating_point(this.#reader, points.length)) !== 0;)
      points.push(openPoint(this.#module, pointer));
    return points;
  }

  /** @param {string} text @param {(pointer: number) => number} call */
  #lendText(text, call) {
    return this.#lend(new TextEncoder().encode(text + '\0'), call);
  }

  /**
   * Puts bytes on the heap for the length of a call.
   * @param {Uint8Array} bytes
   * @param {(pointer: number) => number} call
   */
  #lend(bytes, call) {
    const pointer = this.#module._malloc(Math.max(bytes.length, 1));
    if (pointer === 0)
      throw new PneumoscopeError('no-memory', `The engine has no memory for a file of ${bytes.length} bytes.`);
    this.#module.HEAPU8.set(bytes, pointer);
    const result = call(pointer);
    this.#module.HEAPU8.fill(0, pointer, pointer + bytes.length); // a DICOM file names its patient
    this.#module._free(pointer);
    return result;
  }

  #failure() {
    const { UTF8ToString, _wasm_code, _wasm_detail, _wasm_reason } = this.#module;
    const [detail, reason] = [_wasm_detail, _wasm_reason].map((of) => UTF8ToString(of(this.#reader ?? 0)));
    return new PneumoscopeError(/** @type {ErrorCode} */ (UTF8ToString(_wasm_code())), detail, reason || null);
  }
}

/** @param {EngineModule} module @param {number} pointer @returns {import('../reader/types.d.ts').OperatingPoint} */
function openPoint(module, pointer) {
  const word = (pointer + POINT_NAME_BYTES) >>> 2;
  const [threshold, low, high, sensitivity, specificity] = module.HEAPF32.subarray(word, word + 5);
  return {
    name: module.UTF8ToString(pointer),
    threshold,
    uncertain: [low, high],
    sensitivity: numberOrNull(sensitivity),
    specificity: numberOrNull(specificity),
  };
}

/** The engine says NaN where there is nothing to say. @param {number} value */
const numberOrNull = (value) => (Number.isNaN(value) ? null : value);

/**
 * @param {EngineModule} module
 * @param {number} pointer
 * @param {{ heatmap?: boolean, view?: boolean, input?: boolean }} want
 */
function openFindings(module, pointer, want) {
  const raw = rawFields(module, pointer);
  return {
    decision: DECISIONS[raw.decision],
    probability: raw.probability,
    logit: raw.logit,
    threshold: raw.threshold,
    uncertain: /** @type {[number, number]} */ ([raw.uncertainLow, raw.uncertainHigh]),
    scope: scope(raw),
    heatmap: want.heatmap ? grid(module, raw.heatmap, raw.heatmapSide) : null,
    view: want.view && raw.view ? view(module, raw) : null,
    input: want.input ? grid(module, raw.input, raw.inputSide) : null,
    width: raw.width,
    height: raw.height,
    bits: raw.bits,
    warnings: named(WARNINGS, raw.warnings),
    timing: { decode: raw.decodeMs, prepare: raw.prepareMs, infer: raw.inferMs },
    threads: raw.threads,
  };
}

/** @param {EngineModule} module @param {number} pointer @returns {import('../reader/types.d.ts').FilmFacts} */
function openFacts(module, pointer) {
  const word = pointer >>> 2;
  const floats = (/** @type {number} */ from, /** @type {number} */ count) =>
    module.HEAPF32.subarray(word + from, word + from + count);
  const read = {
    text: (/** @type {number} */ i) =>
      module.HEAPU32[word + i] ? module.UTF8ToString(module.HEAPU32[word + i]) : null,
    u32: (/** @type {number} */ i) => module.HEAPU32[word + i],
    f32: (/** @type {number} */ i) => numberOrNull(module.HEAPF32[word + i]),
  };
  const { nwindows, inverted, lossy, ...facts } = /** @type {any} */ (
    Object.fromEntries(FACTS.map(([name, type], i) => [name, read[type](i)]))
  );
  const [centers, widths] = [0, MAX_WINDOWS].map((more) => floats(FACTS.length + more, nwindows));
  const windows = Array.from(centers, (center, i) => ({ center, width: widths[i] }));
  return { ...facts, inverted: Boolean(inverted), lossy: Boolean(lossy), windows };
}

/** @template {string} Name @param {readonly Name[]} names @param {number} bits @returns {Name[]} */
const named = (names, bits) => names.filter((_, bit) => bits & (1 << bit));

/** @param {ReturnType<typeof rawFields>} raw */
function scope(raw) {
  const reasons = named(SCOPE_REASONS, raw.scopeReasons);
  return { score: numberOrNull(raw.scopeScore), reason: reasons[0] ?? null, reasons };
}

/** @param {EngineModule} module @param {number} pointer @returns {Record<(typeof FIELDS)[number][0], number>} */
function rawFields(module, pointer) {
  const word = pointer >>> 2;
  const entries = FIELDS.map(([name, type], i) => [name, (type === 'f32' ? module.HEAPF32 : module.HEAPU32)[word + i]]);
  return Object.fromEntries(entries);
}

/** @param {EngineModule} module @param {number} pointer @param {number} side */
function grid(module, pointer, side) {
  const word = pointer >>> 2;
  return { side, values: new Float32Array(module.HEAPF32.subarray(word, word + side * side)) };
}

/** @param {EngineModule} module @param {ReturnType<typeof rawFields>} raw */
function view(module, raw) {
  const { viewWidth: width, viewHeight: height, levelBlack: black, levelWhite: white } = raw;
  const at = raw.view >>> 1;
  return { width, height, data: new Uint16Array(module.HEAPU16.subarray(at, at + width * height)), black, white };
}
