// <pneumo-scope>: reads a film and shows it with the answer. Usable alone:
//
//     <script type="module" src="pneumo-scope.js"></script>
//     <pneumo-scope></pneumo-scope>
//
// Attributes: assets (folder of worker.js, engine/ and model/), model (address of a model file), data-theme (dark, light
// or system). read(film, name) reads a film as if it had been dropped. The event `findings` carries each answer.

import { html, unsafeCSS } from 'lit';
import base from '../style/base.css';
import scope from '../style/scope.css';
import tokens from '../style/tokens.css';
import './answer.js';
import { trouble } from './answer.js';
import './engine-panel.js';
import { takeDropsOn } from './intake.js';
import { t } from './i18n.js';
import { Reading } from './reading.js';
import { createStore } from './store.js';
import './viewer.js';
import { Widget } from './widget.js';

/** @typedef {import('./store.js').State} State */

export class PneumoScope extends Widget {
  static styles = [tokens, base, scope].map(unsafeCSS);
  static properties = {
    store: { attribute: false },
    reading: { attribute: false },
    samples: { attribute: false },
    assets: {},
    model: {},
  };

  /** How a scope that is alone starts its engine; web/pneumo-scope.js sets it.
   * @type {typeof import('../types.d.ts').createReader | undefined} */
  static createReader;

  #leave = () => {};

  constructor() {
    super();
    /** @type {import('./store.js').Store | undefined} */
    this.store = undefined;
    /** @type {Reading | undefined} */
    this.reading = undefined;
    /** @type {string[]} */
    this.samples = [];
    /** @type {string | undefined} */
    this.assets = undefined;
    /** @type {string | undefined} */
    this.model = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    const ends = this.reading ? [] : [this.#standAlone()];
    const { store, reading } = this;
    if (!store || !reading) return;
    ends.push(
      store.subscribe((state, before) => this.#follow(state, before)),
      reading.obey(this.renderRoot),
    );
    this.#leave = () => ends.forEach((end) => end());
  }

  disconnectedCallback() {
    this.#leave();
    super.disconnectedCallback();
  }

  /** @param {Blob} film @param {string} [name] */
  read(film, name = film instanceof File ? film.name : '') {
    this.reading?.add({ files: [{ file: film, name }] });
  }

  render() {
    const state = this.store?.state;
    if (!state) return;
    if (state.rows.length === 0) return this.#empty(state);
    const row = state.rows.find(({ id }) => id === state.open?.id) ?? null;
    return html`
      <section class="film" aria-label=${t('viewer.title')}>${this.#film(state, row)}</section>
      <section class="answer" aria-label=${t('answer.title')}>
        <pneumo-intake></pneumo-intake>
        ${state.trouble ? this.#trouble(state.trouble) : html`<pneumo-answer .row=${row}></pneumo-answer>`}
        <pneumo-engine .engine=${state.engine} .model=${state.model} .timing=${row?.findings?.timing}></pneumo-engine>
      </section>
    `;
  }

  /** @param {State} state */
  #empty({ trouble: why }) {
    return html`<section class="empty" id="zone" aria-label=${t('intake.title')}>
      ${why ? this.#trouble(why) : ''}
      <pneumo-intake large .samples=${this.samples}></pneumo-intake>
    </section>`;
  }

  /** @param {State} state @param {import('./store.js').Row | null} row */
  #film({ open, heatShown, heatOpacity, paused }, row) {
    if (!open || !row || row.trouble) return;
    return html`
      <pneumo-viewer
        .findings=${open.findings}
        .name=${row.name}
        .heatShown=${heatShown}
        .heatOpacity=${heatOpacity}
      ></pneumo-viewer>
      ${open.findings ? '' : this.#busy(row.name, paused)}
    `;
  }

  /** @param {string} name @param {boolean} paused */
  #busy(name, paused) {
    if (paused)
      return html`<div class="busy">
        <button type="button" class="primary" @click=${() => this.reading?.resume()}>${t('list.resume')}</button>
      </div>`;
    return html`<div class="busy">
      <span class="spinner" aria-hidden="true"></span>
      <span>${t('viewer.reading', { name })}</span>
      <button type="button" id="cancel" @click=${() => this.reading?.cancel()}>${t('list.cancel')}</button>
    </div>`;
  }

  /** @param {import('./store.js').Trouble} why */
  #trouble(why) {
    return trouble(why, () => this.reading?.retry({}));
  }

  #standAlone() {
    const { createReader } = PneumoScope;
    if (!createReader) throw new Error('A <pneumo-scope> needs a reader: import pneumo-scope.js.');
    const store = createStore();
    const reading = new Reading(store, createReader, { assets: this.assets, model: this.model });
    const over = (/** @type {boolean} */ hangs) => this.toggleAttribute('data-over', hangs);
    const endDrops = takeDropsOn(this, (found) => reading.add(found), over);
    Object.assign(this, { store, reading });
    reading.start();
    return () => {
      endDrops();
      reading.close();
      Object.assign(this, { store: undefined, reading: undefined });
    };
  }

  /** @param {State} state @param {State} before */
  #follow(state, before) {
    this.requestUpdate();
    const { open } = state;
    if (open?.findings && open !== before.open)
      this.dispatchEvent(new CustomEvent('findings', { detail: open.findings, bubbles: true, composed: true }));
  }
}
