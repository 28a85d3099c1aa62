// <pneumo-settings>: language and appearance, in the page's menu. kept.js remembers them.

import { html } from 'lit';
import { checkbox } from '../view/checkbox.js';
import { define } from '../view/define.js';
import { LANGUAGES } from '../view/i18n.js';
import { Part } from '../view/widget.js';
import { keep } from './kept.js';

/** @typedef {import('../desk/store.js').State} State */

const THEMES = /** @type {const} */ (['dark', 'light', 'system']);

/** Each language's name for itself: making one takes longer than drawing all else here. */
const NAMES = LANGUAGES.map((code) => new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code);

export class Settings extends Part {
  static properties = { state: { attribute: false } };

  constructor() {
    super();
    /** @type {State | null} */
    this.state = null;
  }

  render() {
    const { theme, remembers, hides, dates } = /** @type {State} */ (this.state);
    return html`
      <label class="choice">
        <span>${this.t('settings.language')}</span>
        <select id="language" @change=${this.#speak}>
          ${LANGUAGES.map(
            (code, i) =>
              html`<option value=${code} lang=${code} ?selected=${code === this.translator.language}>
                ${NAMES[i]}
              </option>`,
          )}
        </select>
      </label>
      <label class="choice">
        <span>${this.t('settings.theme')}</span>
        <select id="theme" @change=${(/** @type {any} */ { target }) => this.emit('do-set', { theme: target.value })}>
          ${THEMES.map((name) => html`<option value=${name} ?selected=${name === theme}>${this.t(`theme.${name}`)}</option>`)}
        </select>
      </label>
      ${checkbox('hides', this.t('settings.hides'), hides, () => this.emit('do-set', { hides: !hides }))}
      ${checkbox('dates', this.t('settings.dates'), dates, () => this.emit('do-set', { dates: !dates, exportsDates: false }))}
      ${checkbox('remembers', this.t('settings.remember'), remembers, () => this.emit('do-set', { remembers: !remembers }))}
    `;
  }

  /** @param {any} event */
  async #speak({ target }) {
    await this.translator.choose(target.value);
    keep(this.translator, /** @type {State} */ (this.state));
  }
}

define('pneumo-settings', Settings);
