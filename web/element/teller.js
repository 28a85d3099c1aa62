// Tells the page that an element stands in what has happened: by events, and to whoever has called read().

import { judged, pointInForce } from '../desk/triage.js';
import { PneumoscopeError } from '../reader/errors.js';

/** @typedef {import('../desk/store.js').State} State */
/** @typedef {import('../desk/store.js').Row} Row */
/** @typedef {import('../desk/store.js').Trouble} Trouble */

export class Teller {
  #element;
  /** Whoever waits for a film that read() was given, by its number.
   * @type {Map<number, { resolve: (detail: any) => void, reject: (why: unknown) => void }>} */
  #waiting = new Map();
  /** The films that read() was given. @type {Set<number>} */
  #handed = new Set();

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /** @param {number} id of a film that read() was given @returns {Promise<import('./types.d.ts').FilmFindings>} */
  answerOf(id) {
    this.#handed.add(id);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** The element has left its page: nobody waits any longer. */
  close() {
    const gone = new PneumoscopeError('closed', 'The <pneumo-scope> was taken out of its page.');
    for (const { reject } of this.#waiting.values()) reject(gone);
    this.#waiting.clear();
  }

  /** @param {State} state @param {State} before @param {boolean} names whether files that the user chose are named */
  tell(state, before, names) {
    const point = pointInForce(state.model, state.pointName);
    const otherRule = point?.name !== pointInForce(before.model, before.pointName)?.name;
    const { progress, phase, rows } = state;
    if (progress && progress !== before.progress) this.#send('progress', { phase: 'loading', ...progress });
    if (phase !== before.phase) this.#tellPhase(state);
    if (rows === before.rows && !otherRule) return;
    const earlier = new Map(before.rows.map((row) => [row.id, row]));
    const changed = rows.filter((row) => row.state !== earlier.get(row.id)?.state);
    for (const row of otherRule ? rows : changed) {
      const name = this.#handed.has(row.id) || names ? row.name : null;
      if (row.findings) this.#answer(row, { ...judged(row.findings, point), id: row.id, name });
      else if (row.trouble && changed.includes(row)) this.#fail(row.id, name, row.trouble);
    }
    const here = new Set(rows.map(({ id }) => id));
    for (const id of earlier.keys())
      if (!here.has(id)) this.#settle(id, { code: 'closed', message: 'The film was taken off.' }, null);
    const isDone = (/** @type {Row} */ row) => row.state === 'read' || row.state === 'failed';
    const done = rows.filter(isDone).length;
    if (changed.some(isDone)) this.#send('progress', { phase: 'reading', done, films: rows.length });
  }

  /** @param {State} state */
  #tellPhase({ phase, engine, model, trouble }) {
    if (phase === 'ready') this.#send('ready', { engine, model });
    if (phase !== 'failed') return;
    this.#send('failed', { id: null, name: null, ...trouble });
    for (const id of this.#waiting.keys()) this.#settle(id, trouble, null);
  }

  /** @param {Row} row @param {object} detail */
  #answer({ id }, detail) {
    this.#send('findings', detail);
    this.#settle(id, null, detail);
  }

  /** @param {number} id @param {string | null} name @param {Trouble} trouble */
  #fail(id, name, trouble) {
    this.#send('failed', { id, name, ...trouble });
    this.#settle(id, trouble, null);
  }

  /** Answers whoever has called read(). @param {number} id @param {Trouble | null} why it failed @param {object | null} detail */
  #settle(id, why, detail) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (why)
      waiting?.reject(
        new PneumoscopeError(/** @type {any} */ (why.code), why.message, /** @type {any} */ (why.reason)),
      );
    else waiting?.resolve(detail);
  }

  /** @param {keyof import('./types.d.ts').PneumoScopeEventMap} name @param {object} detail */
  #send(name, detail) {
    this.#element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
