// The engine, and the films that it reads: one after the other, those that are shown first. Whoever wants a film read sets its
// row to 'waiting' and calls run().

import { bare, unreadable } from './outcome.js';
import { withRow } from './films.js';
import { PneumoscopeError } from '../reader/errors.js';
import { patientOf } from '../reader/patients.js';
import { thumbnail } from './thumbnail.js';

/** @typedef {import('./store.js').Row} Row */
/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {import('../reader/types.d.ts').Film} Film */

/** Longest side of a film that is shown, in pixels: what screens have. */
const VIEW_SIDE = 2048;

/** What is asked of the engine for a film that is shown. */
const WHOLE = { heatmap: true, view: true, input: true };

/** @typedef {'open' | 'beside'} Place where a film is shown */

export class Reading {
  #store;
  #createReader;
  #options;
  #ofList;
  /** @type {Promise<Reader | null>} */
  #reader = Promise.resolve(null);
  #stop = new AbortController();
  /** The runs that go on or wait, one after the other. @type {Promise<void>} */
  #runs = Promise.resolve();

  /**
   * @param {import('./store.js').Store} store
   * @param {typeof import('../reader/types.d.ts').createReader} createReader
   * @param {import('../reader/types.d.ts').ReaderOptions & { ofList?: boolean }} [options] `ofList`: a list is made of the
   *   films. The same bytes twice are one film, and films of one study are found
   */
  constructor(store, createReader, { ofList = false, ...options } = {}) {
    this.#store = store;
    this.#createReader = createReader;
    this.#options = options;
    this.#ofList = ofList;
  }

  /** Starts the engine, and reads what waits. */
  async start() {
    this.#store.set({ phase: 'starting', progress: null, trouble: null });
    this.#reader = this.#startReader();
    await this.run();
  }

  /** Reads what waits. A run ends when nothing waits or when it is stopped: a film whose reading was stopped waits again, and the
   * run that it belonged to takes it no more. */
  run() {
    const { signal } = this.#stop;
    this.#runs = this.#runs.then(() => this.#readAll(signal));
    return this.#runs;
  }

  /** Drops the film that is being read and leaves the others waiting. */
  stop() {
    this.#abort();
    this.#store.set({ paused: true });
  }

  #abort() {
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  /** Ends the engine. Films that wait are read when start() is called again. */
  async close() {
    this.#abort();
    const reader = this.#reader;
    this.#reader = Promise.resolve(null);
    (await reader)?.close();
  }

  /** Reads something that is no film of the list, in its turn. @param {Film} film
   * @param {import('../reader/types.d.ts').ReadOptions} [options] @returns {Promise<Findings | null>} null where that fails */
  async readOther(film, options) {
    const { signal } = this.#stop;
    const reader = await this.#reader;
    return reader?.read(film, { signal, ...this.#howOf(null), ...options }).catch(() => null) ?? null;
  }

  /** As a reader does, with the page's. @param {Film} film @param {import('../reader/types.d.ts').ReadOptions} [options]
   * @returns {Promise<Findings>} */
  async readFilm(film, options) {
    const reader = await this.#reader;
    if (!reader) throw new PneumoscopeError('closed', 'The engine did not start.');
    return reader.read(film, options);
  }

  /** A film that is to be shown and has been read is read once more, for its pixels. One that waits comes next in its turn.
   * @param {number} id */
  async show(id) {
    const row = this.#store.state.rows.find((one) => one.id === id);
    const { signal } = this.#stop;
    const reader = await this.#reader;
    if (row?.state !== 'read' || !reader) return;
    try {
      this.#fill(id, await reader.read(row.file, { ...WHOLE, ...this.#howOf(row), signal }));
    } catch (error) {
      if (!signal.aborted) this.#change(id, { trouble: unreadable(error) }); // its answer stands
    }
  }

  /** Whose rule decides about a film that does not say it itself, and whether it is read although its file puts it out of scope.
   * @param {Row | null} row */
  #howOf(row) {
    return { patient: patientOf(row?.group ?? this.#store.state.group), readAnyway: row?.anyway ?? false };
  }

  async #startReader() {
    const onProgress = (/** @type {import('./store.js').State['progress']} */ progress) =>
      this.#store.set({ progress });
    try {
      const reader = await this.#createReader({ viewSide: VIEW_SIDE, ...this.#options, onProgress });
      this.#store.set({ phase: 'ready', progress: null, engine: reader.engine, model: reader.model });
      return reader;
    } catch (error) {
      this.#store.set({ phase: 'failed', progress: null, trouble: unreadable(error) });
      return null;
    }
  }

  /** @param {AbortSignal} signal */
  async #readAll(signal) {
    const reader = await this.#reader;
    let row = this.#next();
    if (!reader || !row) return;
    this.#store.set({ pace: { since: performance.now(), done: 0 } });
    while (row && !signal.aborted) {
      await this.#read(reader, row, signal);
      row = this.#next();
    }
  }

  /** @returns {Row | undefined} the film to be read next */
  #next() {
    const { rows, open, beside, paused } = this.#store.state;
    const waiting = paused ? [] : rows.filter(({ state }) => state === 'waiting');
    return waiting.find(({ id }) => id === open?.id || id === beside?.id) ?? waiting[0];
  }

  /** Afterwards the film waits no more, unless the reading was stopped. @param {Reader} reader @param {Row} row
   * @param {AbortSignal} signal */
  async #read(reader, row, signal) {
    const { id, file, ofFolder } = row;
    this.#change(id, { state: 'reading' });
    const digest = this.#ofList ? await digestOf(file) : null;
    const twin = digest && this.#store.state.rows.find((row) => row.id !== id && row.digest === digest);
    if (twin) return this.#leaveOut(id, 'twice', twin);
    this.#change(id, { digest });
    const shown = this.#placesOf(id).length > 0;
    try {
      const want = { ...(shown ? WHOLE : { input: true }), origin: this.#ofList, ...this.#howOf(row) };
      const { origin, ...findings } = await reader.read(file, { ...want, signal });
      this.#take(id, { ...findings, origin: null }, origin, shown);
    } catch (error) {
      const trouble = unreadable(error);
      if (signal.aborted) this.#change(id, { state: 'waiting' });
      else if (ofFolder && trouble.reason === 'not-an-image') this.#leaveOut(id, 'no-picture');
      else this.#change(id, { state: 'failed', trouble });
    }
  }

  /** @param {number} id @param {Findings} findings @param {Row['origin']} origin @param {boolean} whole whether they have the film's pixels */
  #take(id, findings, origin, whole) {
    const { pace, rows } = this.#store.state;
    const small = findings.input && thumbnail(findings.input);
    const read = /** @type {const} */ ({ state: 'read', findings: bare(findings), origin, thumbnail: small });
    this.#store.set({
      pace: { ...pace, done: pace.done + 1 },
      engine: findings.engine,
      rows: withRow(rows, id, read),
    });
    if (whole) this.#fill(id, findings);
    else if (this.#placesOf(id).length > 0) this.show(id); // opened while it was read
  }

  /** A folder's report or plan, which nobody chose as a film; or a film that is in the list already.
   * @param {number} id @param {'no-picture' | 'twice'} why @param {Row} [twin] */
  #leaveOut(id, why, twin) {
    const { rows, leftOut, open } = this.#store.state;
    const left = rows.filter((row) => row.id !== id);
    this.#store.set({ rows: left, leftOut: { ...leftOut, [why]: (leftOut[why] ?? 0) + 1 } });
    if (open?.id === id) this.onLeftOut(twin ?? left[0]);
  }

  /** What to do when the open film is left out of the list. @type {(instead: Row | undefined) => void} */
  onLeftOut = () => this.#store.set({ open: null });

  /** @param {number} id @param {Findings} findings */
  #fill(id, findings) {
    for (const place of this.#placesOf(id)) this.#store.set({ [place]: { ...this.#store.state[place], findings } });
  }

  /** @param {number} id @returns {Place[]} where the film is shown */
  #placesOf(id) {
    return /** @type {const} */ (['open', 'beside']).filter((place) => this.#store.state[place]?.id === id);
  }

  /** @param {number} id @param {Partial<Row>} changes */
  #change(id, changes) {
    this.#store.set({ rows: withRow(this.#store.state.rows, id, changes) });
  }
}

/** @param {Blob} file @returns {Promise<string | null>} null where it cannot be opened, or nothing makes digests */
async function digestOf(file) {
  const made = await file
    .arrayBuffer()
    .then((bytes) => crypto.subtle.digest('SHA-256', bytes))
    .catch(() => null);
  return made && String(new Uint8Array(made));
}
