// <pneumo-app>: the page: what stands around the film, and what it says aloud.

import { html, nothing } from 'lit';
import { bestLanguage, currentLanguage, megabytes, t } from '../element/i18n.js';
import { takeDropsOn } from '../element/intake.js';
import { followUpdates, isolate, keepOffline, takeHanded } from './offline.js';
import './proof.js';
import { Reading } from '../element/reading.js';
import { tested } from '../element/self-test.js';
import { follow, kept } from '../element/settings.js';
import { statusLine } from '../element/status.js';
import { createStore } from '../element/store.js';
import { judged, listed, pointInForce } from '../element/triage.js';
import './update.js';
import { watchRequests } from '../element/watch.js';
import { Part } from '../element/widget.js';

/** @typedef {import('../element/store.js').State} State */

export class App extends Part {
  #store;
  #reading;
  #prints = false;

  /** @param {typeof import('../reader/types.d.ts').createReader} createReader @param {string[]} samples */
  constructor(createReader, samples) {
    super();
    const { language, ...state } = kept();
    this.samples = samples;
    this.#store = createStore(state);
    const ownReader = tested(createReader, (selfTest) => this.#store.set({ selfTest }));
    this.#reading = new Reading(this.#store, ownReader, { onRequest: watchRequests(this.#store), unites: true });
    this.speech.choose(bestLanguage([language ?? [], navigator.languages].flat()));
  }

  connectedCallback() {
    this.replaceChildren(); // what index.html shows until this script runs
    super.connectedCallback();
    this.#store.subscribe((state, before) => {
      this.requestUpdate();
      follow(state, before);
    });
    this.#reading.obey(this);
    this.addEventListener('do-print', (event) => this.#print(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener('do-open', () => this.querySelector('pneumo-scope')?.scrollIntoView({ block: 'nearest' }));
    takeDropsOn(
      window,
      (found) => this.#reading.add(found),
      (over) => this.toggleAttribute('data-over', over),
    );
    addEventListener('beforeprint', () => this.#report(true));
    addEventListener('afterprint', () => this.#report(false));
    this.#start();
  }

  async #start() {
    later();
    followUpdates(this.#store);
    takeHanded((files) => this.#reading.add({ files: files.map((file) => ({ file, name: file.name })) }));
    await isolate(() => this.#store.state.rows.length > 0);
    const stop = this.#store.subscribe(({ phase }) => {
      if (phase !== 'ready') return;
      stop();
      keepOffline(this.#store);
    });
    await this.#reading.start();
  }

  render() {
    const { state } = this.#store;
    const point = pointInForce(state.model, state.pointName);
    const listing = listed(state);
    const hidden = listing.find(({ id }) => id === state.open?.id)?.hidden;
    const findings = hidden ? null : state.open?.findings;
    document.title = t('app.title');
    document.documentElement.lang = currentLanguage();
    document.documentElement.dataset.theme = state.theme;
    return html`
      <header>
        <div class="bar">
          <h1>Pneumoscope</h1>
          <p class="quiet tagline">${t('app.tagline')}</p>
          ${state.phase === 'starting' ? progress(state) : nothing}
          <pneumo-settings .state=${state}></pneumo-settings>
          ${state.update ? html`<pneumo-update></pneumo-update>` : nothing}
        </div>
        <p class="limits"><strong>${t('limits.research')}</strong> ${t('limits.model')}</p>
      </header>
      <main ?data-list=${state.rows.length > 1}>
        ${state.rows.length > 1 ? html`<pneumo-list .rows=${listing} .state=${state}></pneumo-list>` : nothing}
        <pneumo-scope
          data-theme=${state.theme}
          .store=${this.#store}
          .reading=${this.#reading}
          .samples=${this.samples}
        ></pneumo-scope>
      </main>
      <footer><pneumo-proof .state=${state}></pneumo-proof></footer>
      <p class="unseen" role="status" id="status">${statusLine(state)}</p>
      ${
        this.#prints && state.open && findings
          ? html`<pneumo-report
              .film=${state.open.id}
              .findings=${judged(findings, point)}
              .state=${state}
              .point=${point}
            ></pneumo-report>`
          : nothing
      }
      ${this.#prints && !findings ? html`<p class="no-report">${t('report.none')}</p>` : nothing}
    `;
  }

  /** The reports of several films, which are read once more for their pictures. @param {{ ids: number[] }} which */
  async #print({ ids }) {
    const { printReports } = await import('../element/answer/print.js');
    const { state } = this.#store;
    const point = pointInForce(state.model, state.pointName);
    const reading = this.#reading;
    const pages = async function* () {
      for (const film of ids) {
        const row = state.rows.find(({ id }) => id === film);
        const findings = row && (await reading.readWhole(row));
        yield { film, findings: findings ? judged(findings, point) : null, state, point };
      }
    };
    return printReports(pages(), this.speech);
  }

  /** @param {boolean} prints whether the report is in the page */
  #report(prints) {
    this.#prints = prints;
    this.requestUpdate();
  }
}

/** What the first film need not wait for: fetched beside the engine. */
const later = () =>
  Promise.all([
    import('../element/answer/details.js'),
    import('./list.js'),
    import('../element/answer/print.js'),
    import('../element/help.js'),
  ]);

/** @param {State} state */
function progress({ progress: bytes }) {
  const share = bytes?.total ? bytes.loaded / bytes.total : undefined;
  return html`<label class="loading">
    <span>${bytes ? t('engine.loading', { loaded: megabytes(bytes.loaded) }) : t('engine.starting')}</span>
    <progress max="1" value=${share ?? nothing}></progress>
  </label>`;
}
