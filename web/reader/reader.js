// The package's entry: createReader, and what goes with it.

import { badArgument, PneumoscopeError } from './errors.js';
import { inOrder } from './in-order.js';
import {
  copyBytes,
  isBlob,
  LIMITS,
  MOST_THREADS,
  MOST_THREADS_UNASKED,
  settle,
  tagOf,
  wholeNumber,
} from './options.js';
import { cores } from './platform.js';
import { serialQueue } from './queue.js';
import { startSession, withOneThread } from './session.js';

export { decide } from './decide.js';
export { PneumoscopeError } from './errors.js';
export { overlay } from './overlay.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./types.d.ts').Reader} ReaderContract */
/** @typedef {import('./types.d.ts').Pool} PoolContract */

/** @type {typeof import('./types.d.ts').createReader} */
export async function createReader(options = {}) {
  options.signal?.throwIfAborted();
  const settings = await settle(options);
  return new Reader(settings, options, await startSession(settings, options, options.signal));
}

/** @type {typeof import('./types.d.ts').createPool} */
export async function createPool({ size = Math.min(cores(), MOST_THREADS_UNASKED), ...options } = {}) {
  wholeNumber('size', size, 1, MOST_THREADS);
  options.signal?.throwIfAborted();
  const settings = await settle(size > 1 ? { threads: 1, ...options } : options);
  const first = await startSession({ ...settings, share: true }, options, options.signal);
  const sharing = { ...settings, compiled: first.opened.compiled };
  const rest = Array.from({ length: size - 1 }, () => startSession(sharing, {}, options.signal));
  const started = await Promise.allSettled(rest);
  const failed = started.find((one) => one.status === 'rejected');
  const sessions = [first, ...started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))];
  if (failed) sessions.forEach((session) => session.end(failed.reason));
  if (failed) throw failed.reason;
  return new Pool(sessions.map((session) => new Reader(sharing, options, session)));
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

  close() {
    for (const reader of this.#readers) reader.close();
  }
}

/** @implements {ReaderContract} */
class Reader {
  #settings;
  #listeners;
  #session;
  #closed = false;
  #enqueue = serialQueue();

  /** @param {import('./options.js').Settings} settings @param {import('./session.js').Listeners} listeners
   * @param {Session} session */
  constructor(settings, listeners, session) {
    this.#settings = settings;
    this.#listeners = listeners;
    this.#session = session;
  }

  /** @type {ReaderContract['engine']} */
  get engine() {
    return engineOf(this.#session.opened);
  }

  get model() {
    return this.#session.opened.model;
  }

  /** @type {ReaderContract['read']} */
  read(film, { signal, ...want } = {}) {
    return this.#enqueue(async () => {
      try {
        return await this.#attempt(film, want, signal);
      } catch (error) {
        const died = error instanceof PneumoscopeError && error.code === 'worker-died';
        if (!died || this.engine.threads === 1) throw error;
        this.#settings = withOneThread(this.#settings); // for good: what died of its threads would die of them again
        return this.#attempt(film, want, signal);
      }
    }, signal);
  }

  /** @param {import('./types.d.ts').Film} film @param {object} want @param {AbortSignal} [signal] */
  async #attempt(film, want, signal) {
    const taken = isGrey(film) ? greyCopy(film) : await filmBytes(film);
    const session = await this.#liveSession(signal);
    const { variant, precision, threads, ...findings } = await session.read(taken, want, signal);
    return { ...findings, engine: engineOf({ variant, precision, threads }) };
  }

  close() {
    this.#closed = true;
    this.#session.end(closedError());
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

/** @param {any} film @returns {film is import('./types.d.ts').GreySamples} */
const isGrey = (film) => tagOf(film?.data) === 'Uint16Array';

/** @param {import('./types.d.ts').GreySamples} film */
function greyCopy({ data, width, height, bits }) {
  if (data.length !== width * height)
    throw badArgument(`The film's data have ${data.length} samples; ${width} x ${height} would be ${width * height}.`);
  return { data: data.slice(), width, height, bits };
}

/** The size is checked before the bytes are taken in. @param {any} film @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function filmBytes(film) {
  const size = isBlob(film) ? film.size : (film?.byteLength ?? 0);
  if (size > LIMITS.fileMib * 2 ** 20) throw tooLarge(size);
  return copyBytes(film, 'The film');
}

/** @param {number} size in bytes */
function tooLarge(size) {
  const mib = Math.ceil(size / 2 ** 20);
  return new PneumoscopeError(
    'image-too-large',
    `The film's file has ${mib} MiB; at most ${LIMITS.fileMib} MiB are read.`,
  );
}
