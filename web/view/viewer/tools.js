// <pneumo-tools>: the one row of tools over the film. Every button is also a key (desk/actions.js), which its label names. What is
// needed less often lies behind its last button.

import { html, nothing } from 'lit';
import { deedOf, PRESETS } from '../../desk/actions.js';
import { checkbox } from '../checkbox.js';
import { define } from '../define.js';
import { icon } from '../icons.js';
import { Part } from '../widget.js';
import { fileWindows, withFileWindow } from './readout.js';

/** @typedef {import('../i18n.js').Translator} Translator */
/** @typedef {import('../../desk/actions.js').Action} Action */

/** @type {Action[]} */
const MAIN = ['tool-window', 'tool-pan', 'tool-zoom', 'tool-magnify', 'heat'];
/** Those that a narrow box leaves out. @type {Action[]} */
const RARE = ['tool-measure', 'compare', 'fullscreen'];
const BEHIND = /** @type {Action[]} */ ([
  ...['zoom-out', 'zoom-in', 'fit', 'actual', 'rotate-left', 'rotate-right', 'mirror', 'upend', 'invert', 'reset'],
]);

/** @typedef {Action | 'more'} Stop where the Tab key or an arrow key stops */

export class Tools extends Part {
  static properties = {
    state: { attribute: false },
    film: { attribute: false },
    heat: { type: Boolean },
    reached: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../../desk/store.js').State | null} */
    this.state = null;
    /** The film that they work on. @type {import('../../reader/types.d.ts').Findings | null} */
    this.film = null;
    /** Whether it has a heatmap to show. */
    this.heat = true;
    /** The button that the Tab key reaches; arrow keys go to the others. @type {Stop} */
    this.reached = MAIN[0];
  }

  get #view() {
    return this.state?.[this.state.active]?.view ?? null;
  }

  render() {
    const { state } = this;
    if (!state) return;
    return html`<div
      class="tools"
      part="tools"
      role="toolbar"
      aria-label=${this.t('tools.title')}
      @keydown=${this.#press}
    >
      ${MAIN.map((name) => this.#button(name))}
      <hr />
      ${RARE.map((name) => this.#button(name, 'rare'))}
      <details class="menu">
        <summary
          class="tool"
          data-action="more"
          role="button"
          tabindex=${this.reached === 'more' ? 0 : -1}
          aria-label=${this.t('tools.more')}
          title=${this.t('tools.more')}
          @focus=${() => (this.reached = 'more')}
        >
          ${icon('more')}
        </summary>
        <div class="panel">
          <div class="more-tools">
            ${[...RARE.filter((name) => name !== 'fullscreen'), ...BEHIND].map((name) => this.#button(name, RARE.includes(name) ? 'narrow' : '', 0))}
          </div>
          ${this.#sliders(state)}
          <button type="button" data-closes @click=${() => this.emit('do-picture')} id="save-picture">
            ${icon('save')}${this.t('report.picture')}
          </button>
          <button type="button" data-closes data-action="help" @click=${() => this.emit('do-act', 'help')}>
            ${icon('help')}${this.t('action.help')}
          </button>
        </div>
      </details>
    </div>`;
  }

  /** @param {Action} name @param {string} [more] class @param {number} [tab] */
  #button(name, more = '', tab = name === this.reached ? 0 : -1) {
    const label = this.t(`action.${name}`);
    return html`<button
      type="button"
      class=${`tool ${more}`}
      data-action=${name}
      tabindex=${tab}
      aria-label=${label}
      title=${this.t('tools.key', { action: label, key: deedOf(name).keys[0].toUpperCase() })}
      ?disabled=${name === 'heat' && !this.heat}
      aria-pressed=${this.#pressed(name) ?? nothing}
      @focus=${() => tab === 0 || (this.reached = name)}
      @click=${() => this.emit('do-act', name)}
    >
      ${icon(name)}
    </button>`;
  }

  /** Arrow keys go from tool to tool, as in every tool bar. @param {KeyboardEvent} event */
  async #press(event) {
    if (/** @type {Element} */ (event.target).closest('.panel')) return;
    const stops = [...this.querySelectorAll('.tools > .tool, .tools > .menu > summary')].filter(
      (stop) => stop.getClientRects().length > 0 && !(/** @type {HTMLButtonElement} */ (stop).disabled),
    );
    const at = stops.indexOf(/** @type {Element} */ (event.target));
    const forward = this.translator.direction === 'rtl' ? -1 : 1;
    const to = { ArrowRight: at + forward, ArrowLeft: at - forward, Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const stop = /** @type {HTMLElement} */ (stops[(to + stops.length) % stops.length]);
    this.reached = /** @type {Stop} */ (stop.dataset.action);
    await this.updateComplete;
    stop.focus();
  }

  /** @param {Action} name @returns {'true' | 'false' | undefined} undefined for what is no switch */
  #pressed(name) {
    const { state } = this;
    const view = this.#view;
    if (name.startsWith('tool-')) return `${name === `tool-${state?.tool}`}`;
    const on = {
      heat: state?.heatShown,
      compare: Boolean(state?.beside),
      mirror: view?.mirrored,
      upend: view?.upended,
      invert: view?.inverted,
    }[/** @type {string} */ (name)];
    return on === undefined ? undefined : `${on}`;
  }

  /** What dragging does, for those who do not drag, and what has no button. @param {import('../../desk/store.js').State} state */
  #sliders({ active: place, linked, beside, heatOpacity }) {
    const view = this.#view;
    const set = (/** @type {object} */ changes) =>
      view && this.emit('do-view', { place, view: { ...view, ...changes } });
    return html`
      ${this.#presets()}
      ${
        view
          ? html`${range(this.translator, 'level', this.t('tools.level'), view.level, { min: 0, max: 1 }, (level) => set({ level }))}
            ${range(this.translator, 'width', this.t('tools.width'), view.width, { min: 0.02, max: 2 }, (width) => set({ width }))}`
          : nothing
      }
      ${
        this.heat
          ? range(
              this.translator,
              'heat-opacity',
              this.t('tools.opacity'),
              heatOpacity,
              { min: 0.1, max: 1 },
              (value) => this.emit('do-set', { heatShown: true, heatOpacity: value }),
            )
          : nothing
      }
      ${beside ? checkbox('linked', this.t('tools.linked'), linked, () => this.emit('do-set', { linked: !linked })) : nothing}
    `;
  }

  #presets() {
    const windows = fileWindows(this.film);
    const view = this.#view;
    const choose = (/** @type {any} */ { target }) => {
      const [, index] = target.value.split('file-window-');
      if (!index) this.emit('do-act', target.value);
      else if (this.film && view && this.state)
        this.emit('do-view', {
          place: this.state.active,
          view: withFileWindow(view, this.film, windows[Number(index)]),
        });
      target.value = '';
    };
    return html`<select id="preset" aria-label=${this.t('tools.preset')} @change=${choose}>
      <option value="">${this.t('tools.preset')}</option>
      ${PRESETS.map((name) => html`<option value=${name}>${this.t(`action.${name}`)}</option>`)}
      ${windows.map(
        ({ center, width }, i) =>
          html`<option value=${`file-window-${i}`}>
            ${this.t('tools.file-window', { level: this.translator.number(center), width: this.translator.number(width) })}
          </option>`,
      )}
    </select>`;
  }
}

define('pneumo-tools', Tools);

/** @param {Translator} translator @param {string} id @param {string} label @param {number} value
 * @param {{ min: number, max: number }} span @param {(value: number) => void} onValue */
function range(translator, id, label, value, { min, max }, onValue) {
  return html`<label class="range">
    <span>${label}</span>
    <input
      type="range"
      id=${id}
      min=${min}
      max=${max}
      step="0.01"
      .value=${String(value)}
      aria-valuetext=${translator.percent(value, 0)}
      @input=${(/** @type {any} */ { target }) => onValue(target.valueAsNumber)}
    />
  </label>`;
}
