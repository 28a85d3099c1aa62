// The worker: brings engine and model in once, then reads one film after the other. Everything heavy happens here.
// Messages in:  { id, call: 'open', settings } | { id, call: 'read', film, want }
// Messages out: { id, value } | { id, error: { code, message, reason }, fatal } | { progress } | { requested }
// `fatal` says that this worker is of no more use. `requested` names everything that this worker asked the network for,
// as the browser itself recorded it.

import '../reader/own-scripts.js';
import { Engine } from './engine.js';
import { badArgument, PneumoscopeError, messageOf } from '../reader/errors.js';
import { fetchModel } from './assets.js';
import { loadCodecs, loadModel, loadModule, loadTiff } from './module.js';
import { pictureOf, pictureOfPixels } from './pictures.js';
import { listen, post, showLife } from './port.js';
import { chooseVariant } from './variant.js';

/** @typedef {import('../reader/options.js').Settings} Settings */
/** @typedef {import('../reader/types.d.ts').Model} Model */

/** @type {Engine} */
let engine;

/** The address of the package's folder, where it is not beside this file. @type {string | undefined} */
let assets;

/** The most million pixels that a film may have. */
let megapixels = 0;

/** @type {Pick<import('../reader/types.d.ts').Engine, 'variant' | 'precision'> & { operatingPoint: string, model: Model }} */
let identity;

/** Whom the films are of, where neither a film's file nor the call says it. @type {Settings['patient']} */
let patient;

/** The models that judge each film too. @type {{ engine: Engine, model: Model, operatingPoint: string }[]} */
let others = [];

const calls = { open, read };

showLife();
new PerformanceObserver((list) => post({ requested: list.getEntries().map(requestOf) })).observe({
  type: 'resource',
  buffered: true,
});
listen(async ({ id, call, ...details }) => {
  try {
    const { value, transfer } = await calls[/** @type {keyof typeof calls} */ (call)](details);
    post({ id, value, fatal: isSwollen() }, transfer);
  } catch (thrown) {
    const failed = failure(thrown);
    post({ id, ...failed, fatal: failed.fatal || isSwollen() });
  }
});

/** A heap never shrinks: after a film of this size a worker would hold its memory for good, and a fresh one is cheaper. */
const LARGEST_HEAP_MIB = 256;

const isSwollen = () => engine?.heapBytes > LARGEST_HEAP_MIB * 2 ** 20;

/** Engine and model come in side by side; whichever is there first starts, or is hashed, meanwhile.
 * @param {any} details */
async function open(details) {
  /** @type {Settings} */
  const settings = details.settings;
  post({ progress: { loaded: 0, total: null } }); // the first word: whatever happens now, the script was there
  const [onModel, onEngine] = progressOf(2);
  const [{ bytes, hash }, { module, compiled, variant, threads }] = await Promise.all([
    modelBytes(settings, onModel).then((bytes) => ({ bytes, hash: sha256(bytes) })),
    startModule(settings, onEngine),
  ]);
  assets = settings.assets;
  megapixels = settings.limits.megapixels;
  patient = settings.patient;
  engine = new Engine(module, bytes, { ...settings, threads });
  const model = describeModel(engine, await hash);
  const precision = precisionOf(settings);
  identity = { variant, precision, operatingPoint: settings.operatingPoint ?? model.operatingPoints[0].name, model };
  others = await Promise.all(settings.also.map((one) => openOther(one, module, { ...settings, threads })));
  const shared = details.share ? { compiled } : {};
  return { value: { ...identity, threads, ...shared }, transfer: [] };
}

/** A model that judges too, by its own first rule. @param {string | Uint8Array<ArrayBuffer>} source
 * @param {import('./engine.js').EngineModule} module @param {Settings & { threads: number }} settings */
async function openOther(source, module, settings) {
  const bytes = await modelBytes({ ...settings, model: source }, () => {});
  const other = new Engine(module, bytes, { ...settings, viewSide: 0, operatingPoint: undefined });
  const model = describeModel(other, await sha256(bytes));
  return { engine: other, model, operatingPoint: model.operatingPoints[0].name };
}

/** @param {Settings} settings @param {import('./assets.js').OnBytes} onBytes */
async function startModule(settings, onBytes) {
  const choice = await chooseVariant(settings);
  const { compiled } = settings;
  return { ...(await loadModule({ ...choice, compiled }, settings.assets, onBytes)), ...choice };
}

/** @param {any} details */
async function read({ film, want: { patient: said = patient, ...rest } }) {
  const want = { ...rest, patient: said };
  const start = performance.now();
  const [own, also] = film.data instanceof Uint16Array ? judgeGrey(film, want) : await judgeFile(film, want);
  const { threads, timing, ...findings } = own;
  const total = performance.now() - start;
  const value = { ...findings, ...identity, threads, timing: { ...timing, total }, also };
  const arrays = [findings.heatmap?.values, findings.view?.data, findings.input?.values, findings.picture?.data];
  return { value, transfer: arrays.flatMap((array) => (array ? [array.buffer] : [])) };
}

/** Decodes once and judges with every model. The worker's copy of the file is wiped: a DICOM file names its patient.
 * @param {Uint8Array<ArrayBuffer> | import('../reader/types.d.ts').ByteSamples} file or its pixels
 * @param {import('./engine.js').Want} want */
async function judgeFile(file, want) {
  const bytes = 'data' in file ? file.data : file;
  const { film, picture } = await ('data' in file ? openPixels(file) : openFilm(file)).finally(() => bytes.fill(0));
  if (film === null) return withFacts(judgeGrey(picture.samples, want), picture, want);
  try {
    const facts = {
      film: engine.describe(film),
      picture: want.picture ? engine.picture(film) : null,
      origin: want.origin ? engine.origin(film) : null,
    };
    const own = { ...engine.judge(film, want), ...facts };
    const judged = /** @type {const} */ ([
      own,
      others.map((one) => opinion(one, one.engine.judge(film, { patient: want.patient }))),
    ]);
    return picture ? withFacts(judged, picture, want) : judged;
  } finally {
    engine.close(film);
  }
}

/** The decoders of pictures that the engine does not know come when the first film needs them.
 * @param {Uint8Array<ArrayBuffer>} file */
async function openFilm(file) {
  try {
    return { film: await engine.openWithCodecs(file, () => loadCodecs(assets)), picture: null };
  } catch (error) {
    if (!(error instanceof PneumoscopeError)) throw error;
    const picture = await pictureOf(error, file, megapixels, () => loadTiff(assets));
    return picture.bmp ? { film: engine.open(picture.bmp), picture } : { film: null, picture };
  }
}

/** @param {import('../reader/types.d.ts').ByteSamples} pixels */
async function openPixels(pixels) {
  const picture = pictureOfPixels(pixels);
  return { film: engine.open(picture.bmp), picture };
}

/** What the picture's own decoder knows of it takes the place of what the engine was shown.
 * @param {any} judged @param {import('./pictures.js').Picture} picture @param {import('./engine.js').Want} want */
function withFacts([own, also], { samples, facts, warnings }, want) {
  const picture = want.picture && samples ? pictureOfSamples(samples) : own.picture;
  const more = warnings.filter((one) => !own.warnings.includes(one));
  return /** @type {const} */ ([
    { ...own, film: { ...own.film, ...facts }, picture, warnings: [...own.warnings, ...more] },
    also,
  ]);
}

/** In 16 bits, as the engine's own pictures are. @param {import('../reader/types.d.ts').GreySamples} samples */
function pictureOfSamples({ data, width, height, bits }) {
  const scale = 65535 / (2 ** bits - 1);
  return { width, height, data: Uint16Array.from(data, (value) => Math.round(scale * value)) };
}

/** @param {import('../reader/types.d.ts').GreySamples} film @param {import('./engine.js').Want} want */
function judgeGrey(film, want) {
  const also = others.map((one) => opinion(one, one.engine.readGrey(film, { patient: want.patient })));
  const { width, height, bits } = film;
  const facts = { film: { ...SAMPLES, width, height, bits, valueWhite: 2 ** bits - 1 }, picture: null, origin: null };
  return /** @type {const} */ ([{ ...engine.readGrey(film, want), ...facts }, also]);
}

/** What is known of grey samples beside their size. */
const SAMPLES = {
  kind: /** @type {const} */ ('samples'),
  ...{ orientation: 1, transferSyntax: null, modality: null, bodyPart: null, view: null, laterality: null, sex: null },
  ...{
    edges: null,
    ageYears: null,
    spacingMm: null,
    valueBlack: 0,
    frames: 1,
    inverted: false,
    lossy: false,
    windows: [],
  },
};

/** @param {typeof others[number]} judge @param {ReturnType<Engine['judge']>} findings */
function opinion({ model, operatingPoint }, { decision, probability, logit, threshold, uncertain, patient, scope }) {
  return { decision, probability, logit, threshold, uncertain, patient, scope, operatingPoint, model };
}

/** Of a thread's script Chromium does not tell when it was asked for, but a time after it had come. It is the engine's
 * script, which starts its threads at once: the time is that of the first asking. @param {any} entry of a resource */
function requestOf({ name, startTime, responseEnd }) {
  const [first] = performance.getEntriesByName(name, 'resource');
  return { url: name, time: performance.timeOrigin + (startTime > responseEnd ? first.startTime : startTime) };
}

/** The model's, which must be the one that was asked for. @param {Settings} settings */
function precisionOf({ precision: wanted }) {
  const precision = /** @type {'f32' | 'int8'} */ (engine.metadata('precision') || 'f32');
  if (wanted === undefined || wanted === precision) return precision;
  throw badArgument(`The precision ${wanted} was asked for, and the model's is ${precision}.`);
}

/** @param {Engine} engine @param {string | null} sha256 @returns {Model} */
function describeModel(engine, sha256) {
  const rules = engine.rules();
  return {
    name: engine.metadata('name'),
    version: engine.metadata('version'),
    sha256,
    operatingPoints: rules[0].operatingPoints,
    rules,
    measuredOn: engine.metadata('operating_points_measured') || null,
  };
}

/** Posts the bytes of several files as one sum. @param {number} nfiles @returns {import('./assets.js').OnBytes[]} */
function progressOf(nfiles) {
  const files = Array.from({ length: nfiles }, () => ({ loaded: 0, total: /** @type {number | null} */ (null) }));
  return files.map((file) => (loaded, total) => {
    Object.assign(file, { loaded, total });
    const known = files.every((one) => one.total !== null);
    const sum = (/** @type {'loaded' | 'total'} */ key) => files.reduce((all, one) => all + (one[key] ?? 0), 0);
    post({ progress: { loaded: sum('loaded'), total: known ? sum('total') : null } });
  });
}

/**
 * @param {Settings} settings
 * @param {import('./assets.js').OnBytes} onBytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function modelBytes({ model, precision, assets }, onBytes) {
  if (model === undefined) return loadModel(precision, assets, onBytes);
  const bytes = model instanceof Uint8Array ? model : await fetchModel(new URL(model), onBytes);
  onBytes(bytes.length, bytes.length);
  return bytes;
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<string | null>} */
async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A refusal leaves the engine sound; anything else, such as a WebAssembly trap, may not have.
 * @param {unknown} thrown */
function failure(thrown) {
  if (thrown instanceof PneumoscopeError)
    return { error: { code: thrown.code, message: thrown.message, reason: thrown.reason }, fatal: false };
  const reason = messageOf(thrown).replace(/^Aborted\((.*?)\)\. Build with .*$/, '$1'); // advice for its developers
  const memory = thrown instanceof RangeError || /out of memory|memory allocation/i.test(reason);
  const code = memory ? 'no-memory' : 'engine-failed';
  return { error: { code, message: `The engine broke off: ${reason}.` }, fatal: true };
}
