// <pneumo-app>: the page: what stands above and below the film, and what it says aloud.

import { html, nothing } from 'lit';
import { bestLanguage, currentLanguage, LANGUAGES, languageName, megabytes, setLanguage, t } from './i18n.js';
import { takeDropsOn } from './intake.js';
import { Reading } from './reading.js';
import { statusLine } from './status.js';
import { createStore } from './store.js';
import { Part } from './widget.js';

/** @typedef {import('./store.js').State} State */

const THEMES = /** @type {const} */ (['dark', 'light', 'system']);

export class App extends Part {
  #store = createStore();
  #reading;

  /** @param {typeof import('../types.d.ts').createReader} createReader @param {string[]} samples */
  constructor(createReader, samples) {
    super();
    this.samples = samples;
    this.#reading = new Reading(this.#store, createReader);
  }

  connectedCallback() {
    this.replaceChildren(); // what index.html shows until this script runs
    super.connectedCallback();
    this.#store.subscribe((state) => {
      document.documentElement.dataset.theme = state.theme;
      this.requestUpdate();
    });
    this.#reading.obey(this);
    takeDropsOn(
      window,
      (found) => this.#reading.add(found),
      (over) => this.toggleAttribute('data-over', over),
    );
    setLanguage(bestLanguage(navigator.languages));
    this.#reading.start();
  }

  render() {
    const { state } = this.#store;
    document.documentElement.lang = currentLanguage();
    return html`
      <header class="bar">
        <h1>Pneumoscope</h1>
        <p class="quiet tagline">${t('app.tagline')}</p>
        ${state.phase === 'starting' ? progress(state) : nothing} ${this.#choices(state)}
      </header>
      <p class="limits" role="note"><strong>${t('limits.research')}</strong> ${t('limits.children')}</p>
      <main>
        <pneumo-scope
          data-theme=${state.theme}
          .store=${this.#store}
          .reading=${this.#reading}
          .samples=${this.samples}
        ></pneumo-scope>
      </main>
      <p class="unseen" role="status" id="status">${statusLine(state)}</p>
    `;
  }

  /** @param {State} state */
  #choices({ theme }) {
    return html`
      <label class="choice">
        <span class="unseen">${t('app.language')}</span>
        <select id="language" @change=${(/** @type {any} */ event) => setLanguage(event.target.value)}>
          ${LANGUAGES.map(
            (code) =>
              html`<option value=${code} lang=${code} ?selected=${code === currentLanguage()}>
                ${languageName(code)}
              </option>`,
          )}
        </select>
      </label>
      <label class="choice">
        <span class="unseen">${t('app.theme')}</span>
        <select id="theme" @change=${(/** @type {any} */ event) => this.#store.set({ theme: event.target.value })}>
          ${THEMES.map((name) => html`<option value=${name} ?selected=${name === theme}>${t(`theme.${name}`)}</option>`)}
        </select>
      </label>
    `;
  }
}

/** @param {State} state */
function progress({ progress: bytes }) {
  const share = bytes?.total ? bytes.loaded / bytes.total : undefined;
  return html`<label class="loading">
    <span>${bytes ? t('engine.loading', { loaded: megabytes(bytes.loaded) }) : t('engine.starting')}</span>
    <progress max="1" value=${share ?? nothing}></progress>
  </label>`;
}
