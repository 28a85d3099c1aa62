// <pneumo-app>: the page around <pneumo-scope>: the bar above it, the list in it, the bar of thumbs below it, and what it says
// aloud.

import { html, nothing } from 'lit';
import { Desk } from '../desk/desk.js';
import { tested } from '../desk/self-test.js';
import { createStore } from '../desk/store.js';
import { isHidden, judged, listed, pointInForce, shownRow } from '../desk/triage.js';
import { filesChosen } from '../view/files.js';
import { drawerOf } from '../view/frame.js';
import { bestLanguage } from '../view/i18n.js';
import { icon } from '../view/icons.js';
import { takeDropsOn } from '../view/intake.js';
import { closesMenus } from '../view/menu.js';
import { statusLine } from '../view/status.js';
import { Part } from '../view/widget.js';
import { follow, kept } from './kept.js';
import { followUpdates, isolate, keepOffline, takeHanded } from './offline.js';
import { watchRequests } from './watch.js';

/** @typedef {import('../view/i18n.js').Translator} Translator */
/** @typedef {import('../desk/store.js').State} State */

export class App extends Part {
  static properties = { drawer: { state: true } };

  #desk;
  #prints = false;
  #validates = false;

  /** @param {typeof import('../reader/types.d.ts').createReader} createReader @param {string[]} samples */
  constructor(createReader, samples) {
    super();
    const { language, ...state } = kept();
    this.samples = samples;
    /** Whether the list is shown where it has no place of its own. */
    this.drawer = false;
    const store = createStore(state);
    const ownReader = tested(createReader, (selfTest) => store.set({ selfTest }));
    this.#desk = new Desk(store, ownReader, { onRequest: watchRequests(store), ofList: true });
    this.translator.choose(bestLanguage([language ?? [], navigator.languages].flat()));
  }

  connectedCallback() {
    this.replaceChildren(); // what index.html shows until this script runs
    super.connectedCallback();
    const draw = drawerOf(this);
    this.#desk.store.subscribe((state, before) => {
      draw(state, before);
      follow(this.translator, state, before);
      if (state.open?.id !== before.open?.id) this.drawer = false;
    });
    this.#desk.obey(this);
    closesMenus(this);
    this.addEventListener('do-print', (event) => this.#print(/** @type {CustomEvent} */ (event).detail));
    takeDropsOn(
      window,
      (found) => this.#desk.take(found),
      (over) => this.toggleAttribute('data-over', over),
    );
    addEventListener('keydown', (event) => this.#press(event));
    addEventListener('beforeprint', () => this.#report(true));
    addEventListener('afterprint', () => this.#report(false));
    this.#start();
  }

  async #start() {
    later();
    followUpdates(this.#desk.store);
    takeHanded((files) => this.#desk.add({ files: files.map((file) => ({ file, name: file.name })) }));
    await isolate(() => this.#desk.state.rows.length > 0);
    const stop = this.#desk.store.subscribe(({ phase }) => {
      if (phase !== 'ready') return;
      stop();
      keepOffline(this.#desk.store);
    });
    await this.#desk.start();
  }

  render() {
    const { state } = this.#desk;
    const { language, direction } = this.translator;
    const { documentElement: page } = document;
    setChanged(document, { title: this.t('app.title') });
    setChanged(page, { lang: language, dir: direction });
    setChanged(page.dataset, { theme: state.theme });
    const many = state.rows.length > 1;
    return html`
      ${this.#bar(state, many)}
      <main ?data-drawer=${this.drawer && many}>
        <pneumo-scope data-theme=${state.theme} .desk=${this.#desk} .samples=${this.samples}>
          ${
            many
              ? html`<pneumo-list
                  slot="list"
                  .rows=${listed(state)}
                  .state=${state}
                  ?data-drawer=${this.drawer}
                ></pneumo-list>`
              : nothing
          }
        </pneumo-scope>
      </main>
      ${state.rows.length > 0 ? this.#thumbBar(state, many) : nothing}
      <pneumo-proof .state=${state}></pneumo-proof>
      <pneumo-about .state=${state}></pneumo-about>
      ${this.#validation()}
      <p class="unseen" role="status" id="status">${statusLine(this.translator, state)}</p>
      ${this.#prints ? this.#paper(state) : nothing}
    `;
  }

  /** @param {State} state @param {boolean} many */
  #bar(state, many) {
    return html`<header class="bar">
      ${icon('mark')}
      <h1>Pneumoscope</h1>
      ${
        state.rows.length > 0
          ? html`<label class="button primary wide" title=${this.t('intake.kinds')}>
              <input id="file" class="unseen" type="file" multiple @change=${this.#take} />
              ${this.t('intake.add')}
            </label>`
          : nothing
      }
      ${
        many
          ? html`<button
              type="button"
              id="drawer"
              aria-expanded=${this.drawer}
              @click=${() => (this.drawer = !this.drawer)}
            >
              ${icon('list')}<span>${this.t('list.title', { count: state.rows.length })}</span>
            </button>`
          : nothing
      }
      ${state.phase === 'starting' ? progress(this.translator, state) : nothing}
      <span class="gap"></span>
      ${state.update ? html`<pneumo-update></pneumo-update>` : nothing}
      <div class="chips" role="toolbar" aria-label=${this.t('menu.title')} @keydown=${this.#walk}>
        <button
          type="button"
          class="chip wide"
          id="show-proof"
          tabindex="-1"
          @click=${() => this.#show('pneumo-proof')}
        >
          ${icon('shield')}${this.t('proof.summary')}
        </button>
        <button
          type="button"
          class="chip research"
          id="show-about"
          tabindex="-1"
          @click=${() => this.#show('pneumo-about')}
        >
          ${this.t('about.short')}
        </button>
        ${this.#menu(state)}
      </div>
    </header>`;
  }

  /** One stop of the Tab key, at the menu, which has all that is here; arrow keys go to the others. @param {KeyboardEvent} event */
  #walk({ key, target, currentTarget }) {
    const bar = /** @type {Element} */ (currentTarget);
    const stops = [...bar.querySelectorAll('.chip, summary')].filter((one) => one.getClientRects().length > 0);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const at = stops.indexOf(/** @type {Element} */ (target));
    if (!step || at < 0) return;
    const forward = this.translator.direction === 'rtl' ? -step : step;
    /** @type {HTMLElement} */ (stops[(at + forward + stops.length) % stops.length]).focus();
  }

  /** @param {State} state */
  #menu(state) {
    return html`<details class="menu" id="menu">
      <summary class="tool" role="button" aria-label=${this.t('menu.title')} title=${this.t('menu.title')}>
        ${icon('more')}
      </summary>
      <div class="panel">
        ${
          state.rows.length > 0
            ? html`<label class="button narrow">
                  <input class="unseen" type="file" multiple @change=${this.#take} />
                  ${this.t('intake.add')}
                </label>
                <label class="button">
                  <input id="folder" class="unseen" type="file" webkitdirectory @change=${this.#take} />
                  ${this.t('intake.folder')}
                </label>`
            : nothing
        }
        <pneumo-settings .state=${state}></pneumo-settings>
        <button type="button" data-closes @click=${() => this.#desk.store.set({ help: true })}>
          ${this.t('action.help')}
        </button>
        <button type="button" data-closes id="show-validation" @click=${() => this.#validate()}>
          ${this.t('validation.title')}
        </button>
        <button type="button" data-closes @click=${() => this.#show('pneumo-proof')}>${this.t('proof.summary')}</button>
        <button type="button" data-closes @click=${() => this.#show('pneumo-about')}>${this.t('about.title')}</button>
      </div>
    </details>`;
  }

  /** On a phone, within reach of the thumb. @param {State} state @param {boolean} many */
  #thumbBar(state, many) {
    const answered = Boolean(shownRow(state, state.active)?.findings);
    const heat = () => this.#desk.store.set({ heatShown: !state.heatShown });
    return html`<nav class="thumbs" aria-label=${this.t('menu.title')}>
      <label class="button">
        <input class="unseen" type="file" accept="image/*" capture="environment" @change=${this.#take} />
        ${icon('camera')}<span>${this.t('thumb.camera')}</span>
      </label>
      <button
        type="button"
        ?disabled=${!many}
        aria-expanded=${this.drawer}
        @click=${() => (this.drawer = !this.drawer)}
      >
        ${icon('list')}<span>${this.t('thumb.list')}</span>
      </button>
      <button type="button" ?disabled=${!answered} aria-pressed=${state.heatShown} @click=${heat}>
        ${icon('heat')}<span>${this.t('thumb.heat')}</span>
      </button>
      <button type="button" ?disabled=${!answered} @click=${() => this.#scope?.print()}>
        ${icon('report')}<span>${this.t('report.print')}</span>
      </button>
    </nav>`;
  }

  /** What the browser's own print command prints. @param {State} state */
  #paper(state) {
    const point = pointInForce(state.model, state.pointName);
    const row = shownRow(state, 'open');
    const findings = isHidden(row, state) ? null : state.open?.findings;
    if (!row || !findings) return html`<p class="no-report">${this.t(row ? 'report.hidden' : 'report.none')}</p>`;
    return html`<pneumo-report
      .film=${row.id}
      .findings=${judged(findings, point)}
      .state=${state}
      .point=${point}
    ></pneumo-report>`;
  }

  get #scope() {
    return /** @type {import('../element/element.js').PneumoScope | null} */ (this.querySelector('pneumo-scope'));
  }

  /** @param {'pneumo-proof' | 'pneumo-about'} name of what has a dialogue */
  #show(name) {
    this.querySelector(name)?.querySelector('dialog')?.showModal();
  }

  /** "How good is it here?" comes when it is asked for. */
  async #validate() {
    await import('../view/validation/validation.js');
    this.#validates = true;
    this.requestUpdate();
    await this.updateComplete;
    /** @type {HTMLDialogElement | null} */ (this.querySelector('#validation'))?.showModal();
  }

  #validation() {
    if (!this.#validates) return nothing;
    const close = (/** @type {any} */ { target }) => target.closest('dialog')?.close();
    return html`<dialog id="validation" aria-labelledby="validation-title">
      <div class="dialog-head">
        <h2 id="validation-title">${this.t('validation.title')}</h2>
        <button type="button" @click=${close}>${this.t('help.close')}</button>
      </div>
      <pneumo-validation data-theme=${this.#desk.state.theme} .desk=${this.#desk}></pneumo-validation>
    </dialog>`;
  }

  /** Keys of the viewer work everywhere in the page. @param {KeyboardEvent} event */
  #press(event) {
    if (event.key === 'Escape') this.drawer = false;
    if (!this.querySelector('dialog[open]')) this.#scope?.press(event);
  }

  /** @param {Event} event */
  async #take(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const chosen = filesChosen(input.files);
    input.value = ''; // so that the same film can be chosen again
    input.closest('details')?.removeAttribute('open');
    this.emit('do-add', await chosen);
  }

  /** The reports of several films, which are read once more for their pictures. @param {{ ids: number[] }} which */
  async #print({ ids }) {
    const { printReports } = await import('../view/answer/print.js');
    const { state } = this.#desk;
    const point = pointInForce(state.model, state.pointName);
    const desk = this.#desk;
    const pages = async function* () {
      for (const film of ids) {
        const row = state.rows.find(({ id }) => id === film);
        const findings = row && (await desk.readWhole(row));
        yield { film, findings: findings ? judged(findings, point) : null, state, point };
      }
    };
    return printReports(pages(), this.translator);
  }

  /** @param {boolean} prints whether the report is in the page */
  #report(prints) {
    this.#prints = prints;
    this.requestUpdate();
  }
}

/** To set what is there already costs the same: a page's language decides the style of all that is in it.
 * @param {any} target @param {Record<string, unknown>} values */
function setChanged(target, values) {
  for (const [name, value] of Object.entries(values)) if (target[name] !== value) target[name] = value;
}

/** What the first film need not wait for: fetched beside the engine. */
const later = () =>
  Promise.all([
    import('./list.js'),
    import('./about.js'),
    import('./proof.js'),
    import('./settings.js'),
    import('./update.js'),
    import('../view/answer/print.js'),
  ]);

/** @param {Translator} translator @param {State} state */
function progress(translator, { progress: bytes }) {
  const share = bytes?.total ? bytes.loaded / bytes.total : undefined;
  return html`<label class="loading">
    <span
      >${
        bytes
          ? translator.t('engine.loading', { loaded: translator.megabytes(bytes.loaded) })
          : translator.t('engine.starting')
      }</span
    >
    <progress max="1" value=${share ?? nothing}></progress>
  </label>`;
}
