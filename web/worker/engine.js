// The engine as an object: what src/wasm.c exports, with the words and shapes of the package.

import { DECISIONS, KNOWN_PATIENTS, LAYOUTS, SCOPE_REASONS, WARNINGS } from '../contract/contract.js';
import { PneumoscopeError } from '../reader/errors.js';
import { floatsAt, heapBytes, lend, lendText, put, readStruct, samplesAt, samplesFrom, takeBack } from './heap.js';

/** @typedef {import('../reader/types.d.ts').ErrorCode} ErrorCode */

/**
 * What Emscripten's factory gives: the memory, and the exports of src/wasm.c.
 * @typedef {import('./heap.js').Heap & Exports} EngineModule
 *
 * @typedef {object} Exports
 * @property {() => number} _wasm_contract MARK of contract.js, in the version of these scripts
 * @property {(model: number, nbytes: number, threads: number, megapixels: number, mib: number, view: number,
 *   operatingPoint: number) => number} _wasm_create address of a reader
 * @property {(reader: number, file: number, nbytes: number) => number} _wasm_film_open address of a film, or 0
 * @property {() => number} _wasm_film_waits whether it waits for the decoders
 * @property {(reader: number, film: number) => void} _wasm_film_resume
 * @property {(film: number) => void} _wasm_film_close
 * @property {(film: number) => number} _wasm_film_describe address of a pneumoscope_film_facts
 * @property {(film: number) => number} _wasm_film_origin address of a pneumoscope_film_origin
 * @property {(film: number, picture: number) => void} _wasm_film_picture
 * @property {(reader: number, film: number, view: number, anyway: number, patient: number) => number} _wasm_judge
 *   address of a pneumoscope_findings, or 0
 * @property {(reader: number, grey: number, width: number, height: number, bits: number, view: number,
 *   patient: number) => number} _wasm_read_grey likewise
 * @property {(reader: number, patient: number, index: number) => number} _wasm_operating_point address of a
 *   pneumoscope_operating_point, or 0
 * @property {(reader: number, patient: number) => number} _wasm_calibration address of two floats
 * @property {(reader: number, key: number) => number} _wasm_metadata
 * @property {(reader: number) => number} _wasm_detail
 * @property {(reader: number) => number} _wasm_reason
 * @property {ReturnType<typeof import('./codecs.js').codecsOf>} [codecs] what decodes compressed DICOM films, once it was fetched
 * @property {() => number} _wasm_code
 * @property {() => number} _wasm_failed
 */

/** null: nothing is known of the patient. */
const PATIENTS = /** @type {const} */ ([null, ...KNOWN_PATIENTS]);

/** @typedef {{ heatmap?: boolean, view?: boolean, input?: boolean, picture?: boolean, readAnyway?: boolean,
 *   origin?: boolean, patient?: import('../reader/types.d.ts').Patient | null }} Want */

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
      lend(this.#module, model, (file) =>
        module._wasm_create(file, model.length, threads, megapixels, fileMib, viewSide, name),
      );
    this.#reader = operatingPoint === undefined ? create(0) : lendText(this.#module, operatingPoint, create);
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
    const film = lend(this.#module, file, (address) =>
      this.#module._wasm_film_open(this.#reader, address, file.length),
    );
    return this.#opened(film);
  }

  /**
   * As open(), but a film that waits for the decoders gets them, and goes on from where it was parsed.
   * @param {Uint8Array} file
   * @param {() => Promise<NonNullable<EngineModule['codecs']>>} fetchCodecs
   */
  async openWithCodecs(file, fetchCodecs) {
    const address = put(this.#module, file);
    const film = this.#module._wasm_film_open(this.#reader, address, file.length);
    try {
      if (film && this.#module._wasm_film_waits()) {
        this.#module.codecs = await fetchCodecs();
        this.#module._wasm_film_resume(this.#reader, film);
      }
    } catch (error) {
      this.close(film);
      throw error;
    } finally {
      takeBack(this.#module, address, file.length);
    }
    return this.#opened(film);
  }

  /** @param {number} film what the last call opened @returns {number} it, if it was decoded */
  #opened(film) {
    if (!this.#module._wasm_failed()) return film;
    const failure = this.#failure();
    this.close(film);
    throw failure;
  }

  /** What the file says of its film. @param {number} film @returns {import('../reader/types.d.ts').FilmFacts} */
  describe(film) {
    return openFacts(this.#module, this.#module._wasm_film_describe(film));
  }

  /** What binds the film to others. @param {number} film @returns {import('../reader/types.d.ts').FilmOrigin} */
  origin(film) {
    const { study, patient, date } = readStruct(this.#module, LAYOUTS.filmOrigin, this.#module._wasm_film_origin(film));
    return {
      study: study || null,
      patient: patient || null,
      date: date ? String(date).replace(/(....)(..)(..)/, '$1-$2-$3') : null,
    };
  }

  /** The whole film: upright, square pixels, after its file's grey scale. @param {number} film */
  picture(film) {
    const { width, height } = this.describe(film);
    const data = samplesFrom(this.#module, width * height, (pointer) => {
      this.#module._wasm_film_picture(film, pointer);
      return !this.#module._wasm_failed();
    });
    if (data) return { width, height, data };
    throw new PneumoscopeError('no-memory', `The engine has no memory for a picture of ${width} x ${height} pixels.`);
  }

  /** Gives the engine the decoders of compressed films. @param {NonNullable<EngineModule['codecs']>} codecs */
  useCodecs(codecs) {
    this.#module.codecs = codecs;
  }

  /** What the module, and that of the decoders, have taken of the machine's memory. */
  get heapBytes() {
    return heapBytes(this.#module) + (this.#module.codecs?.heapBytes() ?? 0);
  }

  /** @param {number} film */
  close(film) {
    this.#module._wasm_film_close(film);
  }

  /** @param {number} film @param {Want} want */
  judge(film, want) {
    const [view, anyway] = [want.view, want.readAnyway].map((wanted) => Number(Boolean(wanted)));
    return this.#findings(this.#module._wasm_judge(this.#reader, film, view, anyway, patientIn(want)), want);
  }

  /**
   * @param {import('../reader/types.d.ts').GreySamples} film @param {Want} want
   * @throws {PneumoscopeError} 'bad-argument', 'image-too-large', 'no-memory'
   */
  readGrey({ data, width, height, bits }, want) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const view = Number(Boolean(want.view));
    const read = (/** @type {number} */ address) =>
      this.#module._wasm_read_grey(this.#reader, address, width, height, bits, view, patientIn(want));
    return this.#findings(lend(this.#module, bytes, read), want);
  }

  /** @param {number} pointer to findings, or 0 @param {Want} want */
  #findings(pointer, want) {
    if (pointer === 0) throw this.#failure();
    return openFindings(this.#module, pointer, want);
  }

  /** What the model file says of itself. @param {string} key @returns {string} empty when it says nothing */
  metadata(key) {
    const pointer = lendText(this.#module, key, (address) => this.#module._wasm_metadata(this.#reader, address));
    return pointer === 0 ? '' : this.#module.UTF8ToString(pointer);
  }

  /** The rules for deciding that the model file offers, its default first. */
  rules() {
    return PATIENTS.map((patient) => this.#ruleOf(patient)).filter(({ operatingPoints }) => operatingPoints.length > 0);
  }

  /** @param {(typeof PATIENTS)[number]} patient @returns {import('../reader/types.d.ts').Rule} without points where there is none */
  #ruleOf(patient) {
    const at = PATIENTS.indexOf(patient);
    /** @type {import('../reader/types.d.ts').OperatingPoint[]} */
    const operatingPoints = [];
    const next = () => this.#module._wasm_operating_point(this.#reader, at, operatingPoints.length);
    while (next() !== 0) operatingPoints.push(openPoint(this.#module, next()));
    const [scale, bias] = floatsAt(this.#module, this.#module._wasm_calibration(this.#reader, at), 2);
    return { patient, calibration: { scale, bias }, operatingPoints };
  }

  #failure() {
    const { UTF8ToString, _wasm_code, _wasm_detail, _wasm_reason } = this.#module;
    const [detail, reason] = [_wasm_detail, _wasm_reason].map((of) => UTF8ToString(of(this.#reader ?? 0)));
    return new PneumoscopeError(
      /** @type {ErrorCode} */ (UTF8ToString(_wasm_code())),
      detail,
      /** @type {import('../reader/types.d.ts').Refusal} */ (reason) || null,
    );
  }
}

/** @param {EngineModule} module @param {number} pointer @returns {import('../reader/types.d.ts').OperatingPoint} */
function openPoint(module, pointer) {
  const { uncertainLow, uncertainHigh, ...point } = readStruct(module, LAYOUTS.operatingPoint, pointer);
  return {
    ...point,
    uncertain: [uncertainLow, uncertainHigh],
    sensitivity: numberOrNull(point.sensitivity),
    specificity: numberOrNull(point.specificity),
  };
}

/** @param {Want} want @returns {number} a pneumoscope_patient */
const patientIn = ({ patient = null }) => PATIENTS.indexOf(patient);

/** The engine says NaN where there is nothing to say. @param {number} value */
const numberOrNull = (value) => (Number.isNaN(value) ? null : value);

/** @typedef {ReturnType<typeof readStruct<typeof LAYOUTS.findings>>} Raw findings as the engine's memory has them */

/**
 * @param {EngineModule} module
 * @param {number} pointer
 * @param {{ heatmap?: boolean, view?: boolean, input?: boolean }} want
 */
function openFindings(module, pointer, want) {
  const raw = readStruct(module, LAYOUTS.findings, pointer);
  return {
    decision: DECISIONS[raw.decision],
    probability: raw.probability,
    logit: raw.logit,
    threshold: raw.threshold,
    uncertain: /** @type {[number, number]} */ ([raw.uncertainLow, raw.uncertainHigh]),
    patient: PATIENTS[raw.patient],
    scope: scope(raw),
    heatmap: want.heatmap ? grid(module, raw.heatmap, raw.heatmapSide) : null,
    view: want.view && raw.view ? view(module, raw) : null,
    input: want.input ? grid(module, raw.input, raw.inputSide) : null,
    width: raw.width,
    height: raw.height,
    bits: raw.bits,
    warnings: named(WARNINGS, raw.warnings),
    timing: { decode: raw.decodeMs, prepare: raw.prepareMs, infer: raw.inferMs },
    threads: raw.nthreads,
  };
}

/** @param {EngineModule} module @param {number} pointer @returns {import('../reader/types.d.ts').FilmFacts} */
function openFacts(module, pointer) {
  const { rightEdge, bottomEdge, nframes, inverted, lossy, nwindows, windowCentres, windowWidths, ...facts } =
    /** @type {any} */ (readStruct(module, LAYOUTS.filmFacts, pointer));
  for (const name of ['ageYears', 'spacingMm', 'valueBlack', 'valueWhite']) facts[name] = numberOrNull(facts[name]);
  const windows = Array.from({ length: nwindows }, (_, i) => ({ center: windowCentres[i], width: windowWidths[i] }));
  const edges = rightEdge ? { right: rightEdge, bottom: bottomEdge } : null;
  return { ...facts, edges, frames: nframes, inverted: Boolean(inverted), lossy: Boolean(lossy), windows };
}

/** @template {string} Name @param {readonly Name[]} names @param {number} bits @returns {Name[]} */
const named = (names, bits) => names.filter((_, bit) => bits & (1 << bit));

/** @param {Raw} raw */
function scope(raw) {
  const [reasons, overruled] = [raw.scopeReasons, raw.overruled].map((bits) => named(SCOPE_REASONS, bits));
  return { score: numberOrNull(raw.scopeScore), reason: reasons[0] ?? null, reasons, overruled };
}

/** @param {EngineModule} module @param {number} pointer @param {number} side */
const grid = (module, pointer, side) => ({ side, values: floatsAt(module, pointer, side * side) });

/** @param {EngineModule} module @param {Raw} raw */
function view(module, { viewWidth: width, viewHeight: height, levelBlack: black, levelWhite: white, view }) {
  return { width, height, data: samplesAt(module, view, width * height), black, white };
}
