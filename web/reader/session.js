// One worker's life: started, opened with engine and model, read with, ended. A session that has ended stays ended.

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
  #assets;

  /** @param {WorkerLink} link @param {Opened} opened @param {URL | undefined} assets */
  constructor(link, opened, assets) {
    this.#link = link;
    this.opened = opened;
    this.#assets = assets;
  }

  /** @param {Settings} settings @param {Listeners} listeners @param {AbortSignal} [signal] @returns {Promise<Session>} */
  static async start(settings, { onProgress, onRequest }, signal) {
    let silent = true;
    const assets = settings.assets === undefined ? undefined : new URL(settings.assets);
    /** @type {WorkerLink | undefined} */
    let link;
    try {
      link = new WorkerLink(assets, ({ progress, requested = [] }) => {
        silent = false;
        if (progress) onProgress?.(progress);
        for (const { url, time } of requested) onRequest?.(url, time);
      });
      const opened = await link.call('open', { settings, share: settings.share }, [], signal);
      return new Session(link, opened, assets);
    } catch (error) {
      link?.end(error);
      throw await explained(error, !link ? 'unstarted' : silent ? 'silent' : 'speaking', assets);
    }
  }

  get ended() {
    return this.#link.ended;
  }

  /** @param {Uint8Array<ArrayBuffer> | import('./types.d.ts').GreySamples | import('./inputs.js').Pixels} film is given away
   * @param {object} want @param {AbortSignal} [signal] */
  async read(film, want, signal) {
    const { buffer } = 'data' in film ? film.data : film;
    try {
      return await this.#link.call('read', { film, want }, [buffer], signal);
    } catch (error) {
      throw await explained(error, 'speaking', this.#assets);
    }
  }

  /** @param {unknown} reason */
  end(reason) {
    this.#link.end(reason);
  }
}

/** What an error means and what to do about it; its script comes only to those who need it.
 * @param {unknown} error @param {import('./explain.js').Stage} stage @param {URL | undefined} assets */
async function explained(error, stage, assets) {
  const code = error instanceof PneumoscopeError ? error.code : '';
  if (stage !== 'unstarted' && code !== 'bad-asset' && (code !== 'worker-died' || stage !== 'silent')) return error;
  return (await import('./explain.js')).explain(error, stage, assets);
}
