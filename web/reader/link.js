// A worker as something to call: each call's answer finds its promise by number, and a death rejects what is open.

import { PneumoscopeError } from './errors.js';
import { spawn } from './spawn.js';

/** Why a worker ends after an answer: the memory that a large film has taken goes with it. */
const SPENT = new PneumoscopeError('worker-died', 'The worker was let go.');

/** @typedef {{ resolve: (value: any) => void, reject: (reason: unknown) => void }} Waiter */

export class WorkerLink {
  #worker;
  #next = 0;
  /** @type {Map<number, Waiter>} */
  #open = new Map();
  /** @type {unknown} */
  #ended;
  #onNews;

  /**
   * @param {URL | undefined} assets
   * @param {(news: any) => void} onNews gets every message that answers no call
   */
  constructor(assets, onNews) {
    this.#onNews = onNews;
    this.#worker = spawn(
      assets,
      (message) => this.#receive(message),
      (why) => this.end(new PneumoscopeError('worker-died', `The worker ended unasked${why && `: ${why}`}.`)),
    );
    this.#worker.hold(false);
  }

  /** Whether this worker is done for. */
  get ended() {
    return this.#ended !== undefined;
  }

  /**
   * @param {string} call @param {object} details @param {ArrayBuffer[]} [transfer]
   * @param {AbortSignal} [signal] ends the worker
   * @returns {Promise<any>} Rejects with a PneumoscopeError or with the signal's reason.
   */
  async call(call, details, transfer, signal) {
    signal?.throwIfAborted();
    if (this.ended) throw this.#ended;
    const abort = () => this.end(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await this.#ask({ call, ...details }, transfer);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends the worker; calls that are open are rejected with the reason. @param {unknown} reason */
  end(reason) {
    if (this.ended) return;
    this.#ended = reason;
    this.#worker.terminate();
    for (const { reject } of this.#open.values()) reject(reason);
    this.#open.clear();
  }

  /** @param {object} message @param {ArrayBuffer[]} [transfer] */
  #ask(message, transfer) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#worker.hold(true);
      this.#worker.post({ id, ...message }, transfer);
    });
  }

  /** @param {any} message */
  #receive({ id, value, error, fatal, ...news }) {
    if (id === undefined) return this.#onNews(news);
    const waiter = this.#open.get(id);
    this.#open.delete(id);
    if (this.#open.size === 0) this.#worker.hold(false);
    if (error) waiter?.reject(new PneumoscopeError(error.code, error.message, error.reason));
    else waiter?.resolve(value);
    if (fatal) this.end(error ? new PneumoscopeError(error.code, error.message) : SPENT);
  }
}
