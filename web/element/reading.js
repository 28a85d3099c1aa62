// Reads the films of the list one after the other, and does what the user asks of them.
// Films to be shown come before those that wait; at any time one film alone is decoded.

import { loadMetrics } from './metrics.js';
import { thumbnail } from './viewer/thumbnail.js';
import { listed } from './triage.js';
import { INITIAL } from './viewer/view.js';

/** @typedef {import('./store.js').Row} Row */
/** @typedef {import('./store.js').Opened} Opened */
/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').ReaderOptions} ReaderOptions */

/** Longest side of a film that is shown, in pixels: what screens have. */
const VIEW_SIDE = 2048;

export class Reading {
  #store;
  #createReader;
  #options;
  /** @type {Promise<import('../reader/types.d.ts').Reader | null>} */
  #reader = Promise.resolve(null);
  #stop = new AbortController();
  #runs = false;
  #unites;
  /** Whether the film that is open was opened by the page. */
  #opensItself = false;

  /**
   * @param {import('./store.js').Store} store
   * @param {typeof import('../reader/types.d.ts').createReader} createReader
   * @param {ReaderOptions & { unites?: boolean }} [options] `unites`: the same bytes twice are one film
   */
  constructor(store, createReader, { unites = false, ...options } = {}) {
    this.#store = store;
    this.#createReader = createReader;
    this.#options = options;
    this.#unites = unites;
  }

  /** Starts the engine, and reads what waits. */
  async start() {
    this.#store.set({ phase: 'starting', progress: null, trouble: null });
    loadMetrics(this.#options.assets).then((metrics) => this.#store.set({ metrics }));
    this.#reader = this.#startReader();
    if (await this.#reader) await this.#run();
  }

  /** Obeys the events of the widgets below a root. @param {EventTarget} root @returns {() => void} ends it */
  obey(root) {
    const ending = new AbortController();
    const { signal } = ending;
    /** @template {keyof import('./store.js').Deeds} Name @param {Name} name
     * @param {(detail: import('./store.js').Deeds[Name]) => void} act */
    const on = (name, act) =>
      root.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail), { signal });
    // Who works on a film keeps it open.
    for (const name of /** @type {const} */ (['do-note', 'do-view', 'do-check', 'do-reread', 'do-compare']))
      on(name, () => (this.#opensItself = false));
    on('do-add', (found) => this.add(found));
    on('do-open', (which) => this.open(which));
    on('do-compare', (which) => this.compare(which));
    on('do-cancel', () => this.cancel());
    on('do-resume', () => this.resume());
    on('do-retry', (which) => this.retry(which));
    on('do-clear', () => this.clear());
    on('do-step', ({ by }) => this.step(by));
    on('do-check', () => this.check());
    on('do-undo', () => this.undo());
    on('do-note', ({ id, changes }) => this.#change(id, changes));
    on('do-reread', (which) => this.reread(which));
    on('do-set', (changes) => this.#store.set(changes));
    on('do-change', (change) => this.#store.set(change(this.#store.state)));
    on('do-view', ({ place, view }) => this.#view(place, view));
    return () => ending.abort();
  }

  /** Ends the engine. */
  async close() {
    this.#stop.abort();
    (await this.#reader)?.close();
  }

  /** @param {import('./store.js').Deeds['do-add']} found @returns {number[]} the films' numbers */
  add({ files, leftOut = {} }) {
    const { rows, open } = this.#store.state;
    const last = rows.at(-1)?.id ?? 0;
    const added = files.map((film, i) => newRow({ ofFolder: false, ...film, id: last + i + 1 }));
    this.#store.set({ rows: [...rows, ...added], leftOut, paused: false, trouble: null });
    const alone = added.length === 1;
    if (added.length > 0 && (alone || !open)) {
      this.open({ id: added[0].id });
      this.#opensItself = !alone;
    }
    if (this.#store.state.phase === 'failed') this.start();
    else this.#run();
    return added.map(({ id }) => id);
  }

  /** Shows a film. @param {{ id: number }} which */
  open({ id }) {
    const { beside } = this.#store.state;
    this.#opensItself = false;
    const open = { id, findings: null, view: INITIAL };
    this.#store.set({ open, beside: beside?.id === id ? null : beside, active: 'open', stability: null, reread: null });
    this.#change(id, { seen: true });
    this.#show(id);
  }

  /** Shows a second film beside the open one; that same film again takes it away. @param {{ id: number }} which */
  compare({ id }) {
    const { open, beside } = this.#store.state;
    if (id === open?.id || id === beside?.id) return this.#store.set({ beside: null, active: 'open' });
    this.#store.set({ beside: { id, findings: null, view: INITIAL }, active: 'beside' });
    this.#show(id);
  }

  /** Shows another film, in the order of the list. @param {1 | -1} by */
  step(by) {
    const { state } = this.#store;
    const { open } = state;
    const sorted = listed(state);
    const next = sorted[sorted.findIndex(({ id }) => id === open?.id) + by];
    if (next) this.open(next);
  }

  /** Reads changed copies of the open film, to see whether its answer holds. */
  async check() {
    const { open } = this.#store.state;
    const reader = await this.#reader;
    if (!reader || !open?.findings) return;
    const tell = (/** @type {import('./answer/stability.js').Stability | null} */ stability) => {
      if (this.#store.state.open?.id === open.id) this.#store.set({ stability });
    };
    const { signal } = this.#stop;
    const { checkStability } = await import('./answer/stability.js');
    await checkStability(open.findings, (film) => reader.read(film, { signal }), tell).catch(() => tell(null));
  }

  /** A film that has been read, once more with its picture, whatever becomes of the list; null where that fails.
   * @param {Row} row @returns {Promise<Findings | null>} */
  async readWhole({ file }) {
    const reader = await this.#reader;
    return reader?.read(file, { heatmap: true, view: true }).catch(() => null) ?? null;
  }

  /** Reads the open film otherwise than it lies. @param {{ how: import('./answer/reread.js').How }} which */
  async reread({ how }) {
    const { open } = this.#store.state;
    const reader = await this.#reader;
    const view = open?.findings?.view;
    if (!reader || !view) return;
    const { REREADINGS } = await import('./answer/reread.js');
    const film = REREADINGS[how]({ ...view, bits: 16 });
    const findings = await reader.read(film, { signal: this.#stop.signal }).catch(() => null);
    if (!findings || this.#store.state.open?.id !== open.id) return;
    this.#store.set({ reread: { how, findings } });
  }

  /** Drops the film that is being read and leaves the others waiting. */
  cancel() {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#store.set({ paused: true });
  }

  /** Reads on after a cancel, what is to be shown first. */
  resume() {
    this.#store.set({ paused: false });
    const { open, beside } = this.#store.state;
    for (const opened of [open, beside]) if (opened && !opened.findings) this.#show(opened.id);
    this.#run();
  }

  /** Reads again: one film, or all that failed. Starts the engine where it did not start. @param {{ id?: number }} which */
  retry({ id }) {
    const again = (/** @type {Row} */ row) => row.state === 'failed' && (id === undefined || row.id === id);
    const unread = /** @type {const} */ ({ state: 'waiting', findings: null, thumbnail: null, trouble: null });
    const rows = this.#store.state.rows.map((row) => (again(row) ? { ...row, ...unread } : row));
    this.#store.set({ rows, paused: false });
    if (this.#store.state.phase === 'failed') this.start();
    else this.#run();
  }

  /** Empties the list. */
  clear() {
    const cleared = this.#store.state.rows;
    this.cancel();
    this.#store.set({
      cleared,
      rows: [],
      leftOut: {},
      paused: false,
      open: null,
      beside: null,
      trouble: null,
      stability: null,
      reread: null,
      group: null,
    });
  }

  /** Brings the list back that was emptied last. */
  undo() {
    const { rows, cleared } = this.#store.state;
    const again = cleared.map((row) =>
      row.state === 'reading' ? { ...row, state: /** @type {const} */ ('waiting') } : row,
    );
    if (rows.length > 0 || again.length === 0) return;
    this.#store.set({ rows: again, cleared: [], paused: false });
    this.open({ id: listed(this.#store.state)[0].id });
    this.#run();
  }

  async #startReader() {
    const onProgress = (/** @type {import('./store.js').State['progress']} */ progress) =>
      this.#store.set({ progress });
    try {
      const reader = await this.#createReader({ viewSide: VIEW_SIDE, ...this.#options, onProgress });
      this.#store.set({ phase: 'ready', progress: null, engine: reader.engine, model: reader.model });
      return reader;
    } catch (error) {
      this.#store.set({ phase: 'failed', progress: null, trouble: troubleOf(error) });
      return null;
    }
  }

  async #run() {
    if (this.#runs) return;
    this.#runs = true;
    const reader = await this.#reader;
    this.#store.set({ pace: { since: performance.now(), done: 0 } });
    for (let row; reader && (row = this.#next());) await this.#read(reader, row);
    this.#runs = false;
    const { open, paused } = this.#store.state;
    const first = listed(this.#store.state)[0];
    if (this.#opensItself && !paused && first && first.id !== open?.id) this.open(first); // nobody has chosen another meanwhile
  }

  /** @returns {Row | undefined} the film to be read next */
  #next() {
    const { rows, open, beside, paused } = this.#store.state;
    const waiting = paused ? [] : rows.filter(({ state }) => state === 'waiting');
    return waiting.find(({ id }) => id === open?.id || id === beside?.id) ?? waiting[0];
  }

  /** @param {import('../reader/types.d.ts').Reader} reader @param {Row} row */
  async #read(reader, { id, file, ofFolder }) {
    const { signal } = this.#stop;
    const shown = this.#opened(id).length > 0;
    this.#change(id, { state: 'reading' });
    const digest = this.#unites ? await digestOf(file) : null;
    const twin = digest && this.#store.state.rows.find((row) => row.id !== id && row.digest === digest);
    if (twin) return this.#leaveOut(id, 'twice', twin);
    this.#change(id, { digest });
    try {
      const findings = await reader.read(file, { heatmap: shown, view: shown, input: true, signal });
      const { pace } = this.#store.state;
      this.#store.set({ pace: { ...pace, done: pace.done + 1 }, engine: findings.engine });
      this.#change(id, {
        state: 'read',
        findings: bare(findings),
        thumbnail: findings.input && thumbnail(findings.input),
      });
      if (shown) this.#fill(id, findings);
      else if (this.#opened(id).length > 0) this.#show(id); // opened while it was read
    } catch (error) {
      if (!signal.aborted && ofFolder && troubleOf(error).reason === 'not-an-image') this.#leaveOut(id, 'no-picture');
      else this.#change(id, signal.aborted ? { state: 'waiting' } : { state: 'failed', trouble: troubleOf(error) });
    }
  }

  /** A folder's report or plan, which nobody chose as a film; or a film that is in the list already.
   * @param {number} id @param {'no-picture' | 'twice'} why @param {Row} [twin] */
  #leaveOut(id, why, twin) {
    const { rows, leftOut, open } = this.#store.state;
    const left = rows.filter((row) => row.id !== id);
    this.#store.set({ rows: left, leftOut: { ...leftOut, [why]: (leftOut[why] ?? 0) + 1 } });
    if (open?.id !== id) return;
    if (left.length > 0) this.open(twin ?? left[0]);
    else this.#store.set({ open: null });
  }

  /** A film that has been read is read once more for its pixels; one that waits comes next in turn. @param {number} id */
  async #show(id) {
    const row = this.#store.state.rows.find((one) => one.id === id);
    const reader = await this.#reader;
    if (row?.state !== 'read' || !reader) return;
    const { signal } = this.#stop;
    try {
      this.#fill(id, await reader.read(row.file, { heatmap: true, view: true, input: true, signal }));
    } catch (error) {
      if (!signal.aborted) this.#change(id, { trouble: troubleOf(error) }); // its answer stands
    }
  }

  /** @param {number} id @param {Findings} findings */
  #fill(id, findings) {
    for (const place of this.#opened(id)) this.#store.set({ [place]: { ...this.#store.state[place], findings } });
  }

  /** @param {'open' | 'beside'} place @param {import('./viewer/view.js').View} view */
  #view(place, view) {
    const { state } = this.#store;
    const other = place === 'open' ? 'beside' : 'open';
    const follows = state.linked && ofOneSize(state.open, state.beside);
    this.#store.set({
      [place]: { ...state[place], view },
      ...(follows ? { [other]: { ...state[other], view } } : {}),
    });
  }

  /** @param {number} id @returns {('open' | 'beside')[]} where the film is shown */
  #opened(id) {
    return /** @type {const} */ (['open', 'beside']).filter((place) => this.#store.state[place]?.id === id);
  }

  /** @param {number} id @param {Partial<Row>} changes */
  #change(id, changes) {
    const { rows } = this.#store.state;
    this.#store.set({ rows: rows.map((row) => (row.id === id ? { ...row, ...changes } : row)) });
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

/** @param {Opened | null} one @param {Opened | null} other */
const ofOneSize = (one, other) =>
  one?.findings?.width === other?.findings?.width && one?.findings?.height === other?.findings?.height;

/** @param {Pick<Row, 'id' | 'file' | 'name' | 'ofFolder'>} film @returns {Row} */
function newRow({ id, file, name, ofFolder }) {
  const noted = { digest: null, reference: '', mark: null, seen: false, revealed: false };
  return { id, file, name, ofFolder, state: 'waiting', findings: null, thumbnail: null, trouble: null, ...noted };
}

/** What stays in the list. @param {Findings} findings @returns {Findings} */
const bare = (findings) => ({ ...findings, heatmap: null, view: null, input: null });

/** @param {any} error @returns {import('./store.js').Trouble} */
export function troubleOf(error) {
  if (error?.name === 'PneumoscopeError') return { code: error.code, message: error.message, reason: error.reason };
  return { code: 'unexpected', message: String(error) };
}
