// <pneumo-scope>: reads a film and shows it with the answer. Usable alone:
//
//     <script type="module" src="pneumo-scope.js"></script>
//     <pneumo-scope></pneumo-scope>
//
// Attributes: assets (folder of worker.js, engine/ and model/), model (address of a model file), data-theme (dark, light
// or system). It speaks the language of the part of the page that it stands in, where it can. read(film, name) reads a film
// as if it had been dropped. The event `findings` carries each answer.

import { html, nothing, unsafeCSS } from 'lit';
import base from '../site/style/base.css';
import answer from '../site/style/answer.css';
import element from '../site/style/element.css';
import tokens from '../site/style/tokens.css';
import viewer from '../site/style/viewer.css';
import './answer/answer.js';
import { trouble } from './answer/answer.js';
import './answer/engine-panel.js';
import './answer/evidence.js';
import './help.js';
import { icon } from './icons.js';
import { takeDropsOn } from './intake.js';
import { bestLanguage, currentLanguage, pageSpeech, probability, Speech, t } from './i18n.js';
import './answer/meaning.js';
import { hasHeat } from './viewer/picture.js';
import { Reading } from './reading.js';
import { savePicture } from './answer/report.js';
import './viewer/seen.js';
import { tested } from './self-test.js';
import './answer/stability-panel.js';
import { createStore } from './store.js';
import './viewer/tools.js';
import { judged, pointInForce } from './triage.js';
import './viewer/viewer.js';
import { Widget } from './widget.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('../reader/types.d.ts').Grid} Grid */

/** Log-odds by which a place stands out from the others. */
const LEAST_PEAK = 1;

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').OperatingPoint} OperatingPoint */

export class PneumoScope extends Widget {
  static styles = [tokens, base, element, viewer, answer].map(unsafeCSS);
  static properties = {
    store: { attribute: false },
    reading: { attribute: false },
    samples: { attribute: false },
    assets: {},
    model: {},
  };

  /** How a scope that is alone starts its engine; pneumo-scope.js sets it.
   * @type {typeof import('../reader/types.d.ts').createReader | undefined} */
  static createReader;

  #leave = () => {};
  #focused = false;
  #speech = pageSpeech;
  #act = (/** @type {any} */ { detail }) => this.#active?.act(detail);

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

  /** Its own where it stands alone: two elements of a page may speak two languages. */
  get speech() {
    return this.#speech;
  }

  connectedCallback() {
    this.#speech = this.reading ? pageSpeech : new Speech();
    super.connectedCallback();
    const ends = this.reading ? [] : [this.#standAlone()];
    const { store, reading } = this;
    if (!store || !reading) return;
    ends.push(
      store.subscribe((state, before) => this.#follow(state, before)),
      reading.obey(this.renderRoot),
    );
    this.renderRoot.addEventListener('do-act', this.#act);
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

  willUpdate() {
    this.#focused ||= Boolean(this.shadowRoot?.activeElement);
  }

  /** Where the button that was pressed is gone, the film takes the focus, so that its keys work at once. */
  updated() {
    requestAnimationFrame(() => {
      const lost = this.#focused && !this.shadowRoot?.activeElement && document.activeElement === document.body;
      /** @type {HTMLElement | null} */ (lost ? this.renderRoot.querySelector('.frame, #file') : null)?.focus();
      this.#focused = false;
    });
  }

  render() {
    const state = this.store?.state;
    if (!state) return;
    this.lang = currentLanguage();
    this.toggleAttribute('data-empty', state.rows.length === 0);
    if (state.rows.length === 0) return this.#empty(state);
    const point = pointInForce(state.model, state.pointName);
    const row = rowOf(state, 'open', point);
    const found = state[state.active]?.findings;
    return html`
      <section class="film" aria-label=${t('viewer.title')}>
        <pneumo-tools
          .place=${state.active}
          .film=${found ?? null}
          .view=${state[state.active]?.view ?? null}
          .heat=${!found || hasHeat(found)}
          .tool=${state.tool}
          .heatShown=${state.heatShown}
          .heatOpacity=${state.heatOpacity}
        ></pneumo-tools>
        <div class="frames">${this.#film(state, 'open', point)} ${this.#film(state, 'beside', point)}</div>
      </section>
      <section class="answer" aria-label=${t('answer.title')}>
        <pneumo-intake></pneumo-intake>
        ${
          state.trouble
            ? this.#trouble(state.trouble)
            : html`<pneumo-answer
                .row=${row}
                .points=${state.model?.operatingPoints ?? []}
                .metrics=${state.metrics}
                .group=${state.group}
                .prevalence=${state.prevalence}
                .reread=${state.reread}
              ></pneumo-answer>`
        }
        ${row?.findings ? this.#more(state, row.findings, point) : nothing}
        <pneumo-engine
          .phase=${state.phase}
          .engine=${state.engine}
          .model=${state.model}
          .timing=${row?.findings?.timing}
        ></pneumo-engine>
      </section>
      ${state.help ? html`<pneumo-help></pneumo-help>` : nothing}
    `;
  }

  /** @param {State} state */
  #empty({ trouble: why, leftOut, cleared }) {
    return html`<section class="empty" id="zone" aria-label=${t('intake.title')}>
      ${why ? this.#trouble(why) : nothing}
      <pneumo-intake large .samples=${this.samples} .leftOut=${leftOut}></pneumo-intake>
      ${
        cleared.length > 0
          ? html`<button type="button" id="undo" @click=${() => this.reading?.undo()}>${t('list.undo')}</button>`
          : nothing
      }
    </section>`;
  }

  /** @param {State} state @param {'open' | 'beside'} place @param {OperatingPoint | null} point */
  #film(state, place, point) {
    const opened = state[place];
    const row = rowOf(state, place, point);
    if (!opened || !row) return nothing;
    const decision = row.findings && t(`decision.${row.findings.decision}`);
    const label = decision ? t('viewer.label', { name: row.name, decision }) : row.name;
    return html`<figure class="pane" ?data-active=${state.beside && state.active === place}>
      <pneumo-viewer
        .place=${place}
        .film=${opened.findings}
        .file=${row.file}
        .label=${label}
        .view=${opened.view}
        .tool=${state.tool}
        .heatShown=${state.heatShown}
        .heatOpacity=${state.heatOpacity}
      ></pneumo-viewer>
      ${state.beside ? caption(row) : nothing} ${opened.findings ? nothing : this.#busy(row, state.paused)}
    </figure>`;
  }

  /** @param {import('./store.js').Row} row @param {boolean} paused */
  #busy({ name, trouble: why }, paused) {
    if (why) return html`<div class="busy">${icon('failed')}<span>${t('viewer.none')}</span></div>`;
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

  /** What stands below the answer. @param {State} state @param {Findings} findings @param {OperatingPoint | null} point */
  #more(state, findings, point) {
    const pointName = point?.name ?? '';
    return html`
      <div class="intake">
        <button type="button" id="print" @click=${() => print()}>${icon('print')}${t('report.print')}</button>
        <button type="button" id="save-picture" @click=${() => this.#savePicture()}>
          ${icon('save')}${t('report.picture')}
        </button>
      </div>
      ${section(
        t('stability.title'),
        html`<pneumo-stability .stability=${state.stability} .findings=${findings} .point=${point}></pneumo-stability>`,
      )}
      ${section(
        t('meaning.title'),
        html`<pneumo-meaning
          .metrics=${state.metrics}
          .point=${pointName}
          .prevalence=${state.prevalence}
          .measuredOn=${state.measuredOn}
        ></pneumo-meaning>`,
      )}
      ${section(
        t('evidence.title'),
        html`<pneumo-evidence .metrics=${state.metrics} .point=${pointName}></pneumo-evidence>`,
      )}
      ${section(t('seen.title'), html`<pneumo-seen .input=${state.open?.findings?.input}></pneumo-seen>`)}
      ${section(
        t('heat.title'),
        html`<div class="ramp" aria-hidden="true"></div>
          <p class="quiet">${t('heat.what')}</p>
          ${isFlat(state.open?.findings?.heatmap) ? html`<p id="heat-flat">${t('heat.flat')}</p>` : nothing}`,
      )}
    `;
  }

  /** @param {import('./store.js').Trouble} why */
  #trouble(why) {
    return trouble(why, () => this.reading?.retry({}));
  }

  #savePicture() {
    const { open, heatShown, heatOpacity, model, pointName } = /** @type {State} */ (this.store?.state);
    if (!open?.findings) return;
    const point = pointInForce(model, pointName);
    savePicture(judged(open.findings, point), heatShown ? heatOpacity : 0, open.id);
  }

  /** The tools work on one of the two films. */
  get #active() {
    const viewers = [...this.renderRoot.querySelectorAll('pneumo-viewer')];
    return /** @type {import('./viewer/viewer.js').Viewer | undefined} */ (
      viewers.find((viewer) => /** @type {any} */ (viewer).place === this.store?.state.active)
    );
  }

  #standAlone() {
    const { createReader } = PneumoScope;
    if (!createReader) throw new Error('A <pneumo-scope> needs a reader: import pneumo-scope.js.');
    const ours = /** @type {HTMLElement | null} */ (this.closest('[lang]'));
    this.#speech.choose(bestLanguage([ours?.lang ?? '']));
    const store = createStore();
    const reading = new Reading(store, tested(createReader), { assets: this.assets, model: this.model });
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
    if (open?.findings && open.findings !== before.open?.findings)
      this.dispatchEvent(new CustomEvent('findings', { detail: open.findings, bubbles: true, composed: true }));
  }
}

/** @param {State} state @param {'open' | 'beside'} place @param {OperatingPoint | null} point
 * @returns {import('./store.js').Row | null} with findings as they are at the point */
function rowOf(state, place, point) {
  const row = state.rows.find(({ id }) => id === state[place]?.id) ?? null;
  return row?.findings ? { ...row, findings: judged(row.findings, point) } : row;
}

/** A film's answer below it, where two are shown. @param {import('./store.js').Row} row */
function caption({ name, findings }) {
  return html`<figcaption data-decision=${findings?.decision ?? nothing}>
    <span class="name">${name}</span>
    ${
      findings
        ? html`<span class="verdict">${icon(findings.decision)}${t(`decision.short.${findings.decision}`)}</span>
            <span class="chance">${probability(findings.probability)}</span>`
        : nothing
    }
  </figcaption>`;
}

/** @param {string} title @param {unknown} content */
const section = (title, content) =>
  html`<details>
    <summary><h3>${title}</h3></summary>
    ${content}
  </details>`;

/** Whether no place argues for pneumonia by much more than the others. @param {Grid | null | undefined} heatmap */
function isFlat(heatmap) {
  const values = heatmap?.values ?? new Float32Array(0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.length > 0 && Math.max(...values) - mean < LEAST_PEAK;
}
