// <pneumo-scope>: reads films and shows one with the answer. Usable alone; types.d.ts is what it promises then. What it shows is
// in web/view; what it knows and does is in its desk.

import { adoptStyles, html, nothing, unsafeCSS } from 'lit';
import { isTyped, actionOf } from '../desk/actions.js';
import { Desk } from '../desk/desk.js';
import { tested } from '../desk/self-test.js';
import { createStore } from '../desk/store.js';
import { isHidden, judged, pointInForce, shownRow } from '../desk/triage.js';
import { PneumoscopeError } from '../reader/errors.js';
import { fileOf } from '../reader/options.js';
import base from '../view/base.css';
import { drawerOf } from '../view/frame.js';
import { bestLanguage, pageTranslator, Translator } from '../view/i18n.js';
import { takeDropsOn } from '../view/intake.js';
import { closesMenus } from '../view/menu.js';
import tokens from '../view/tokens.css';
import { trouble } from '../view/words.js';
import { Widget } from '../view/widget.js';
import element from './element.css';

/** @typedef {import('../desk/store.js').State} State */
/** @typedef {import('../desk/store.js').Row} Row */

export class PneumoScope extends Widget {
  static styles = [tokens, base, element].map(unsafeCSS);
  static properties = {
    desk: { attribute: false },
    samples: { attribute: false },
    assets: {},
    model: {},
    operatingPoint: { attribute: 'operating-point' },
    profile: {},
    theme: {},
    controls: {},
    compact: { type: Boolean },
    heatmap: { type: Boolean },
    names: { type: Boolean },
  };

  /** How an element that stands alone starts its engine, and who tells the page around it what happens; pneumo-scope.js sets both.
   * @type {typeof import('../reader/types.d.ts').createReader | undefined} */
  static createReader;
  /** @type {typeof import('./teller.js').Teller | undefined} */
  static Teller;

  /** Ends what began when it came into a page. @type {(() => void) | null} */
  #leave = null;
  #focused = false;
  #translator = pageTranslator;
  /** Whether nobody gave it its desk. */
  #alone = false;
  #teller = PneumoScope.Teller && new PneumoScope.Teller(this);
  #draw = drawerOf(this);

  constructor() {
    super();
    /** Where it stands alone its own, else that of the page. @type {Desk | undefined} */
    this.desk = undefined;
    /** @type {string[]} */
    this.samples = [];
    /** @type {string | undefined} */
    this.assets = undefined;
    /** @type {string | undefined} */
    this.model = undefined;
    this.operatingPoint = '';
    /** @type {string | import('../reader/types.d.ts').Profile | null} */
    this.profile = null;
    /** @type {State['theme'] | ''} */
    this.theme = '';
    /** @type {'full' | 'none'} */
    this.controls = 'full';
    this.compact = false;
    this.heatmap = false;
    this.names = false;
  }

  /** Its own where it stands alone: two elements of a page may speak two languages. */
  get translator() {
    return this.#translator;
  }

  connectedCallback() {
    const moved = this.#leave !== null;
    if (!moved) this.#translator = this.desk ? pageTranslator : new Translator();
    super.connectedCallback();
    if (!moved) this.#enter();
  }

  #enter() {
    this.#alone = !this.desk;
    const ends = this.#alone ? [this.#standAlone()] : [];
    const { desk } = this;
    if (!desk) return;
    import('../view/later.js').then(({ styles }) => this.#adopt(styles));
    ends.push(
      desk.store.subscribe((state, before) => this.#follow(state, before)),
      desk.obey(this.renderRoot),
      closesMenus(this.renderRoot),
    );
    this.#leave = () => ends.forEach((end) => end());
  }

  /** The styles of widgets that came later. @param {import('lit').CSSResult[]} styles */
  #adopt(styles) {
    adoptStyles(/** @type {ShadowRoot} */ (this.renderRoot), [...PneumoScope.styles, ...styles]);
  }

  /** An element that is only moved is back before the task ends, and reads on. */
  disconnectedCallback() {
    super.disconnectedCallback();
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#leave?.();
      this.#leave = null;
    });
  }

  createRenderRoot() {
    const root = super.createRenderRoot();
    root.addEventListener('do-act', (event) => this.#stage?.act(/** @type {CustomEvent} */ (event).detail));
    root.addEventListener('do-report', () => this.print());
    root.addEventListener('do-picture', () => this.#savePicture());
    root.addEventListener('keydown', (event) => this.press(/** @type {KeyboardEvent} */ (event)));
    return root;
  }

  /** @param {Blob | ArrayBuffer | ArrayBufferView} film @param {string} [name]
   * @returns {Promise<import('./types.d.ts').FilmFindings>} */
  async read(film, name) {
    const bytes = fileOf(film, 'The film');
    const file = bytes instanceof Uint8Array ? new Blob([bytes]) : bytes;
    const { desk } = this;
    if (!desk) throw new PneumoscopeError('closed', 'The <pneumo-scope> is not in a page, so that it has no engine.');
    const [id] = desk.add({ files: [{ file, name: name ?? /** @type {any} */ (film).name ?? '' }] });
    return /** @type {import('./teller.js').Teller} */ (this.#teller).answerOf(id);
  }

  /** Does what a key means, wherever in the page it is pressed. @param {KeyboardEvent} event */
  press(event) {
    const name = event.defaultPrevented || isTyped(event) ? undefined : actionOf(event);
    const { open, undoable } = this.desk?.state ?? {};
    if (!name || this.controls === 'none' || !(name === 'undo' ? undoable?.length : open)) return;
    event.preventDefault();
    if (name === 'undo') this.desk?.undo();
    else this.#stage?.act(name);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    this.#focused ||= Boolean(this.shadowRoot?.activeElement);
    if (!this.#alone) return;
    if (changed.has('profile') && (this.profile || changed.get('profile'))) this.#useProfile(this.profile);
    if (changed.has('operatingPoint') && this.operatingPoint) this.desk?.store.set({ pointName: this.operatingPoint });
    if (changed.has('heatmap')) this.desk?.store.set({ heatShown: this.heatmap });
    if (changed.has('theme') && this.theme && this.theme !== this.getAttribute('theme'))
      this.setAttribute('theme', this.theme);
  }

  /** @param {string} name @param {string | null} before @param {string | null} value */
  attributeChangedCallback(name, before, value) {
    super.attributeChangedCallback(name, before, value);
    if (name === 'lang' && this.#alone && value !== this.#translator.language)
      this.#translator.choose(bestLanguage([value ?? '']));
  }

  static get observedAttributes() {
    return [...super.observedAttributes, 'lang'];
  }

  /** Where the button that was pressed is gone, the film takes the focus. */
  updated() {
    globalThis.requestAnimationFrame?.(() => {
      const lost = this.#focused && !this.shadowRoot?.activeElement && document.activeElement === document.body;
      /** @type {HTMLElement | null} */ (lost ? this.renderRoot.querySelector('.frame, #file') : null)?.focus();
      this.#focused = false;
    });
  }

  render() {
    const state = this.desk?.state;
    if (!state) return;
    const { language, direction } = this.#translator;
    const empty = state.rows.length === 0;
    return html`<div
      class="scope"
      lang=${language}
      dir=${direction}
      ?data-empty=${empty}
      ?data-whole=${!this.#alone}
      ?data-listed=${!this.#alone && state.rows.length > 1}
      ?data-compact=${this.compact}
    >
      ${empty ? this.#empty(state) : this.#open(state)} ${state.help ? html`<pneumo-help></pneumo-help>` : nothing}
    </div>`;
  }

  /** @param {State} state */
  #open(state) {
    const controls = this.controls !== 'none' && !this.compact;
    const row = shownRow(state, state.active);
    return html`
      ${this.#strip(state, row)}
      <pneumo-stage .state=${state} .controls=${controls}></pneumo-stage>
      <slot name="list"></slot>
      ${
        this.compact
          ? nothing
          : html`<pneumo-answer
              part="answer"
              role="region"
              aria-label=${this.t('answer.title')}
              .state=${state}
              .row=${row}
              .opened=${state[state.active]?.findings ?? null}
              .curtained=${isHidden(row, state)}
              .controls=${controls}
              .alone=${this.#alone}
            ></pneumo-answer>`
      }
      ${this.#alone && controls ? html`<pneumo-intake cleared></pneumo-intake>` : nothing}
    `;
  }

  /** Above the film. @param {State} state @param {Row | null} row as it is at the point in force */
  #strip(state, row) {
    const said = row?.findings && !isHidden(row, state) ? row.findings.decision : null;
    return html`<pneumo-strip
      class="strip"
      data-decision=${said ?? nothing}
      ?data-steps=${state.rows.length > 1 && this.#alone}
      .state=${state}
      .row=${row}
      .said=${said}
    ></pneumo-strip>`;
  }

  /** @param {State} state */
  #empty({ trouble: why, leftOut, undoable }) {
    return html`<section class="empty" id="zone" aria-label=${this.t('intake.title')}>
      ${why ? trouble(this.#translator, why, () => this.emit('do-retry', {})) : nothing}
      ${
        this.controls === 'none'
          ? html`<p class="quiet">${this.t('answer.waiting')}</p>`
          : html`<pneumo-intake large .samples=${this.samples} .leftOut=${leftOut}></pneumo-intake>`
      }
      ${
        undoable.length > 0
          ? html`<button type="button" id="undo" @click=${() => this.emit('do-undo')}>
              ${this.t(undoable.at(-1)?.what === 'cleared' ? 'list.undo' : 'action.undo')}
            </button>`
          : nothing
      }
      <p class="limits" part="limits"><strong>${this.t('limits.research')}</strong> ${this.t('limits.model')}</p>
    </section>`;
  }

  /** The film at hand with its pixels, as it is at the point in force; null where there is no answer to be seen. */
  get #atHand() {
    const state = /** @type {State} */ (this.desk?.state);
    const row = shownRow(state, state.active);
    const findings = state[state.active]?.findings;
    if (!row || !findings || isHidden(row, state)) return null;
    const point = pointInForce(state.model, state.pointName);
    return { film: row.id, findings: judged(findings, point), state, point };
  }

  async #savePicture() {
    const { savePicture } = await import('../view/answer/report.js');
    const at = this.#atHand;
    if (at) savePicture(this.#translator, at);
  }

  /** The film's report: never the page that this element stands in. */
  async print() {
    const { printReports } = await import('../view/answer/print.js');
    const at = this.#atHand;
    if (at) printReports([at], this.#translator);
  }

  get #stage() {
    return /** @type {import('../view/stage.js').Stage | null} */ (this.renderRoot.querySelector('pneumo-stage'));
  }

  /** @param {string | import('../reader/types.d.ts').Profile | null} profile itself, or its address */
  async #useProfile(profile) {
    if (typeof profile !== 'string' || profile === '') return this.desk?.useProfile(profile || null);
    const file = await fetch(new URL(profile, document.baseURI))
      .then((answer) => (answer.ok ? answer.blob() : new Blob()))
      .catch(() => new Blob()); // what is no profile is refused with a sentence
    return this.desk?.useProfile(file);
  }

  #standAlone() {
    const { createReader } = PneumoScope;
    if (!createReader) throw new Error('A <pneumo-scope> needs a reader: import pneumo-scope.js.');
    const ours = /** @type {HTMLElement | null} */ (this.closest('[lang]'));
    this.#translator.choose(bestLanguage([ours?.lang ?? '']));
    const { assets, model, operatingPoint } = this;
    const options = { assets, model, operatingPoint: operatingPoint || undefined }; // one that the model has not is refused
    const store = createStore({ pointName: operatingPoint, heatShown: this.heatmap });
    const desk = new Desk(store, tested(createReader), options);
    const over = (/** @type {boolean} */ hangs) => this.toggleAttribute('data-over', hangs);
    const endDrops = takeDropsOn(this, (found) => desk.take(found), over);
    this.desk = desk;
    desk.start();
    return () => {
      endDrops();
      desk.close();
      this.#teller?.close();
      this.desk = undefined;
    };
  }

  /** @param {State} state @param {State} before */
  #follow(state, before) {
    this.#draw(state, before);
    if (this.#alone) this.#teller?.tell(state, before, this.names);
  }
}
