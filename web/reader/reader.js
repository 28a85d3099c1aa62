// The package's entry: createReader, and what goes with it.

import { badArgument, PneumoscopeError } from './errors.js';
import { folderOf } from './folder.js';
import { inOrder } from './in-order.js';
import {
  copyBytes,
  isBlob,
  LIMITS,
  MOST_THREADS,
  MOST_THREADS_UNASKED,
  oneOf,
  PATIENTS,
  settle,
  tagOf,
  tooLarge,
  wholeNumber,
} from './options.js';
import { cores } from './platform.js';
import { counted, driftOf, noCounts } from './drift.js';
import { byProfile, checkModel, modelBy, takeProfile } from './profile.js';
import { serialQueue } from './queue.js';
import { startSession, withOneThread } from './session.js';

export { asPatient, decide } from './decide.js';
export { PneumoscopeError } from './errors.js';
export { overlay } from './overlay.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./types.d.ts').Reader} ReaderContract */
/** @typedef {import('./types.d.ts').Pool} PoolContract */

/** What `using` calls at the end of its block, also where the language does not know it yet. @type {typeof Symbol.dispose} */
const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/** @type {typeof import('./types.d.ts').createReader} */
export async function createReader(options = {}) {
  options.signal?.throwIfAborted();
  const settings = await settle({ ...options, assets: folderOf(options.assets) });
  const site = await siteOf(options);
  const session = await startSession(settings, options, options.signal);
  fits(site, [session]);
  return new Reader(settings, options, session, site);
}

/** A site's rule, and what is counted of the films that it judges.
 * @typedef {{ profile: import('./types.d.ts').Profile | null, counts: import('./types.d.ts').DriftCounts | null }} Site */

/** @param {import('./types.d.ts').ReaderOptions} options @returns {Promise<Site>} */
async function siteOf({ profile: source, operatingPoint, drift }) {
  const profile = await takeProfile(source);
  if (profile && operatingPoint !== undefined)
    throw badArgument('A profile is a rule: give it or an operatingPoint, not both.');
  if (drift && !profile) throw badArgument('drift compares films with those of a profile; it needs one.');
  return { profile, counts: profile && drift ? (drift === true ? noCounts(profile) : drift) : null };
}

/** @param {Site} site @param {Session[]} sessions that end where the profile is not of their model */
function fits({ profile }, sessions) {
  try {
    if (profile) checkModel(profile, sessions[0].opened.model);
  } catch (error) {
    for (const session of sessions) session.end(error);
    throw error;
  }
}

/** @type {typeof import('./types.d.ts').createPool} */
export async function createPool({ size = Math.min(cores(), MOST_THREADS_UNASKED), ...options } = {}) {
  wholeNumber('size', size, 1, MOST_THREADS);
  options.signal?.throwIfAborted();
  const threads = size > 1 ? 1 : undefined;
  const settings = await settle({ threads, ...options, assets: folderOf(options.assets) });
  const site = await siteOf(options);
  const first = await startSession({ ...settings, share: true }, options, options.signal);
  fits(site, [first]);
  const sharing = { ...settings, compiled: first.opened.compiled };
  const rest = Array.from({ length: size - 1 }, () => startSession(sharing, {}, options.signal));
  const started = await Promise.allSettled(rest);
  const failed = started.find((one) => one.status === 'rejected');
  const sessions = [first, ...started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))];
  if (failed) sessions.forEach((session) => session.end(failed.reason));
  if (failed) throw failed.reason;
  return new Pool(sessions.map((session) => new Reader(sharing, options, session, site)));
}

/** @implements {PoolContract} */
class Pool {
  #readers;
  /** @type {Reader[]} */
  #idle;
  /** @type {((reader: Reader) => void)[]} */
  #waiting = [];

  /** @param {Reader[]} readers */
  constructor(readers) {
    this.#readers = readers;
    this.#idle = [...readers];
  }

  get size() {
    return this.#readers.length;
  }

  get engine() {
    return this.#readers[0].engine;
  }

  get model() {
    return this.#readers[0].model;
  }

  /** @type {PoolContract['read']} */
  async read(film, options) {
    /** @type {Reader} */
    const reader = this.#idle.pop() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
    try {
      return await reader.read(film, options);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(reader);
      else this.#idle.push(reader);
    }
  }

  /** @type {PoolContract['inOrder']} */
  inOrder(items, work) {
    return inOrder(items, this.#readers, work);
  }

  get drift() {
    return this.#readers[0].drift;
  }

  close() {
    for (const reader of this.#readers) reader.close();
  }

  [DISPOSE]() {
    this.close();
  }
}

/** @implements {ReaderContract} */
class Reader {
  #settings;
  #listeners;
  #session;
  /** Shared by the readers of a pool. @type {Site} */
  #site;
  #closed = false;
  #enqueue = serialQueue();

  /** @param {import('./options.js').Settings} settings @param {import('./session.js').Listeners} listeners
   * @param {Session} session @param {Site} site */
  constructor(settings, listeners, session, site) {
    this.#settings = settings;
    this.#listeners = listeners;
    this.#session = session;
    this.#site = site;
  }

  /** @type {ReaderContract['engine']} */
  get engine() {
    return engineOf(this.#session.opened);
  }

  get model() {
    return modelBy(this.#session.opened.model, this.#site.profile);
  }

  /** @type {ReaderContract['drift']} */
  get drift() {
    const { profile, counts } = this.#site;
    return profile && counts ? { counts, ...driftOf(profile, counts) } : null;
  }

  /** @type {ReaderContract['read']} */
  read(film, { signal, ...want } = {}) {
    return this.#enqueue(async () => {
      oneOf('patient', want.patient ?? undefined, PATIENTS);
      const given = await filmOf(film);
      try {
        return await this.#attempt(given, want, signal);
      } catch (error) {
        const died = error instanceof PneumoscopeError && error.code === 'worker-died';
        if (!died || this.engine.threads === 1) throw error;
        this.#settings = withOneThread(this.#settings); // for good: what died of its threads would die of them again
        return this.#attempt(given, want, signal);
      }
    }, signal);
  }

  /** @param {any} film @param {object} want @param {AbortSignal} [signal] */
  async #attempt(film, want, signal) {
    const taken = film?.data ? samplesCopy(film) : await filmBytes(film);
    const session = await this.#liveSession(signal);
    const { variant, precision, threads, ...findings } = await session.read(taken, want, signal);
    const { profile, counts } = this.#site;
    const judged = byProfile({ ...findings, engine: engineOf({ variant, precision, threads }) }, profile);
    if (profile && counts) this.#site.counts = counted(counts, profile, judged);
    return judged;
  }

  close() {
    this.#closed = true;
    this.#session.end(closedError());
  }

  [DISPOSE]() {
    this.close();
  }

  /** The worker may have died since the last film; then there is a fresh one. @param {AbortSignal} [signal] */
  async #liveSession(signal) {
    if (this.#closed) throw closedError();
    if (this.#session.ended) this.#session = await startSession(this.#settings, this.#listeners, signal);
    if (this.#closed) this.close();
    return this.#session;
  }
}

/** @param {Omit<import('./types.d.ts').Engine, 'version'>} ran @returns {import('./types.d.ts').Engine} */
const engineOf = ({ variant, threads, precision }) => ({ variant, threads, precision, version: __VERSION__ });

const closedError = () => new PneumoscopeError('closed', 'The reader has been closed.');

/** Files, bytes and 16-bit samples as they are; of what else can be read what it holds. @param {any} film */
async function filmOf(film) {
  const plain = isBlob(film) || ArrayBuffer.isView(film) || tagOf(film) === 'ArrayBuffer';
  if (plain || tagOf(film?.data) === 'Uint16Array') return film;
  return (await (await import('./inputs.js')).takeIn(film)) ?? film;
}

/** @param {import('./types.d.ts').GreySamples | import('./inputs.js').Pixels} film */
function samplesCopy({ data, ...rest }) {
  const { width, height } = rest;
  if (tagOf(data) === 'Uint16Array' && data.length !== width * height)
    throw badArgument(`The film's data have ${data.length} samples; ${width} x ${height} would be ${width * height}.`);
  return /** @type {any} */ ({ data: data.slice(), ...rest });
}

/** The size is checked before the bytes are taken in. @param {any} film @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function filmBytes(film) {
  const size = isBlob(film) ? film.size : (film?.byteLength ?? 0);
  if (size > LIMITS.fileMib * 2 ** 20) throw tooLarge(size);
  return copyBytes(film, 'The film');
}
