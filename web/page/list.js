// <pneumo-list>: the films, most suspicious first, with what is going on. Only the rows in sight are in the document,
// so that a thousand films cost no more than twenty.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { define } from '../view/define.js';
import { troubleTitle } from '../view/words.js';
import './export.js';
import { dateOf } from '../desk/prior.js';
import { together } from '../desk/triage.js';
import { icon } from '../view/icons.js';
import { leftOutLines } from '../view/intake.js';

import { greyImage } from '../view/viewer/grey-image.js';
import { THUMBNAIL_SIDE } from '../desk/thumbnail.js';
import { Part } from '../view/widget.js';

/** @typedef {import('../view/i18n.js').Translator} Translator */
/** @typedef {import('../desk/store.js').Row} Row */

/** What a row takes of the way that the list scrolls, in rem, as list.css has it: down a column, or along a strip. */
const ROW = { down: 3.75, along: 4.5 };
const BEYOND = 4; // rows kept on either side of those in sight
const SORTS = /** @type {const} */ (['suspicion', 'arrival']);

/** @type {Record<'all' | import('../reader/types.d.ts').Decision | 'waiting', (row: Row) => boolean>} */
const FILTERS = {
  all: () => true,
  pneumonia: ({ findings }) => findings?.decision === 'pneumonia',
  uncertain: ({ findings }) => findings?.decision === 'uncertain',
  'out-of-scope': ({ findings }) => findings?.decision === 'out-of-scope',
  normal: ({ findings }) => findings?.decision === 'normal',
  waiting: ({ findings }) => !findings,
};

export class List extends Part {
  static properties = {
    rows: { attribute: false },
    state: { attribute: false },
    cursor: { state: true },
    filter: { state: true },
    sight: { state: true },
    find: { state: true },
    sort: { state: true },
  };

  /** What each thumbnail's canvas shows. @type {WeakMap<Element, unknown>} */
  #drawn = new WeakMap();
  #resize = new ResizeObserver(() => this.#look());

  constructor() {
    super();
    /** In the order of the list. @type {Row[]} */
    this.rows = [];
    /** @type {import('../desk/store.js').State | null} */
    this.state = null;
    /** The row that the arrow keys have reached. @type {number | null} */
    this.cursor = null;
    this.sight = { first: 0, last: 20 };
    /** Which films are shown. @type {keyof typeof FILTERS} */
    this.filter = 'all';
    /** What a film's number, name or reference has to hold. */
    this.find = '';
    /** @type {'suspicion' | 'arrival'} */
    this.sort = 'suspicion';
  }

  disconnectedCallback() {
    this.#resize.disconnect();
    super.disconnectedCallback();
  }

  render() {
    const { state } = this;
    if (!state) return;
    const rows = this.#shown;
    const cursor = Math.max(
      rows.findIndex(({ id }) => id === (this.cursor ?? state.open?.id)),
      0,
    );
    const seen = rows
      .map((row, at) => ({ row, at, tied: at > 0 && ofOneStudy(row, rows[at - 1]) }))
      .filter(({ at }) => this.#inSight(at) || at === cursor);
    return html`
      <div class="list-head">
        <div class="list-title">
          <h2>${this.t('list.title', { count: this.rows.length })}</h2>
          ${this.#menu(this.rows, rows, state)}
        </div>
        ${summary(this.translator, this.rows, state)} ${state.hides ? nothing : this.#filters()} ${this.#buttons(state)}
      </div>
      <div class="rows" @scroll=${() => this.#look()} @keydown=${this.#press}>
        <ol .style=${`--count: ${rows.length}`}>
          ${repeat(
            seen,
            ({ row }) => row.id,
            ({ row, at, tied }) => this.#row(row, at, rows.length, at === cursor, tied),
          )}
        </ol>
      </div>
    `;
  }

  /** The rows that filter and search let through; all of them where that is none. */
  get #shown() {
    const wanted = this.find.trim().toLowerCase();
    const found = (/** @type {Row} */ { id, name, reference }) =>
      [String(id), name.toLowerCase(), reference.toLowerCase()].some((text) => text.includes(wanted));
    const shown = this.rows.filter(FILTERS[this.state?.hides ? 'all' : this.filter]).filter(found);
    const rows = shown.length > 0 ? shown : this.rows;
    return this.sort === 'arrival' ? together([...rows].sort((a, b) => a.id - b.id)) : rows;
  }

  /** How many films of each answer there are; pressed, one shows these alone. */
  #filters() {
    const names = /** @type {(keyof typeof FILTERS)[]} */ (Object.keys(FILTERS));
    return html`<div class="filters" role="group" aria-label=${this.t('list.filters')}>
      ${names.map((name) => {
        const count = this.rows.filter(FILTERS[name]).length;
        if (count === 0) return nothing;
        const decision = name === 'all' || name === 'waiting' ? nothing : name;
        const label = name === 'all' || name === 'waiting' ? this.t(`filter.${name}`) : this.t(`decision.${name}`);
        return html`<button
          type="button"
          data-filter=${name}
          data-decision=${decision}
          title=${label}
          aria-label=${`${label} ${this.translator.number(count)}`}
          aria-pressed=${name === this.filter}
          @click=${() => (this.filter = name)}
        >
          ${name === 'all' ? html`<span>${label}</span>` : icon(name)}
          <strong>${this.translator.number(count)}</strong>
        </button>`;
      })}
    </div>`;
  }

  firstUpdated() {
    this.#resize.observe(/** @type {Element} */ (this.querySelector('.rows')));
  }

  updated() {
    for (const canvas of this.querySelectorAll('canvas')) this.#drawThumbnail(canvas);
  }

  /** @param {Row} row @param {number} at @param {number} count of all @param {boolean} reached by the arrow keys
   * @param {boolean} tied to the film above by their study */
  #row(row, at, count, reached, tied) {
    const { open, beside, dates } = /** @type {import('../desk/store.js').State} */ (this.state);
    const date = dates && dateOf(row);
    const tab = reached ? '0' : '-1';
    return html`<li
      aria-setsize=${count}
      aria-posinset=${at + 1}
      data-id=${row.id}
      ?data-tied=${tied}
      data-decision=${(!row.hidden && row.findings?.decision) || nothing}
      .style=${`--at: ${at}`}
    >
      <button
        type="button"
        class="row"
        title=${row.reference.trim() || row.name}
        ?data-seen=${row.seen}
        tabindex=${tab}
        aria-current=${row.id === open?.id ? 'true' : nothing}
        @focus=${() => (this.cursor = row.id)}
        @click=${() => this.emit('do-open', { id: row.id })}
      >
        ${thumb(row)}
        <span class="what">
          ${verdict(this.translator, row)}
          <span class="title quiet"
            >${this.translator.number(row.id)} ·
            ${date ? html`<time datetime=${date}>${this.translator.day(new Date(date))}</time> · ` : nothing}
            <span class="name">${row.reference.trim() || row.name}</span> ${mark(this.translator, row)}
            ${tied ? html`<span class="unseen">${this.t('list.same-study')}</span>` : nothing}</span
          >
        </span>
      </button>
      ${row.state === 'failed' ? this.#tool('retry', row, tab, {}) : nothing}
      ${row.findings ? this.#tool('compare', row, tab, { pressed: row.id === beside?.id }) : nothing}
    </li>`;
  }

  /** @param {'retry' | 'compare'} name @param {Row} row @param {string} tab @param {{ pressed?: boolean }} how */
  #tool(name, row, tab, { pressed }) {
    const label = this.t(`list.${name}`, { name: row.name });
    return html`<button
      type="button"
      class="tool"
      tabindex=${tab}
      aria-label=${label}
      title=${label}
      aria-pressed=${pressed ?? nothing}
      @click=${() => this.emit(`do-${name}`, { id: row.id })}
    >
      ${icon(name)}
    </button>`;
  }

  /** What goes on can be stopped. @param {import('../desk/store.js').State} state */
  #buttons({ paused, rows }) {
    const waiting = rows.some(({ state }) => state === 'waiting' || state === 'reading');
    if (!waiting) return nothing;
    return paused
      ? html`<button type="button" @click=${() => this.emit('do-resume')}>${this.t('list.resume')}</button>`
      : html`<button type="button" @click=${() => this.emit('do-cancel')}>${this.t('list.cancel')}</button>`;
  }

  /** What is needed less often. @param {Row[]} rows @param {Row[]} shown @param {import('../desk/store.js').State} state */
  #menu(rows, shown, state) {
    const waiting = rows.some(({ state }) => state === 'waiting' || state === 'reading');
    const failed = rows.some(({ state }) => state === 'failed');
    const ids = shown.filter(({ findings, hidden }) => findings && !hidden).map(({ id }) => id);
    const left = shown.length - ids.length;
    const button = (/** @type {string} */ words, /** @type {() => void} */ press) =>
      html`<button type="button" data-closes @click=${press}>${words}</button>`;
    return html`<details class="menu" id="list-menu">
      <summary class="tool" role="button" aria-label=${this.t('list.menu')} title=${this.t('list.menu')}>
        ${icon('more')}
      </summary>
      <div class="panel">
        <input
          type="search"
          id="find"
          aria-label=${this.t('list.find')}
          placeholder=${this.t('list.find')}
          @input=${(/** @type {any} */ { target }) => (this.find = target.value)}
        />
        ${
          state.hides
            ? nothing
            : html`<select
                id="sort"
                aria-label=${this.t('list.sort')}
                @change=${(/** @type {any} */ { target }) => (this.sort = target.value)}
              >
                ${SORTS.map((name) => html`<option value=${name} ?selected=${name === this.sort}>${this.t(`sort.${name}`)}</option>`)}
              </select>`
        }
        ${ids.length > 0 ? button(this.t('list.print'), () => this.emit('do-print', { ids })) : nothing}
        ${ids.length > 0 && left > 0 ? html`<p class="quiet" id="print-left">${this.t('list.print-left', { count: left })}</p>` : nothing}
        <pneumo-export .rows=${rows} .state=${state}></pneumo-export>
        ${failed && !waiting ? button(this.t('list.retry-failed'), () => this.emit('do-retry', {})) : nothing}
        ${state.open ? button(this.t('list.remove'), () => this.emit('do-remove', { id: state.open?.id ?? 0 })) : nothing}
        ${button(this.t('list.clear'), () => this.emit('do-clear'))}
      </div>
    </details>`;
  }

  /** @param {number} at */
  #inSight(at) {
    return at >= this.sight.first - BEYOND && at <= this.sight.last + BEYOND;
  }

  #look() {
    const box = this.querySelector('.rows');
    if (!box) return;
    const along = getComputedStyle(box).overflowY === 'hidden';
    const size = rem() * (along ? ROW.along : ROW.down);
    const [at, seen] = along ? [Math.abs(box.scrollLeft), box.clientWidth] : [box.scrollTop, box.clientHeight];
    this.sight = { first: Math.floor(at / size), last: Math.ceil((at + seen) / size) };
  }

  /** Arrow keys go from row to row, Delete takes a row off. @param {KeyboardEvent} event */
  async #press(event) {
    const shown = this.#shown;
    if (event.key === 'Delete') return this.#remove(event);
    const from = shown.findIndex(({ id }) => id === this.cursor);
    const page = Math.max(this.sight.last - this.sight.first - 1, 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step === undefined || from < 0) return;
    event.preventDefault();
    await this.#reach(shown[Math.min(Math.max(from + step, 0), shown.length - 1)].id);
  }

  /** Takes the row with the focus off. @param {KeyboardEvent} event */
  async #remove({ target }) {
    const id = Number(/** @type {HTMLElement} */ (target).closest('li')?.dataset.id);
    const shown = this.#shown;
    const at = shown.findIndex((row) => row.id === id);
    if (at < 0) return;
    const next = (shown[at + 1] ?? shown[at - 1])?.id;
    if (next) await this.#reach(next);
    this.emit('do-remove', { id, next });
  }

  /** @param {number} id of the row that takes the focus */
  async #reach(id) {
    this.cursor = id;
    await this.updateComplete;
    const button = /** @type {HTMLElement | null} */ (this.querySelector(`li[data-id='${this.cursor}'] button`));
    button?.scrollIntoView({ block: 'nearest' });
    button?.focus({ preventScroll: true });
  }

  /** @param {HTMLCanvasElement} canvas */
  #drawThumbnail(canvas) {
    const id = Number(canvas.closest('li')?.dataset.id);
    const pixels = this.rows.find((row) => row.id === id)?.thumbnail;
    if (!pixels || this.#drawn.get(canvas) === pixels) return;
    this.#drawn.set(canvas, pixels);
    canvas.getContext('2d')?.putImageData(greyImage(pixels, THUMBNAIL_SIDE, THUMBNAIL_SIDE), 0, 0);
  }
}

define('pneumo-list', List);

const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** @param {Row} one @param {Row} other */
const ofOneStudy = ({ origin }, other) => Boolean(origin?.study && origin.study === other.origin?.study);

/** @param {Row} row */
function thumb({ thumbnail, findings }) {
  if (!thumbnail || !findings) return html`<span class="thumb"></span>`;
  const { width, height } = findings;
  const [across, down] = [width, height].map((side) => (100 * side) / Math.max(width, height));
  const shape = `inline-size: ${across}%; block-size: ${down}%`;
  return html`<span class="thumb"
    ><canvas width=${THUMBNAIL_SIDE} height=${THUMBNAIL_SIDE} .style=${shape}></canvas
  ></span>`;
}

/** What became of a film, in words and with an icon. @param {Translator} translator @param {Row} row */
function verdict(translator, { state, findings, trouble, hidden }) {
  if (findings && hidden) return html`<span class="verdict">${translator.t('list.hidden')}</span>`;
  if (findings)
    return html`<span class="verdict"
      >${icon(findings.decision)}${translator.t(`decision.${findings.decision}`)}</span
    >`;
  if (trouble)
    return html`<span class="verdict failed">${icon('failed')}${troubleTitle(translator, trouble.code)}</span>`;
  if (state === 'reading')
    return html`<span class="verdict"
      ><span class="spinner" aria-hidden="true"></span>${translator.t('list.reading')}</span
    >`;
  return html`<span class="verdict">${icon('waiting')}${translator.t('list.waiting')}</span>`;
}

/** What the user says of the answer. @param {Translator} translator @param {Row} row */
const mark = (translator, { mark: said, hidden }) =>
  said && !hidden ? html`<span class="said">${translator.t(`mark.${said.says}`)}</span>` : nothing;

/** @param {Translator} translator @param {Row[]} rows @param {import('../desk/store.js').State} state */
function summary(translator, rows, { paused, pace, leftOut }) {
  const count = (/** @type {(row: Row) => boolean} */ is) => rows.filter(is).length;
  const failed = count(({ state }) => state === 'failed');
  const done = failed + count(({ state }) => state === 'read');
  const left = rows.length - done;
  const seconds = pace.done > 0 ? ((performance.now() - pace.since) / 1000 / pace.done) * left : null;
  return html`
    ${left > 0 ? html`<progress max=${rows.length} value=${done} aria-label=${translator.t('list.progress')}></progress>` : nothing}
    <p class=${left > 0 || failed ? 'quiet' : 'unseen'}>
      ${translator.t('list.done', { done, count: rows.length })}
      ${failed ? translator.t('list.failed', { count: failed }) : nothing}
      ${left > 0 && !paused && seconds !== null ? translator.t('list.left', { time: translator.duration(seconds) }) : nothing}
    </p>
    ${leftOutLines(translator, leftOut)}
  `;
}
