// <pneumo-settings>: language and appearance. They are forgotten when the page closes, unless the user has them kept.

import { html } from 'lit';
import { checkbox } from './checkbox.js';
import { define } from './define.js';
import { currentLanguage, LANGUAGES, languageName, t } from './i18n.js';
import { Part } from './widget.js';

/** @typedef {import('./store.js').State} State */

const KEY = 'pneumoscope';
const THEMES = /** @type {const} */ (['dark', 'light', 'system']);

/** What is kept of the state: how the page looks and judges, and nothing of any film. */
const KEPT = /** @type {const} */ ([
  'theme',
  'pointName',
  'prevalence',
  'measuredOn',
  'hides',
  'heatShown',
  'heatOpacity',
  'tool',
]);

export class Settings extends Part {
  static properties = { state: { attribute: false } };

  constructor() {
    super();
    /** @type {State | null} */
    this.state = null;
  }

  render() {
    const { theme, remembers, hides } = /** @type {State} */ (this.state);
    return html`
      <label class="choice">
        <span class="unseen">${t('settings.language')}</span>
        <select id="language" @change=${this.#speak}>
          ${LANGUAGES.map(
            (code) =>
              html`<option value=${code} lang=${code} ?selected=${code === currentLanguage()}>
                ${languageName(code)}
              </option>`,
          )}
        </select>
      </label>
      <label class="choice">
        <span class="unseen">${t('settings.theme')}</span>
        <select id="theme" @change=${(/** @type {any} */ { target }) => this.emit('do-set', { theme: target.value })}>
          ${THEMES.map((name) => html`<option value=${name} ?selected=${name === theme}>${t(`theme.${name}`)}</option>`)}
        </select>
      </label>
      ${checkbox('hides', t('settings.hides'), hides, () => this.emit('do-set', { hides: !hides }))}
      ${checkbox('remembers', t('settings.remember'), remembers, () => this.emit('do-set', { remembers: !remembers }))}
    `;
  }

  /** @param {any} event */
  async #speak({ target }) {
    await this.speech.choose(target.value);
    keep(/** @type {State} */ (this.state));
  }
}

define('pneumo-settings', Settings);

/** Keeps the settings that have changed, or forgets them, as the user wishes. @param {State} state @param {State} before */
export function follow(state, before) {
  if (/** @type {const} */ (['remembers', ...KEPT]).some((name) => state[name] !== before[name])) keep(state);
}

/** @param {State} state */
function keep(state) {
  try {
    const kept = Object.fromEntries(KEPT.map((name) => [name, state[name]]));
    if (state.remembers) localStorage.setItem(KEY, JSON.stringify({ ...kept, language: currentLanguage() }));
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing is not asked to.
  }
}

/** @returns {Partial<State> & { language?: string }} what an earlier visit kept; empty where there is nothing */
export function kept() {
  try {
    const text = localStorage.getItem(KEY);
    return text ? { ...JSON.parse(text), remembers: true } : {};
  } catch {
    return {};
  }
}
