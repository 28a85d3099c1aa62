// The desk: everything that is known of the films, and the one place that changes it. Widgets send deeds (store.js lists them)
// as events; the desk does them; what has changed reaches the widgets through the store.

import { patientOf } from '../reader/patients.js';
import { newRow, unread, withRow } from './films.js';
import { unreadable } from './outcome.js';
import { INITIAL } from './placement.js';
import { checkModel, looksLikeProfile, takeProfile } from '../reader/profile.js';
import { Reading } from './reading.js';
import { fetchSibling } from './sibling.js';
import { listed, ofPatient, ofPatients, withSiteRule } from './triage.js';
import { remembered, wayBack } from './undo.js';

/** @typedef {import('./store.js').Deeds} Deeds */
/** @typedef {import('./store.js').Opened} Opened */
/** @typedef {import('./store.js').Row} Row */
/** @typedef {import('./store.js').State} State */
/** @typedef {import('../reader/types.d.ts').Findings} Findings */

/** What belongs to the films that are shown, and goes with them. */
const NOTHING_SHOWN = {
  open: null,
  beside: null,
  active: /** @type {const} */ ('open'),
  stability: null,
  reread: null,
};

export class Desk {
  /** The model as its file has it; the state's has a site's rule in place of its own while a profile is in force.
   * @type {import('../reader/types.d.ts').Model | null} */
  ownModel = null;
  #reading;
  #options;
  #last = 0; // number given to a film

  /**
   * @param {import('./store.js').Store} store
   * @param {typeof import('../reader/types.d.ts').createReader} createReader
   * @param {ConstructorParameters<typeof Reading>[2]} [options]
   */
  constructor(store, createReader, options = {}) {
    this.store = store;
    this.#options = options;
    this.#reading = new Reading(this.store, createReader, options);
    this.store.subscribe(({ profile, phase }, before) => {
      if (phase === 'ready' && before.phase !== 'ready') this.ownModel = this.state.model;
      if (phase !== before.phase || profile !== before.profile) this.#applyProfile();
    });
    this.#reading.onLeftOut = (instead) => (instead ? this.open(instead) : this.store.set(NOTHING_SHOWN));
  }

  get state() {
    return this.store.state;
  }

  /** Starts the engine, and reads what waits. */
  async start() {
    loadMetrics(this.#options.assets).then((metrics) => this.store.set({ metrics }));
    await this.#reading.start();
  }

  /** Ends the engine; the films stay. */
  close() {
    return this.#reading.close();
  }

  /** What the desk does at each deed. @type {{ [Name in keyof Deeds]?: (detail: Deeds[Name]) => unknown }} */
  #deeds = {
    'do-add': (found) => this.take(found),
    'do-open': (which) => this.open(which),
    'do-compare': (which) => this.compare(which),
    'do-step': ({ by }) => this.step(by),
    'do-cancel': () => this.#reading.stop(),
    'do-resume': () => this.resume(),
    'do-retry': (which) => this.retry(which),
    'do-read-anyway': (which) => this.readAnyway(which),
    'do-clear': () => this.clear(),
    'do-undo': () => this.undo(),
    'do-remove': (which) => this.remove(which),
    'do-note': (note) => this.#note(note),
    'do-check': () => this.check(),
    'do-reread': (which) => this.reread(which),
    'do-set': (changes) => this.#set(changes, changes.group !== undefined),
    'do-change': (change) => this.store.set(change(this.state)),
    'do-view': (change) => this.#place(change),
  };

  /** Does what the widgets below a root ask for. @param {EventTarget} root @returns {() => void} ends it */
  obey(root) {
    const ending = new AbortController();
    for (const [name, act] of Object.entries(this.#deeds)) {
      const obeyed = (/** @type {Event} */ event) => {
        event.stopPropagation(); // it is done once, however many roots are above the widget
        /** @type {any} */ (act)(/** @type {CustomEvent} */ (event).detail);
      };
      root.addEventListener(name, obeyed, { signal: ending.signal });
    }
    return () => ending.abort();
  }

  /** What comes in from outside: films, or a site's profile. @param {Deeds['do-add']} found */
  async take(found) {
    const [only, ...more] = found.files;
    const text = only && more.length === 0 && /\.json$/i.test(only.name) ? await only.file.text().catch(() => '') : '';
    if (looksLikeProfile(text)) await this.useProfile(new Blob([text]));
    else this.add(found);
  }

  /** Judges by a site's rule, or with null by the model's own. What cannot be used is told as a trouble.
   * @param {import('../reader/types.d.ts').ReaderOptions['profile']} source */
  async useProfile(source) {
    try {
      this.store.set({ profile: await takeProfile(source), pointName: '', trouble: null });
    } catch (error) {
      this.store.set({ trouble: unreadable(error) });
    }
  }

  #applyProfile() {
    const { ownModel, state } = this;
    if (state.phase !== 'ready' || !ownModel) return;
    try {
      if (state.profile) checkModel(state.profile, ownModel);
      this.store.set({ model: state.profile ? withSiteRule(ownModel, state.profile) : ownModel });
    } catch (error) {
      this.store.set({ profile: null, trouble: unreadable(error) });
    }
  }

  /** Reads a film that is none of the list. Rejects as a reader does. @param {import('../reader/types.d.ts').Film} film
   * @param {import('../reader/types.d.ts').ReadOptions} [options] */
  readFilm(film, options) {
    return this.#reading.readFilm(film, options);
  }

  /** Films come in; the first of them is opened at once. @param {Deeds['do-add']} found @returns {number[]} the films' numbers */
  add({ files, leftOut = {} }) {
    const { rows, phase, undoable } = this.state;
    const anew = rows.length === 0 && undoable.at(-1)?.what === 'cleared';
    if (anew) this.#last = 0;
    const added = files.map((film) => newRow(film, ++this.#last));
    const rest = { leftOut, undoable: anew ? [] : undoable, paused: false, trouble: null };
    this.store.set({ rows: [...rows, ...added], ...rest });
    if (added.length > 0) this.open(added[0]);
    if (phase === 'failed') this.start();
    else this.#reading.run();
    return added.map(({ id }) => id);
  }

  /** Shows a film. @param {{ id: number }} which */
  open({ id }) {
    const { rows, beside } = this.state;
    this.store.set({
      ...NOTHING_SHOWN,
      open: { id, findings: null, view: INITIAL },
      beside: beside?.id === id ? null : beside,
      rows: withRow(rows, id, { seen: true }),
      told: false,
    });
    this.#reading.show(id);
  }

  /** Shows a second film beside the open one; that same film again takes it away. @param {{ id: number }} which */
  compare({ id }) {
    const { open, beside } = this.state;
    if (id === open?.id || id === beside?.id) return this.store.set({ beside: null, active: 'open' });
    this.store.set({ beside: { id, findings: null, view: INITIAL }, active: 'beside' });
    this.#reading.show(id);
  }

  /** Shows another film, in the order of the list. @param {1 | -1} by */
  step(by) {
    const { state } = this;
    const sorted = listed(state);
    const next = sorted[sorted.findIndex(({ id }) => id === state.open?.id) + by];
    if (next) this.open(next);
  }

  /** Reads on after a stop, what is to be shown first. */
  resume() {
    this.store.set({ paused: false });
    const { open, beside } = this.state;
    for (const opened of [open, beside]) if (opened && !opened.findings) this.#reading.show(opened.id);
    this.#reading.run();
  }

  /** Reads again: one film, or all that failed. Starts the engine where it did not start. @param {{ id?: number }} which */
  retry({ id }) {
    const { rows, phase } = this.state;
    const again = (/** @type {Row} */ row) => row.state === 'failed' && (id === undefined || row.id === id);
    this.store.set({ rows: unread(rows, again), paused: false });
    if (phase === 'failed') this.start();
    else this.#reading.run();
  }

  /** Reads a film although its file puts it out of scope. @param {{ id: number }} which */
  readAnyway({ id }) {
    const { rows } = this.state;
    this.store.set({
      rows: withRow(
        unread(rows, (row) => row.id === id),
        id,
        { anyway: true },
      ),
      paused: false,
    });
    this.open({ id });
    this.#reading.run();
  }

  /** Empties the list. */
  clear() {
    this.#reading.stop();
    const { rows, group, undoable } = this.state;
    const empty = { rows: [], leftOut: {}, paused: false, trouble: null, group: null };
    const step = remembered(undoable, { what: 'cleared', rows, at: 0, group });
    this.store.set({ ...NOTHING_SHOWN, ...empty, ...step });
  }

  /** Takes a film off the list; the next one takes its place on the screen, by triage where the list does not name it.
   * @param {Deeds['do-remove']} which */
  remove({ id, next: named }) {
    const { rows, open, beside, undoable } = this.state;
    const at = rows.findIndex((row) => row.id === id);
    if (at < 0) return;
    const sorted = listed(this.state);
    const place = sorted.findIndex((row) => row.id === id);
    const next = sorted.find((row) => row.id === named) ?? sorted[place + 1] ?? sorted[place - 1];
    const alone = beside?.id === id ? /** @type {const} */ ({ beside: null, active: 'open' }) : {};
    const left = rows.filter((row) => row.id !== id);
    this.store.set({
      rows: left,
      ...alone,
      ...remembered(undoable, { what: 'removed', rows: [rows[at]], at }),
    });
    if (open?.id !== id) return;
    if (next) this.open(next);
    else this.store.set(NOTHING_SHOWN);
    this.store.set({ told: true });
  }

  /** Takes the last step back, and shows the film that it was about. */
  undo() {
    const { rows, open, beside, undoable } = this.state;
    const step = undoable.at(-1);
    if (!step) return;
    const rest = { undoable: undoable.slice(0, -1), told: false };
    if (!('rows' in step)) {
      this.store.set({ ...rest, rows: withRow(rows, step.id, step.changes) });
      if (open?.id !== step.id && beside?.id !== step.id) this.open(step);
      return;
    }
    const digests = new Set(rows.map(({ digest }) => digest));
    const again = unread(step.rows, ({ state }) => state === 'reading').filter(
      ({ digest }) => digest === null || !digests.has(digest), // the same bytes may have come in anew
    );
    const all = [...rows.slice(0, step.at), ...again, ...rows.slice(step.at)];
    const cleared = step.what === 'cleared' ? { group: step.group, paused: false } : {};
    this.#set({ ...rest, rows: all, ...cleared }, true);
    const first = step.what === 'cleared' ? listed(this.state)[0] : again[0];
    if (first) this.open(first);
    this.#reading.run();
  }

  /** @param {Deeds['do-note']} note */
  #note(note) {
    const { rows, undoable } = this.state;
    const step = wayBack(
      rows.find(({ id }) => id === note.id),
      note,
    );
    const changed = { rows: withRow(rows, note.id, note.changes), ...remembered(undoable, step) };
    this.#set(changed, note.changes.group !== undefined);
  }

  /** Reads changed copies of the film at hand, to see whether its answer holds. */
  async check() {
    const opened = this.#atHand;
    if (!opened?.findings) return;
    const { id } = opened;
    const tell = (/** @type {import('./stability.js').Stability | null} */ copies) => {
      if (this.#atHand?.id === id) this.store.set({ stability: copies && { id, copies } });
    };
    const { checkStability } = await import('./stability.js');
    await checkStability(opened.findings, (film) => this.#reading.readOther(film), tell);
  }

  /** Reads the film at hand otherwise than it lies. @param {{ how: import('./reread.js').How }} which */
  async reread({ how }) {
    const opened = this.#atHand;
    const view = opened?.findings?.view;
    if (!view) return;
    const { REREADINGS } = await import('./reread.js');
    const findings = await this.#reading.readOther(REREADINGS[how]({ ...view, bits: 16 }));
    if (findings && this.#atHand?.id === opened.id) this.store.set({ reread: { id: opened.id, how, findings } });
  }

  /** A film that has been read, once more with its picture, whatever becomes of the list; null where that fails.
   * @param {Row} row @returns {Promise<Findings | null>} */
  readWhole({ file, anyway, group }) {
    const patient = patientOf(group ?? this.state.group);
    const whole = { heatmap: true, view: true, signal: undefined };
    return this.#reading.readOther(file, { ...whole, patient, readAnyway: anyway });
  }

  /** Of the films that are shown the one that the user works on. */
  get #atHand() {
    return this.state[this.state.active];
  }

  /** Whom the films are of says whose rule of the model decides: the answers that are there follow.
   * @param {Partial<State>} changes @param {boolean} regroups whether they say whom films are of */
  #set(changes, regroups) {
    if (!regroups) return this.store.set(changes);
    const { group, rows: said, open, beside } = { ...this.state, ...changes };
    const rows = ofPatients(said, group);
    const shown = (/** @type {Opened | null} */ film) => {
      const row = rows.find(({ id }) => id === film?.id);
      return film?.findings ? { ...film, findings: ofPatient(film.findings, row?.group ?? null, group) } : film;
    };
    this.store.set({ ...changes, rows, open: shown(open), beside: shown(beside) });
  }

  /** @param {Deeds['do-view']} change */
  #place({ place, view }) {
    const { state } = this;
    const other = place === 'open' ? 'beside' : 'open';
    const follows = state.linked && ofOneSize(state.open, state.beside);
    this.store.set({
      [place]: { ...state[place], view },
      ...(follows ? { [other]: { ...state[other], view } } : {}),
    });
  }
}

/** @param {Opened | null} one @param {Opened | null} other */
const ofOneSize = (one, other) =>
  one?.findings?.width === other?.findings?.width && one?.findings?.height === other?.findings?.height;

/** What was measured of the model: model/metrics.json beside the page, or null where nothing was.
 * @param {string | URL} [assets] the folder of model/, where it is not beside this script
 * @returns {Promise<State['metrics']>} */
async function loadMetrics(assets) {
  const file = await fetchSibling('./model/metrics.json', assets).catch(() => null);
  return file && JSON.parse(await file.text());
}
