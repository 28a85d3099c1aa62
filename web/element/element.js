// <pneumo-scope>: reads films and shows one with the answer. Usable alone; types.d.ts is what it promises then.

import { html, nothing, unsafeCSS } from 'lit';
import base from '../site/style/base.css';
import answer from '../site/style/answer.css';
import element from '../site/style/element.css';
import tokens from '../site/style/tokens.css';
import viewer from '../site/style/viewer.css';
import './answer/answer.js';
import { trouble } from './answer/answer.js';
import './answer/engine-panel.js';
import { groupOf } from './group.js';
import { icon } from './icons.js';
import { takeDropsOn } from './intake.js';
import { bestLanguage, currentLanguage, megabytes, pageSpeech, probability, Speech, t } from './i18n.js';
import { hasHeat } from './viewer/picture.js';
import { Reading } from './reading.js';
import { PneumoscopeError } from '../reader/errors.js';
import { fileOf } from '../reader/options.js';
import { tested } from './self-test.js';
import { createStore } from './store.js';
import './viewer/tools.js';
import { judged, judgedRow, listed, pointInForce } from './triage.js';
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
    operatingPoint: { attribute: 'operating-point' },
    theme: {},
    controls: {},
    heatmap: { type: Boolean },
    names: { type: Boolean },
  };

  /** How an element that stands alone starts its engine; pneumo-scope.js sets it.
   * @type {typeof import('../reader/types.d.ts').createReader | undefined} */
  static createReader;

  #leave = () => {};
  #focused = false;
  #speech = pageSpeech;
  /** Whether nobody gave it its store and its reading. */
  #alone = false;
  /** Whoever waits for a film that read() was given, by its number.
   * @type {Map<number, { resolve: (detail: any) => void, reject: (why: unknown) => void }>} */
  #waiting = new Map();
  /** The films that read() was given. @type {Set<number>} */
  #handed = new Set();
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
    this.operatingPoint = '';
    /** @type {State['theme'] | ''} */
    this.theme = '';
    /** @type {'full' | 'none'} */
    this.controls = 'full';
    this.heatmap = false;
    this.names = false;
  }

  /** Its own where it stands alone: two elements of a page may speak two languages. */
  get speech() {
    return this.#speech;
  }

  connectedCallback() {
    this.#speech = this.reading ? pageSpeech : new Speech();
    super.connectedCallback();
    this.#alone = !this.reading;
    const ends = this.#alone ? [this.#standAlone()] : [];
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

  /** @param {Blob | ArrayBuffer | ArrayBufferView} film @param {string} [name]
   * @returns {Promise<import('./types.d.ts').FilmFindings>} */
  async read(film, name) {
    const bytes = fileOf(film, 'The film');
    const file = bytes instanceof Uint8Array ? new Blob([bytes]) : bytes;
    const { reading } = this;
    if (!reading)
      throw new PneumoscopeError('closed', 'The <pneumo-scope> is not in a page, so that it has no engine.');
    const [id] = reading.add({ files: [{ file, name: name ?? /** @type {any} */ (film).name ?? '' }] });
    this.#handed.add(id);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    this.#focused ||= Boolean(this.shadowRoot?.activeElement);
    if (!this.#alone) return;
    if (changed.has('operatingPoint') && this.operatingPoint) this.store?.set({ pointName: this.operatingPoint });
    if (changed.has('heatmap')) this.store?.set({ heatShown: this.heatmap });
    if (changed.has('theme') && this.theme) this.dataset.theme = this.theme;
  }

  /** @param {string} name @param {string | null} before @param {string | null} value */
  attributeChangedCallback(name, before, value) {
    super.attributeChangedCallback(name, before, value);
    if (name === 'lang' && this.#alone && value !== this.#speech.language)
      this.#speech.choose(bestLanguage([value ?? '']));
  }

  static get observedAttributes() {
    return [...super.observedAttributes, 'lang'];
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
    const empty = state.rows.length === 0;
    this.toggleAttribute('data-empty', empty);
    return html`<div class="scope">
      ${
        this.#alone
          ? html`<p class="limits" part="limits"><strong>${t('limits.research')}</strong> ${t('limits.model')}</p>`
          : nothing
      }
      ${empty ? this.#empty(state) : this.#open(state)}
    </div>`;
  }

  /** @param {State} state */
  #open(state) {
    const point = pointInForce(state.model, state.pointName);
    const row = rowOf(state, 'open', point);
    const found = state[state.active]?.findings;
    const controls = this.controls !== 'none';
    const hidden = isHidden(row, state);
    return html`
      <section class="film" part="film" aria-label=${t('viewer.title')}>
        ${
          controls
            ? html`<pneumo-tools
                part="tools"
                .place=${state.active}
                .film=${found ?? null}
                .view=${state[state.active]?.view ?? null}
                .linked=${state.beside ? state.linked : null}
                .heat=${!hidden && (!found || hasHeat(found))}
                .tool=${state.tool}
                .heatShown=${state.heatShown}
                .heatOpacity=${state.heatOpacity}
              ></pneumo-tools>`
            : nothing
        }
        <div class="frames">${this.#film(state, 'open', point)} ${this.#film(state, 'beside', point)}</div>
      </section>
      <section class="answer" part="answer" aria-label=${t('answer.title')}>
        ${state.rows.length > 1 ? this.#steps(state) : nothing}
        ${controls ? html`<pneumo-intake></pneumo-intake>` : nothing}
        ${controls && (this.#alone || state.rows.length === 1) ? this.#clear() : nothing}
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
                .curtained=${hidden}
              ></pneumo-answer>`
        }
        ${row?.findings && !hidden ? this.#more(state, row.findings, point, controls) : nothing}
        <pneumo-engine
          .phase=${state.phase}
          .engine=${state.engine}
          .model=${state.model}
          .timing=${row?.findings?.timing}
        ></pneumo-engine>
      </section>
      ${state.help ? this.#help() : nothing}
    `;
  }

  /** Where no list lies beside the film: which of them this is, and the ways to the others.
   * @param {State} state */
  #steps(state) {
    const { rows, open } = state;
    const at = listed(state).findIndex(({ id }) => id === open?.id);
    const button = (/** @type {'previous' | 'next'} */ id, /** @type {boolean} */ last, /** @type {1 | -1} */ by) =>
      html`<button
        type="button"
        id=${id}
        title=${t(`action.${id}`)}
        aria-label=${t(`action.${id}`)}
        ?disabled=${last}
        @click=${() => this.reading?.step(by)}
      >
        ${by < 0 ? '←' : '→'}
      </button>`;
    return html`<nav class="intake" id="steps" ?data-listed=${!this.#alone}>
      ${button('previous', at <= 0, -1)}
      <span>${t('list.place', { place: at + 1, count: rows.length })}</span>
      ${button('next', at === rows.length - 1, 1)}
    </nav>`;
  }

  /** Where no list has the button. */
  #clear() {
    return html`<div class="intake">
      <button type="button" id="clear" @click=${() => this.reading?.clear()}>${t('list.clear')}</button>
    </div>`;
  }

  #help() {
    import('./help.js');
    return html`<pneumo-help></pneumo-help>`;
  }

  /** @param {State} state */
  #empty({ trouble: why, leftOut, cleared, group }) {
    return html`<section class="empty" id="zone" aria-label=${t('intake.title')}>
      ${why ? this.#trouble(why) : nothing}
      ${
        this.controls === 'none'
          ? html`<p class="quiet">${t('answer.waiting')}</p>`
          : html`<pneumo-intake large .samples=${this.samples} .leftOut=${leftOut} .group=${group}></pneumo-intake>`
      }
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
    const hidden = isHidden(row, state);
    const decision = row.findings && !hidden && t(`decision.${row.findings.decision}`);
    const label = decision ? t('viewer.label', { name: row.name, decision }) : row.name;
    return html`<figure class="pane" ?data-active=${state.beside && state.active === place}>
      <pneumo-viewer
        .place=${place}
        .film=${opened.findings}
        .file=${row.file}
        .early=${state.phase === 'starting'}
        .label=${label}
        .view=${opened.view}
        .tool=${state.tool}
        .heatShown=${state.heatShown && !hidden}
        .heatOpacity=${state.heatOpacity}
      ></pneumo-viewer>
      ${state.beside ? caption(row, hidden) : nothing} ${opened.findings ? nothing : this.#busy(row, state)}
    </figure>`;
  }

  /** @param {import('./store.js').Row} row @param {State} state */
  #busy({ name, trouble: why }, { paused, phase, progress }) {
    if (why) return html`<div class="busy">${icon('failed')}<span>${t('viewer.none')}</span></div>`;
    if (paused)
      return html`<div class="busy">
        <button type="button" class="primary" @click=${() => this.reading?.resume()}>${t('list.resume')}</button>
      </div>`;
    return html`<div class="busy">
      <span class="spinner" aria-hidden="true"></span>
      <span
        >${
          phase === 'starting'
            ? t('engine.loading', { loaded: megabytes(progress?.loaded ?? 0) })
            : t('viewer.reading', { name })
        }</span
      >
      <button type="button" id="cancel" @click=${() => this.reading?.cancel()}>${t('list.cancel')}</button>
    </div>`;
  }

  /** What stands below the answer.
   * @param {State} state @param {Findings} findings @param {OperatingPoint | null} point @param {boolean} controls */
  #more(state, findings, point, controls) {
    import('./answer/details.js');
    const pointName = point?.name ?? '';
    const answered = findings.decision !== 'out-of-scope';
    return html`
      ${
        controls
          ? html`<div class="intake">
              <button type="button" id="print" @click=${() => this.#print()}>
                ${icon('print')}${t('report.print')}
              </button>
              <button type="button" id="save-picture" @click=${() => this.#savePicture()}>
                ${icon('save')}${t('report.picture')}
              </button>
            </div>`
          : nothing
      }
      ${answered ? this.#answered(state, findings, point) : nothing}
      ${section(
        t('evidence.title'),
        html`<pneumo-evidence .metrics=${state.metrics} .point=${pointName}></pneumo-evidence>`,
      )}
      ${section(t('seen.title'), html`<pneumo-seen .input=${state.open?.findings?.input}></pneumo-seen>`)}
    `;
  }

  /** Of a film that is not judged there is no answer that could hold, mean something or have a place.
   * @param {State} state @param {Findings} findings @param {OperatingPoint | null} point */
  #answered({ stability, metrics, prevalence, measuredOn, group, open }, findings, point) {
    return html`
      ${section(
        t('stability.title'),
        html`<pneumo-stability .stability=${stability} .findings=${findings} .point=${point}></pneumo-stability>`,
      )}
      ${section(
        t('meaning.title'),
        html`<pneumo-meaning
          .metrics=${metrics}
          .point=${point?.name ?? ''}
          .prevalence=${prevalence}
          .measuredOn=${measuredOn}
          .group=${groupOf(findings, group)}
        ></pneumo-meaning>`,
      )}
      ${section(
        t('heat.title'),
        html`<div class="ramp" aria-hidden="true"></div>
          <p class="quiet">${t('heat.what')}</p>
          ${isFlat(open?.findings?.heatmap) ? html`<p id="heat-flat">${t('heat.flat')}</p>` : nothing}`,
      )}
    `;
  }

  /** @param {import('./store.js').Trouble} why */
  #trouble(why) {
    return trouble(why, () => this.reading?.retry({}));
  }

  async #savePicture() {
    const { savePicture } = await import('./answer/report.js');
    const { open, heatShown, heatOpacity, model, pointName, rows } = /** @type {State} */ (this.store?.state);
    const reference = rows.find(({ id }) => id === open?.id)?.reference ?? '';
    if (!open?.findings) return;
    const point = pointInForce(model, pointName);
    savePicture(judged(open.findings, point), heatShown ? heatOpacity : 0, open.id, reference);
  }

  /** The open film's report: never the page that this element stands in. */
  async #print() {
    const { printReports } = await import('./answer/print.js');
    const state = /** @type {State} */ (this.store?.state);
    const findings = state.open?.findings;
    const point = pointInForce(state.model, state.pointName);
    if (!state.open || !findings) return;
    printReports([{ film: state.open.id, findings: judged(findings, point), state, point }], this.#speech);
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
    if (this.theme) this.dataset.theme = this.theme;
    const store = createStore({ pointName: this.operatingPoint, heatShown: this.heatmap });
    const { assets, model, operatingPoint } = this;
    const options = { assets, model, operatingPoint: operatingPoint || undefined }; // one that the model has not is refused
    const reading = new Reading(store, tested(createReader), options);
    const over = (/** @type {boolean} */ hangs) => this.toggleAttribute('data-over', hangs);
    const endDrops = takeDropsOn(this, (found) => reading.add(found), over);
    Object.assign(this, { store, reading });
    reading.start();
    return () => {
      endDrops();
      reading.close();
      const gone = new PneumoscopeError('closed', 'The <pneumo-scope> was taken out of its page.');
      for (const { reject } of this.#waiting.values()) reject(gone);
      this.#waiting.clear();
      Object.assign(this, { store: undefined, reading: undefined });
    };
  }

  /** @param {State} state @param {State} before */
  #follow(state, before) {
    this.requestUpdate();
    if (this.#alone) this.#tell(state, before);
  }

  /** Tells the page what has happened. @param {State} state @param {State} before */
  #tell(state, before) {
    const point = pointInForce(state.model, state.pointName);
    const otherRule = point?.name !== pointInForce(before.model, before.pointName)?.name;
    const { progress, phase, trouble: why, rows } = state;
    if (progress && progress !== before.progress) this.#send('progress', { phase: 'loading', ...progress });
    if (phase === 'ready' && before.phase !== phase) this.#send('ready', { engine: state.engine, model: state.model });
    if (phase === 'failed' && before.phase !== phase) {
      this.#send('failed', { id: null, name: null, ...why });
      for (const id of this.#waiting.keys()) this.#settle(id, why, null);
    }
    if (rows === before.rows && !otherRule) return;
    const earlier = new Map(before.rows.map((row) => [row.id, row]));
    let ended = false;
    for (const row of rows) {
      const was = earlier.get(row.id);
      const again = row.state === was?.state;
      const name = this.#handed.has(row.id) || this.names ? row.name : null;
      if (row.findings && (!again || otherRule)) {
        const detail = { ...judged(row.findings, point), id: row.id, name };
        this.#send('findings', detail);
        this.#settle(row.id, null, detail);
      } else if (row.trouble && !again) {
        this.#send('failed', { id: row.id, name, ...row.trouble });
        this.#settle(row.id, row.trouble, null);
      }
      ended ||= !again && (row.state === 'read' || row.state === 'failed');
    }
    for (const id of earlier.keys())
      if (!rows.some((row) => row.id === id))
        this.#settle(id, { code: 'closed', message: 'The film was taken off.' }, null);
    const done = rows.filter((row) => row.state === 'read' || row.state === 'failed').length;
    if (ended) this.#send('progress', { phase: 'reading', done, films: rows.length });
  }

  /** Answers whoever has called read(). @param {number} id @param {import('./store.js').Trouble | null} why it failed
   * @param {object | null} detail */
  #settle(id, why, detail) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (why) waiting?.reject(new PneumoscopeError(/** @type {any} */ (why.code), why.message, why.reason));
    else waiting?.resolve(detail);
  }

  /** @param {keyof import('./types.d.ts').PneumoScopeEventMap} name @param {object} detail */
  #send(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** @param {State} state @param {'open' | 'beside'} place @param {OperatingPoint | null} point
 * @returns {import('./store.js').Row | null} as it is at the point */
function rowOf(state, place, point) {
  const row = state.rows.find(({ id }) => id === state[place]?.id) ?? null;
  return row && judgedRow(row, point);
}

/** Whether the user wants to look at the film first. @param {import('./store.js').Row | null} row @param {State} state */
const isHidden = (row, { hides }) => Boolean(hides && row?.findings && !row.revealed);

/** A film's answer below it, where two are shown. @param {import('./store.js').Row} row @param {boolean} hidden */
function caption({ name, findings }, hidden) {
  return html`<figcaption data-decision=${(!hidden && findings?.decision) || nothing}>
    <span class="name">${name}</span>
    ${
      findings && !hidden
        ? html`<span class="verdict">${icon(findings.decision)}${t(`decision.short.${findings.decision}`)}</span> ${
              findings.decision === 'out-of-scope'
                ? nothing
                : html`<span class="chance">${probability(findings.probability)}</span>`
            }`
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
