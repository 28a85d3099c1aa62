// <pneumo-validation>: "How good is it here?" Takes labelled films, has them read, shows the report, and makes a site's own rule.
// All of it comes when it is opened for the first time.

import { html, nothing, unsafeCSS } from 'lit';
import { render } from 'preact';
import base from '../base.css';
import reportStyle from '../../validate/report/report.css';
import style from './validation.css';
import tokens from '../tokens.css';
import { checkbox } from '../checkbox.js';
import { define } from '../define.js';
import { save } from '../save.js';
import { picturesOf } from './pictures.js';
import { reportFile } from './file.js';
import { listingOf, ofMarks, readStudy } from '../../desk/study.js';
import english from '../../validate/messages/en.js';
import { fitProfile } from '../../validate/profile.js';
import { measure, rulesOf, rulesOfProfile } from '../../validate/measurement.js';
import { report } from '../../validate/report/report.js';
import { sorted } from '../../validate/rows.js';
import { speaker } from '../../validate/words.js';
import { Widget } from '../widget.js';

/** @typedef {import('../../validate/report/report.js').Set} Set */
/** @typedef {import('../../desk/study.js').Listing} Listing */

export class Validation extends Widget {
  static styles = [tokens, base, style, reportStyle].map(unsafeCSS);
  static properties = { desk: { attribute: false } };

  #speaker = speaker(english, 'en');
  /** @type {Listing | null} */
  #listing = null;
  /** @type {import('../../validate/rows.js').Row[]} */
  #rows = [];
  #stop = new AbortController();
  #reads = false;
  /** @type {Set | null} */
  #set = null;
  #names = false;
  #complaint = '';
  #leave = () => {};

  constructor() {
    super();
    /** @type {import('../../desk/desk.js').Desk | undefined} */
    this.desk = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    const ends = [this.translator.follow(() => this.#speak()), this.desk?.store.subscribe(() => this.requestUpdate())];
    this.#leave = () => ends.forEach((end) => end?.());
    this.#speak();
  }

  disconnectedCallback() {
    this.#leave();
    this.#stop.abort();
    super.disconnectedCallback();
  }

  async #speak() {
    const { language } = this.translator;
    const messages = language === 'en' ? english : (await import(`../../validate/messages/${language}.js`)).default;
    this.#speaker = speaker(messages, language);
    this.requestUpdate();
  }

  render() {
    const { t, date } = this.#speaker;
    const state = this.desk?.state;
    if (!state) return nothing;
    const { profile } = state;
    return html`
      ${
        profile
          ? html`<p id="in-force">
              ${t('page.in-force', { site: profile.site, films: profile.films, date: date(profile.date) })}
              <button type="button" id="end-profile" @click=${() => this.#use(null)}>${t('page.end')}</button>
            </p>`
          : nothing
      }
      <p class="quiet">${t('page.about')}</p>
      ${this.#reads ? this.#progress() : this.#choices(state)}
      ${this.#complaint ? html`<p role="alert">${this.#complaint}</p>` : nothing}
      ${this.#set ? this.#results() : nothing}
      <div id="sheet"></div>
    `;
  }

  /** @param {import('../../desk/store.js').State} state */
  #choices(state) {
    const { t } = this.#speaker;
    const marked = ofMarks(state).films.length;
    const waits = this.#listing && this.#rows.length < this.#listing.films.length;
    return html`<div class="intake">
      <label class="button primary">
        <input id="study-folder" class="unseen" type="file" webkitdirectory @change=${this.#take} />${t('page.folder')}
      </label>
      <label class="button">
        <input id="study-files" class="unseen" type="file" multiple @change=${this.#take} />${t('page.files')}
      </label>
      ${
        marked > 0
          ? html`<button type="button" id="marks" @click=${() => this.#begin(ofMarks(state))}>
              ${t('page.marks', { count: marked })}
            </button>`
          : nothing
      }
      ${
        waits
          ? html`<button type="button" id="study-resume" @click=${() => this.#read()}>${t('page.resume')}</button>`
          : nothing
      }
    </div>`;
  }

  #progress() {
    const { t } = this.#speaker;
    const [done, count] = [this.#rows.length, this.#listing?.films.length ?? 0];
    return html`<div class="intake">
      <label>${t('page.reading', { done, count })} <progress max=${count} .value=${done}></progress></label>
      <button type="button" id="study-stop" @click=${() => this.#stop.abort()}>${t('page.stop')}</button>
    </div>`;
  }

  #results() {
    const { t } = this.#speaker;
    const made = this.#set?.fit?.profile;
    return html`<div class="intake">
        <button type="button" id="save-report" @click=${() => this.#saveReport()}>${t('page.save')}</button>
        <button type="button" id="save-figures" @click=${() => this.#saveFigures()}>${t('page.save-figures')}</button>
        ${checkbox('study-names', t('page.names'), this.#names, () => {
          this.#names = !this.#names;
          this.requestUpdate();
        })}
      </div>
      <form class="intake" @submit=${this.#fit}>
        <label>${t('page.site')} <input name="site" maxlength="100" placeholder=${t('page.this-site')} /></label>
        <label
          >${t('page.sensitivity')}
          <input name="sensitivity" type="number" min="1" max="99.9" step="0.1" placeholder="95" /> %</label
        >
        <button id="fit">${t('page.fit')}</button>
        ${
          made
            ? html`<button type="button" id="use-profile" @click=${() => this.#use(made)}>${t('page.use')}</button>
                <button type="button" id="save-profile" @click=${() => saveJson(made, 'site.json')}>
                  ${t('page.save-rule')}
                </button>`
            : nothing
        }
      </form>`;
  }

  /** The report is Preact's: the same tree that the command line makes a text of. */
  updated() {
    const sheet = /** @type {HTMLElement} */ (this.renderRoot.querySelector('#sheet'));
    if (sheet) render(this.#set ? report(this.#shown(this.#set), this.#speaker) : null, sheet);
  }

  /** @param {Event} event */
  async #take({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    const files = [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
    input.value = '';
    try {
      await this.#begin(await listingOf(files));
    } catch (error) {
      this.#complain(this.#speaker.t('page.bad-table', { message: /** @type {Error} */ (error).message }));
    }
  }

  /** @param {Listing} listing */
  async #begin(listing) {
    [this.#listing, this.#rows, this.#set] = [listing, [], null];
    if (listing.films.length === 0) return this.#complain(this.#speaker.t('page.none'));
    await this.#read();
  }

  /** @param {string} message */
  #complain(message) {
    this.#complaint = message;
    this.requestUpdate();
  }

  async #read() {
    const { desk } = this;
    if (!desk || !this.#listing) return;
    this.#stop = new AbortController();
    this.#reads = true;
    this.#complain('');
    const { signal } = this.#stop;
    const read = (/** @type {Blob} */ film) => desk.readFilm(film, { signal });
    await readStudy(this.#listing.films, this.#rows, { read, onRow: () => this.requestUpdate(), signal });
    this.#reads = false;
    await this.#measure(null);
  }

  /** @param {import('../../validate/profile.js').Fit | null} fit */
  async #measure(fit) {
    const { desk } = this;
    const model = desk?.ownModel;
    if (!desk || !model || !this.#listing) return this.requestUpdate();
    const { profile } = desk.state;
    const rules = profile ? rulesOfProfile(profile) : rulesOf(model);
    const measurement = measure(this.#rows, rules);
    const { problems, missing, unlabelled, films } = this.#listing;
    const made = { date: today(), software: __VERSION__, model };
    const set = { rows: this.#rows, rules, measurement, problems, missing, unlabelled, made, fit, profile };
    this.#set = { ...set, pictures: this.#set?.pictures ?? new Map() };
    this.requestUpdate();
    const pictures = await picturesOf(measurement.mistakes, films, (film) =>
      desk.readFilm(film, { heatmap: true, view: true }),
    );
    if (this.#set?.rows !== set.rows) return; // another study has begun
    this.#set = { ...this.#set, pictures };
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  #fit = (event) => {
    event.preventDefault();
    const model = this.desk?.ownModel;
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    if (!model) return;
    const sensitivity = Number(form.get('sensitivity'));
    const goal =
      sensitivity > 0
        ? { kind: /** @type {const} */ ('sensitivity'), value: sensitivity / 100 }
        : { kind: /** @type {const} */ ('balanced') };
    const site = String(form.get('site') ?? '').trim() || this.#speaker.t('page.this-site');
    const { read } = sorted(this.#rows);
    this.#measure(fitProfile(read, { goal, site, date: today(), model }));
  };

  /** @param {import('../../reader/types.d.ts').Profile | null} profile */
  #use(profile) {
    this.desk?.useProfile(profile);
    if (this.#set) this.#measure(this.#set.fit);
    this.requestUpdate();
  }

  /** Films are numbered unless the user has them named, as in all that leaves the page. @param {Set} set @returns {Set} */
  #shown(set) {
    return this.#names ? set : withoutNames(set);
  }

  #saveReport() {
    if (!this.#set) return;
    const page = reportFile(this.#shown(this.#set), this.#speaker, reportStyle);
    save(new Blob([page], { type: 'text/html' }), 'pneumoscope-report.html');
  }

  #saveFigures() {
    if (!this.#set) return;
    const { made, measurement, problems, missing, unlabelled, fit, profile } = this.#shown(this.#set);
    const { name, version, sha256 } = made.model;
    const used = { ...made, model: { name, version, sha256 }, engine: this.desk?.state.engine };
    saveJson(
      { ...used, ...measurement, problems, missing, unlabelled, profile: fit?.profile ?? profile },
      'metrics.json',
    );
  }
}

define('pneumo-validation', Validation);

const today = () => new Date().toISOString().slice(0, 10);

/** @param {object} content @param {string} name */
const saveJson = (content, name) =>
  save(new Blob([`${JSON.stringify(content, null, 1)}\n`], { type: 'application/json' }), name);

/** Each film's place in the set for its name, wherever it stands. @param {Set} set @returns {Set} */
function withoutNames(set) {
  const numbers = new Map();
  for (const { file } of set.rows) numbers.set(file, `#${numbers.size + 1}`);
  const hide = (/** @type {string} */ file) => numbers.get(file) ?? '#';
  const { measurement } = set;
  const both = (/** @type {{ file: string, like: string }[]} */ pairs) =>
    pairs.map(({ file, like }) => ({ file: hide(file), like: hide(like) }));
  return {
    ...set,
    measurement: {
      ...measurement,
      films: {
        ...measurement.films,
        notRead: measurement.films.notRead.map((one) => ({ ...one, file: hide(one.file) })),
        twice: both(measurement.films.twice),
        contradicted: both(measurement.films.contradicted),
        patientsInBoth: measurement.films.patientsInBoth.map((_, i) => `#${i + 1}`),
      },
      mistakes: measurement.mistakes.map((one) => ({ ...one, file: hide(one.file) })),
    },
    problems: set.problems.map((one) => ({ ...one, file: null, values: { ...one.values, file: '#' } })),
    missing: set.missing.map(() => '#'),
    unlabelled: set.unlabelled.map(() => '#'),
    pictures: new Map([...set.pictures].map(([file, src]) => [hide(file), src])),
  };
}
