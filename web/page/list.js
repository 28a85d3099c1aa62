// <pneumo-list>: the films, most suspicious first, with what is going on. Only the rows in sight are in the document,
// so that a thousand films cost no more than twenty.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { define } from '../element/define.js';
import { troubleTitle } from '../element/answer/answer.js';
import './export.js';
import { icon } from '../element/icons.js';
import { leftOutLines } from '../element/intake.js';
import { duration, number, probability, t } from '../element/i18n.js';
import { greyImage, THUMBNAIL_SIDE } from '../element/viewer/thumbnail.js';
import { Part } from '../element/widget.js';

/** @typedef {import('../element/store.js').Row} Row */

const ROW_HEIGHT = 4.75; // in rem, as app.css has it
const BEYOND = 4; // rows kept on either side of those in sight

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
  };

  /** What each thumbnail's canvas shows. @type {WeakMap<Element, unknown>} */
  #drawn = new WeakMap();
  #resize = new ResizeObserver(() => this.#look());

  constructor() {
    super();
    /** In the order of the list. @type {Row[]} */
    this.rows = [];
    /** @type {import('../element/store.js').State | null} */
    this.state = null;
    /** The row that the arrow keys have reached. @type {number | null} */
    this.cursor = null;
    this.sight = { first: 0, last: 20 };
    /** Which films are shown. @type {keyof typeof FILTERS} */
    this.filter = 'all';
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
    const seen = rows.map((row, at) => ({ row, at })).filter(({ at }) => this.#inSight(at) || at === cursor);
    return html`
      <div class="list-head">
        <h2>${t('list.title', { count: this.rows.length })}</h2>
        ${summary(this.rows, state)} ${state.hides ? nothing : this.#filters()} ${this.#buttons(this.rows, state)}
      </div>
      <div class="rows" @scroll=${() => this.#look()} @keydown=${this.#press}>
        <ol .style=${`block-size: ${rows.length * ROW_HEIGHT}rem`}>
          ${repeat(
            seen,
            ({ row }) => row.id,
            ({ row, at }) => this.#row(row, at, at === cursor),
          )}
        </ol>
      </div>
    `;
  }

  /** The rows that the filter lets through; all of them where it lets none. */
  get #shown() {
    const shown = this.rows.filter(FILTERS[this.state?.hides ? 'all' : this.filter]);
    return shown.length > 0 ? shown : this.rows;
  }

  /** How many films of each answer there are; pressed, one shows these alone. */
  #filters() {
    const names = /** @type {(keyof typeof FILTERS)[]} */ (Object.keys(FILTERS));
    return html`<div class="filters" role="group">
      ${names.map((name) => {
        const count = this.rows.filter(FILTERS[name]).length;
        if (count === 0) return nothing;
        const label = name === 'all' || name === 'waiting' ? t(`filter.${name}`) : t(`decision.short.${name}`);
        return html`<button
          type="button"
          data-filter=${name}
          title=${label}
          aria-label=${`${label} ${number(count)}`}
          aria-pressed=${name === this.filter}
          @click=${() => (this.filter = name)}
        >
          ${name === 'all' ? nothing : icon(name)} <span class="word">${label}</span>
          <strong>${number(count)}</strong>
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

  /** @param {Row} row @param {number} at @param {boolean} reached by the arrow keys */
  #row(row, at, reached) {
    const { open, beside } = /** @type {import('../element/store.js').State} */ (this.state);
    const tab = reached ? '0' : '-1';
    return html`<li
      aria-setsize=${this.#shown.length}
      aria-posinset=${at + 1}
      data-id=${row.id}
      data-decision=${(!row.hidden && row.findings?.decision) || nothing}
      .style=${`translate: 0 ${at * ROW_HEIGHT}rem`}
    >
      <button
        type="button"
        class="row"
        ?data-seen=${row.seen}
        tabindex=${tab}
        aria-current=${row.id === open?.id ? 'true' : nothing}
        @focus=${() => (this.cursor = row.id)}
        @click=${() => this.emit('do-open', { id: row.id })}
      >
        ${thumb(row)}
        <span class="what">
          <span class="title"><span class="quiet">${number(row.id)}</span> <span class="name">${row.name}</span></span>
          ${verdict(row)} <span>${chance(row)} ${mark(row)}</span>
        </span>
      </button>
      ${row.state === 'failed' ? this.#tool('retry', row, tab, {}) : nothing}
      ${row.findings ? this.#tool('compare', row, tab, { pressed: row.id === beside?.id }) : nothing}
    </li>`;
  }

  /** @param {'retry' | 'compare'} name @param {Row} row @param {string} tab @param {{ pressed?: boolean }} how */
  #tool(name, row, tab, { pressed }) {
    const label = t(`list.${name}`, { name: row.name });
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

  /** @param {Row[]} rows @param {import('../element/store.js').State} state */
  #buttons(rows, state) {
    const { paused } = state;
    const waiting = rows.some(({ state }) => state === 'waiting' || state === 'reading');
    const failed = rows.some(({ state }) => state === 'failed');
    const readIds = this.#shown.filter(({ findings, hidden }) => findings && !hidden).map(({ id }) => id);
    const button = (/** @type {string} */ words, /** @type {() => void} */ press) =>
      html`<button type="button" @click=${press}>${words}</button>`;
    return html`<div class="intake">
      ${waiting && !paused ? button(t('list.cancel'), () => this.emit('do-cancel')) : nothing}
      ${waiting && paused ? button(t('list.resume'), () => this.emit('do-resume')) : nothing}
      ${failed && !waiting ? button(t('list.retry-failed'), () => this.emit('do-retry', {})) : nothing}
      ${readIds.length > 0 ? button(t('list.print'), () => this.emit('do-print', { ids: readIds })) : nothing}
      ${button(t('list.clear'), () => this.emit('do-clear'))}
      <pneumo-export .rows=${rows} .state=${state}></pneumo-export>
    </div>`;
  }

  /** @param {number} at */
  #inSight(at) {
    return at >= this.sight.first - BEYOND && at <= this.sight.last + BEYOND;
  }

  #look() {
    const box = this.querySelector('.rows');
    if (!box) return;
    const height = rowPixels();
    this.sight = {
      first: Math.floor(box.scrollTop / height),
      last: Math.ceil((box.scrollTop + box.clientHeight) / height),
    };
  }

  /** Arrow keys go from row to row. @param {KeyboardEvent} event */
  async #press(event) {
    const from = this.#shown.findIndex(({ id }) => id === this.cursor);
    const page = Math.max(this.sight.last - this.sight.first - 1, 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step === undefined || from < 0) return;
    event.preventDefault();
    const to = Math.min(Math.max(from + step, 0), this.#shown.length - 1);
    this.cursor = this.#shown[to].id;
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

const rowPixels = () => ROW_HEIGHT * parseFloat(getComputedStyle(document.documentElement).fontSize);

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

/** What became of a film, in words and with an icon. @param {Row} row */
function verdict({ state, findings, trouble, hidden }) {
  if (findings && hidden) return html`<span class="verdict">${t('list.hidden')}</span>`;
  if (findings)
    return html`<span class="verdict">${icon(findings.decision)}${t(`decision.short.${findings.decision}`)}</span>`;
  if (trouble) return html`<span class="verdict failed">${icon('failed')}${troubleTitle(trouble.code)}</span>`;
  if (state === 'reading')
    return html`<span class="verdict"><span class="spinner" aria-hidden="true"></span>${t('list.reading')}</span>`;
  return html`<span class="verdict">${icon('waiting')}${t('list.waiting')}</span>`;
}

/** Nothing where it would mean nothing. @param {Row} row */
function chance({ findings, hidden }) {
  if (!findings || hidden || findings.decision === 'out-of-scope') return nothing;
  return html`<span class="chance">${probability(findings.probability)}</span>`;
}

/** What the user says of the answer. @param {Row} row */
const mark = ({ mark: said, hidden }) =>
  said && !hidden ? html`<span class="said">${t(`mark.${said.says}`)}</span>` : nothing;

/** @param {Row[]} rows @param {import('../element/store.js').State} state */
function summary(rows, { paused, pace, leftOut }) {
  const count = (/** @type {(row: Row) => boolean} */ is) => rows.filter(is).length;
  const failed = count(({ state }) => state === 'failed');
  const done = failed + count(({ state }) => state === 'read');
  const left = rows.length - done;
  const seconds = pace.done > 0 ? ((performance.now() - pace.since) / 1000 / pace.done) * left : null;
  return html`
    ${left > 0 ? html`<progress max=${rows.length} value=${done} aria-label=${t('list.progress')}></progress>` : nothing}
    <p class="quiet">
      ${t('list.done', { done, count: rows.length })} ${failed ? t('list.failed', { count: failed }) : nothing}
      ${left > 0 && !paused && seconds !== null ? t('list.left', { time: duration(seconds) }) : nothing}
    </p>
    ${leftOutLines(leftOut)}
  `;
}
