// <pneumo-tools>: the tool bar of the films that are shown. Every button is also a key (actions.js).

import { html, nothing } from 'lit';
import { checkbox } from '../checkbox.js';
import { define } from '../define.js';
import { deedOf, PRESETS } from './actions.js';
import { icon } from '../icons.js';
import { number, percent, t } from '../i18n.js';
import { fileWindows, withFileWindow } from './readout.js';
import { Part } from '../widget.js';

/** @typedef {import('./actions.js').Action} Action */

/** @type {Action[][]} */
const GROUPS = [
  ['tool-window', 'tool-pan', 'tool-magnify'],
  ['zoom-out', 'zoom-in', 'fit', 'actual'],
  ['rotate-left', 'rotate-right', 'mirror', 'upend', 'invert'],
  ['reset', 'help'],
];

export class Tools extends Part {
  static properties = {
    place: {},
    film: { attribute: false },
    view: { attribute: false },
    heat: { type: Boolean },
    linked: { attribute: false },
    reached: { state: true },
    unfolded: { state: true },
    tool: {},
    heatShown: { type: Boolean },
    heatOpacity: { type: Number },
  };

  constructor() {
    super();
    /** Which film the tools work on. @type {'open' | 'beside'} */
    this.place = 'open';
    /** @type {import('../../reader/types.d.ts').Findings | null} */
    this.film = null;
    /** @type {import('./view.js').View | null} */
    this.view = null;
    /** Whether the film has a heatmap to show. */
    this.heat = true;
    /** Whether two films move as one; null where there is one film. @type {boolean | null} */
    this.linked = null;
    /** The button that the Tab key reaches; arrow keys go to the others. @type {Action} */
    this.reached = GROUPS[0][0];
    /** On a narrow screen, whether all tools are shown. */
    this.unfolded = false;
    /** @type {import('../store.js').State['tool']} */
    this.tool = 'window';
    this.heatShown = true;
    this.heatOpacity = 0.9;
  }

  render() {
    return html`
      <button
        type="button"
        class="fold"
        aria-expanded=${this.unfolded}
        @click=${() => (this.unfolded = !this.unfolded)}
      >
        ${t('tools.title')}
      </button>
      <div
        class="tools"
        role="toolbar"
        aria-label=${t('tools.title')}
        ?data-folded=${!this.unfolded}
        @keydown=${this.#press}
      >
        ${GROUPS.map((names) => html`<div class="group">${names.map((name) => this.#button(name))}</div>`)}
      </div>
      <div class="tools" ?data-folded=${!this.unfolded}>
        ${this.#presets()} ${this.view ? this.#window(this.view) : nothing} ${this.#heat()} ${this.#link()}
      </div>
    `;
  }

  /** @param {Action} name */
  #button(name) {
    const label = t(`action.${name}`);
    const title = t('tools.key', { action: label, key: deedOf(name).keys[0] });
    return html`<button
      type="button"
      class="tool"
      data-action=${name}
      tabindex=${name === this.reached ? 0 : -1}
      aria-label=${label}
      title=${title}
      @focus=${() => (this.reached = name)}
      aria-pressed=${this.#pressed(name) ?? nothing}
      @click=${() => this.emit('do-act', name)}
    >
      ${icon(name)}
    </button>`;
  }

  /** Arrow keys go from tool to tool, as in every tool bar. @param {KeyboardEvent} event */
  async #press(event) {
    const names = GROUPS.flat();
    const at = names.indexOf(this.reached);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.reached = names[(to + names.length) % names.length];
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-action=${this.reached}]`))?.focus();
  }

  /** Where two films are shown. */
  #link() {
    const { linked } = this;
    if (linked === null) return nothing;
    return checkbox('linked', t('tools.linked'), linked, () => this.emit('do-set', { linked: !linked }));
  }

  /** @param {Action} name @returns {'true' | 'false' | undefined} undefined for what is no switch */
  #pressed(name) {
    const on = {
      'tool-window': this.tool === 'window',
      'tool-pan': this.tool === 'pan',
      'tool-magnify': this.tool === 'magnify',
      mirror: this.view?.mirrored,
      upend: this.view?.upended,
      invert: this.view?.inverted,
    }[/** @type {string} */ (name)];
    return on === undefined ? undefined : `${on}`;
  }

  #presets() {
    const windows = fileWindows(this.film);
    const choose = (/** @type {any} */ { target }) => {
      const [, index] = target.value.split('file-window-');
      if (!index) this.emit('do-act', target.value);
      else if (this.film && this.view)
        this.emit('do-view', { place: this.place, view: withFileWindow(this.view, this.film, windows[Number(index)]) });
      target.value = '';
    };
    return html`<select id="preset" aria-label=${t('tools.preset')} @change=${choose}>
      <option value="">${t('tools.preset')}</option>
      ${PRESETS.map((name) => html`<option value=${name}>${t(`action.${name}`)}</option>`)}
      ${windows.map(
        ({ center, width }, i) =>
          html`<option value=${`file-window-${i}`}>
            ${t('tools.file-window', { level: number(center), width: number(width) })}
          </option>`,
      )}
    </select>`;
  }

  #heat() {
    return html`<fieldset class="group" ?disabled=${!this.heat}>
      ${checkbox('heat-shown', t('tools.heat'), this.heatShown, () => this.emit('do-set', { heatShown: !this.heatShown }))}
      ${range('heat-opacity', t('tools.opacity'), this.heatOpacity, { min: 0.1, max: 1 }, (value) =>
        this.emit('do-set', { heatShown: true, heatOpacity: value }),
      )}
    </fieldset>`;
  }

  /** What dragging does, for those who do not drag. @param {import('./view.js').View} view */
  #window(view) {
    const set = (/** @type {object} */ changes) =>
      this.emit('do-view', { place: this.place, view: { ...view, ...changes } });
    return html`
      ${range('level', t('tools.level'), view.level, { min: 0, max: 1 }, (level) => set({ level }))}
      ${range('width', t('tools.width'), view.width, { min: 0.02, max: 2 }, (width) => set({ width }))}
    `;
  }
}

define('pneumo-tools', Tools);

/** @param {string} id @param {string} label @param {number} value @param {{ min: number, max: number }} span
 * @param {(value: number) => void} onValue */
function range(id, label, value, { min, max }, onValue) {
  return html`<label class="range">
    <span>${label}</span>
    <input
      type="range"
      id=${id}
      min=${min}
      max=${max}
      step="0.01"
      .value=${String(value)}
      aria-valuetext=${percent(value, 0)}
      @input=${(/** @type {any} */ { target }) => onValue(target.valueAsNumber)}
    />
  </label>`;
}
