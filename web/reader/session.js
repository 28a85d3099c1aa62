// One worker's life: started, opened with engine and model, read with, ended. A session that has ended stays ended.

import { explainScript } from '../worker/assets.js';
import { workerAddress } from './browser-worker.js';
import { PneumoscopeError } from './errors.js';
import { WorkerLink } from './link.js';

/** @typedef {import('./options.js').Settings} Settings */
/**
 * @typedef {Omit<import('./types.d.ts').Engine, 'version'> & { model: import('./types.d.ts').Model,
 *   compiled?: WebAssembly.Module }} Opened `compiled` where it is to be shared
 */

/** What a second try without threads may mend: threads that cannot be had, or no room for the memory they share. */
const MENDED_BY_ONE_THREAD = ['worker-died', 'no-memory', 'engine-failed'];

/** What a session tells while it lives. @typedef {Pick<import('./types.d.ts').ReaderOptions, 'onProgress' | 'onRequest'>} Listeners */

/** Starts a session; where the engine with its threads does not start, a second one with one thread.
 * @param {Settings} settings @param {Listeners} listeners @param {AbortSignal} [signal]
 * @returns {Promise<Session>} Rejects with a PneumoscopeError or with the signal's reason. */
export async function startSession(settings, listeners, signal) {
  try {
    return await Session.start(settings, listeners, signal);
  } catch (error) {
    const code = error instanceof PneumoscopeError ? error.code : '';
    if (settings.threads === 1 || !MENDED_BY_ONE_THREAD.includes(code)) throw error;
    return Session.start(withOneThread(settings), listeners, signal);
  }
}

/** @param {Settings} settings @returns {Settings} for an engine that is not the one with threads, even if that is compiled */
export function withOneThread({ compiled: _, ...settings }) {
  const variant = /** @type {Settings['variant']} */ (settings.variant?.replace('-threads', ''));
  return { ...settings, variant, threads: 1 };
}

export class Session {
  #link;

  /** @param {WorkerLink} link @param {Opened} opened */
  constructor(link, opened) {
    this.#link = link;
    this.opened = opened;
  }

  /** @param {Settings} settings @param {Listeners} listeners @param {AbortSignal} [signal] @returns {Promise<Session>} */
  static async start(settings, { onProgress, onRequest }, signal) {
    let silent = true;
    const assets = settings.assets === undefined ? undefined : new URL(settings.assets);
    const link = new WorkerLink(assets, ({ progress, requested = [] }) => {
      silent = false;
      if (progress) onProgress?.(progress);
      for (const { url, time } of requested) onRequest?.(url, time);
    });
    try {
      return new Session(link, await link.call('open', { settings, share: settings.share }, [], signal));
    } catch (error) {
      link.end(error);
      throw silent ? await explainDeath(error, assets) : error;
    }
  }

  get ended() {
    return this.#link.ended;
  }

  /** @param {Uint8Array<ArrayBuffer> | import('./types.d.ts').GreySamples} film is given away
   * @param {object} want @param {AbortSignal} [signal] */
  read(film, want, signal) {
    const { buffer } = 'data' in film ? film.data : film;
    return this.#link.call('read', { film, want }, [buffer], signal);
  }

  /** @param {unknown} reason */
  end(reason) {
    this.#link.end(reason);
  }
}

/** A worker that dies before it has said anything is most often a script that is missing, or a page in its place.
 * @param {unknown} error @param {URL | undefined} assets @returns {Promise<unknown>} */
async function explainDeath(error, assets) {
  const address = workerAddress(assets);
  if (!(error instanceof PneumoscopeError) || error.code !== 'worker-died' || !address) return error;
  return explainScript(address, error.message);
}
