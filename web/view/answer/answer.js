// <pneumo-answer>: the answer card. Who the patient is, the verdict with one next step, what it means here, what can be done with
// it, and behind tabs where the evidence lies, whether the answer is stable and how good the model is.

import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { edgesOf } from '../../reader/decide.js';
import { groupOf, GROUPS } from '../../reader/patients.js';
import { isFlat } from '../../desk/heat.js';
import { dateOf, priorOf } from '../../desk/prior.js';
import { measuredOf } from '../../desk/meaning.js';
import { judged } from '../../desk/triage.js';
import { define } from '../define.js';
import { icon } from '../icons.js';
import { caution, nextStep, pointLabel, reason, siteFigures, trouble } from '../words.js';
import { Part } from '../widget.js';
import { numbers } from './numbers.js';
import { patient } from './patient.js';

/** @typedef {import('../../desk/store.js').State} State */
/** @typedef {import('../../desk/store.js').Row} Row */
/** @typedef {import('../../desk/store.js').Deeds['do-note']['changes']} Note */
/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

const TABS = /** @type {const} */ (['evidence', 'stability', 'model']);
/** What the film's own file may say wrongly. @type {import('../../reader/types.d.ts').ScopeReason[]} */
const OF_FILE = ['view', 'body-part', 'age'];
const MARKS = /** @type {const} */ (['agree', 'disagree']);
const HOWS = /** @type {import('../../desk/reread.js').How[]} */ ([
  ...['turned-left', 'turned-right', 'upside-down', 'cropped', 'inverted'],
]);

/** Few films of schoolchildren were learned: that stands in the answer itself. @param {Findings} findings */
const isOfSchoolAge = ({ decision, warnings, scope: { overruled = [] } }) =>
  decision !== 'out-of-scope' && warnings.includes('age') && !overruled.includes('age');

export class Answer extends Part {
  /** What stood in a field before the user began to write in it. */
  #before = '';
  static properties = {
    state: { attribute: false },
    row: { attribute: false },
    opened: { attribute: false },
    curtained: { attribute: false },
    controls: { attribute: false },
    alone: { attribute: false },
    tab: { state: true },
    changing: { state: true },
  };

  constructor() {
    super();
    /** @type {State | null} */
    this.state = null;
    /** With findings as they are at the operating point in force. @type {Row | null} */
    this.row = null;
    /** The film's findings with its pixels, once they are there. @type {Findings | null} */
    this.opened = null;
    /** Whether the user wants to look at the film first. */
    this.curtained = false;
    /** Whether there is anything to press. */
    this.controls = true;
    /** Whether the element stands in somebody else's page, which has no place for the engine's facts. */
    this.alone = false;
    /** @type {typeof TABS[number]} */
    this.tab = 'evidence';
    /** Whether the field for the prevalence is shown. */
    this.changing = false;
  }

  render() {
    const { row, state } = this;
    if (!state) return;
    if (state.trouble) return trouble(this.translator, state.trouble, () => this.emit('do-retry', {}));
    if (row?.findings) return this.curtained ? this.#curtain(row) : this.#result(row, row.findings, state);
    if (row?.trouble)
      return html`${this.#which(row)}
      ${trouble(this.translator, row.trouble, () => this.emit('do-retry', { id: row.id }))}`;
    return html`<div class="waiting">
      <h2>${this.t('answer.title')}</h2>
      <p class="quiet">${this.t(row?.state === 'reading' ? 'answer.reading' : 'answer.waiting')}</p>
      <span class="skeleton" aria-hidden="true"></span><span class="skeleton" aria-hidden="true"></span>
    </div>`;
  }

  /** @param {Row} row */
  #curtain({ id, name }) {
    return html`<div class="waiting">
      <p class="quiet" id="film-name">${name}</p>
      <p>${this.t('answer.hidden')}</p>
      <button type="button" id="reveal" class="primary" @click=${() => this.#note({ revealed: true }, id)}>
        ${this.t('answer.reveal')}
      </button>
    </div>`;
  }

  /** Which film the answer is of. @param {Row} row */
  #which({ name, findings }) {
    const { width = 0, height = 0 } = findings ?? {};
    const words = findings ? this.t('answer.film', { name, width, height }) : name;
    return html`<p class="quiet" id="film-name">${words}</p>`;
  }

  /** @param {Row} row @param {Findings} findings @param {State} state */
  #result(row, findings, state) {
    const { decision, warnings } = findings;
    const first = state.rows.find((one) => one.findings)?.id === row.id;
    return html`<div id="result" data-decision=${decision}>
      ${this.#which(row)} ${this.#patient(row, findings, state)} ${this.#verdict(findings)}
      ${warnings.length + (findings.scope.overruled?.length ?? 0) ? this.#care(findings) : nothing}
      ${numbers(
        this.translator,
        findings,
        {
          metrics: state.metrics,
          group: groupOf(findings, row.group, state.group),
          prevalence: state.prevalence,
          changing: this.changing,
        },
        () => (this.changing = !this.changing),
        (prevalence) => this.emit('do-set', { prevalence }),
      )}
      ${this.controls ? this.#acts(row, decision, state) : nothing} ${this.#tabs(findings, state)}
      ${
        first || this.alone
          ? html`<p class="limits" part="limits">
              <strong>${this.t('limits.research')}</strong> ${this.t('limits.model')}
            </p>`
          : nothing
      }
    </div>`;
  }

  /** An older film of the same patient, beside the open one. @param {Row} row @param {State} state */
  #prior(row, { dates, rows, open, beside }) {
    const prior = dates && row.id === open?.id ? priorOf(rows, row) : undefined;
    if (!prior || prior.id === beside?.id) return nothing;
    return html`<button type="button" id="prior" @click=${() => this.emit('do-compare', { id: prior.id })}>
      ${this.t('answer.prior', { date: this.translator.day(new Date(dateOf(prior))) })}
    </button>`;
  }

  /** @param {Row} row @param {Findings} findings @param {State} state */
  #patient(row, findings, state) {
    if (!this.controls) return nothing;
    const how = { said: row.group, ofList: state.group, many: state.rows.length > 1 };
    return patient(
      this.translator,
      findings,
      how,
      (group) => this.#note({ group }),
      (group) => this.emit('do-set', { group }),
    );
  }

  /** @param {Findings} findings */
  #verdict(findings) {
    const { decision } = findings;
    return html`<div class="card" part="verdict">
      <h2 id="decision">${icon(decision)}<span>${this.t(`decision.${decision}`)}</span></h2>
      <p id="caution">${caution(this.translator, findings)}</p>
      ${isOfSchoolAge(findings) ? html`<p class="remark">${this.t('warning.age')}</p>` : nothing}
      <p class="next" id="next-step">${nextStep(this.translator, findings)}</p>
      ${
        decision === 'out-of-scope'
          ? html`${this.#rereading(findings)} ${this.#anyway(findings)}`
          : this.#scale(findings)
      }
    </div>`;
  }

  /** A drawing of what the words around it say. @param {Findings} findings */
  #scale(findings) {
    const { from, below } = edgesOf(findings);
    const zones = [below, from - below, 1 - from].map((part) => `${Math.max(part, 0)}fr`).join(' ');
    return html`<div class="scale" aria-hidden="true">
      <div class="zones" .style=${`--zones: ${zones}`}>
        <i></i><i class="middle"></i><i class="high"></i>
        <b .style=${`inset-inline-start: ${100 * findings.probability}%`}></b>
      </div>
      <div class="ends">
        <span>${this.t('scale.clear')}</span><span>${this.t('scale.uncertain')}</span
        ><span>${this.t('scale.pneumonia')}</span>
      </div>
    </div>`;
  }

  /** A film that is unlike the others may only lie wrongly. @param {Findings} findings */
  #rereading({ scope }) {
    if (scope.reason !== 'unlike-training' || !this.controls) return nothing;
    const reread = this.state?.reread?.id === this.row?.id ? this.state?.reread : null;
    return html`<fieldset class="intake" id="reread">
      <legend>${this.t('reread.title')}</legend>
      ${HOWS.map(
        (how) =>
          html`<button type="button" @click=${() => this.emit('do-reread', { how })}>
            ${this.t(`reread.${how}`)}
          </button>`,
      )}
      ${
        reread
          ? html`<p id="reread-answer">
              ${this.t('reread.answer', {
                how: this.t(`reread.${reread.how}`),
                decision: this.t(`decision.${judged(reread.findings, this.#point).decision}`),
              })}
            </p>`
          : nothing
      }
    </fieldset>`;
  }

  /** A file may say wrongly what its film is. @param {Findings} findings */
  #anyway({ scope }) {
    if (!this.controls || !scope.reasons.every((reason) => OF_FILE.includes(reason))) return nothing;
    const read = () => this.emit('do-read-anyway', { id: this.row?.id ?? 0 });
    return html`<p>${this.t('anyway.what')}</p>
      <button type="button" id="read-anyway" @click=${read}>${this.t('anyway.read')}</button>`;
  }

  /** @param {Findings} findings */
  #care(findings) {
    const { warnings, scope } = findings;
    const { overruled = [] } = scope;
    const names = warnings.filter((name) => name !== 'age' || !isOfSchoolAge(findings));
    if (names.length + overruled.length === 0) return nothing;
    return html`<div class="warnings">
      <h3>${this.t('answer.care')}</h3>
      <ul id="warning-list">
        ${overruled.map((reason) => html`<li class="overruled">${this.t('anyway.done')} ${this.t(`scope.${reason}`)}</li>`)}
        ${names.map((name) => html`<li>${this.t(`warning.${name}`)}</li>`)}
      </ul>
    </div>`;
  }

  /** What can be done with the answer, and what the user calls the film. @param {Row} row @param {Findings['decision']} decision
   * @param {State} state */
  #acts(row, decision, state) {
    const { id, mark, reference, text } = row;
    return html`<div class="acts">
      <button type="button" id="print" class="primary" @click=${() => this.emit('do-report')}>
        ${this.t('report.print')}
      </button>
      ${MARKS.map(
        (one) =>
          html`<button
            type="button"
            data-mark=${one}
            aria-pressed=${one === mark?.says}
            @click=${() => this.#note({ mark: one === mark?.says ? null : { says: one, decision } })}
          >
            ${this.t(`mark.${one}`)}
          </button>`,
      )}
      ${this.#prior(row, state)}
      ${keyed(
        id,
        html`<input
            type="text"
            id="reference"
            maxlength="60"
            autocomplete="off"
            aria-label=${this.t('answer.reference')}
            placeholder=${this.t('answer.reference')}
            .value=${reference}
            @focus=${(/** @type {any} */ { target }) => (this.#before = target.value)}
            @input=${(/** @type {any} */ { target }) => this.#note({ reference: target.value }, id)}
            @change=${(/** @type {any} */ { target }) => this.#wrote({ reference: target.value }, { reference: this.#before }, id)}
          />
          <textarea
            id="own-text"
            rows="2"
            dir="auto"
            maxlength="4000"
            autocomplete="off"
            aria-label=${this.t('answer.own')}
            placeholder=${this.t('answer.own')}
            .value=${text}
            @focus=${(/** @type {any} */ { target }) => (this.#before = target.value)}
            @input=${(/** @type {any} */ { target }) => this.#note({ text: target.value }, id)}
            @change=${(/** @type {any} */ { target }) => this.#wrote({ text: target.value }, { text: this.#before }, id)}
          ></textarea>`,
      )}
    </div>`;
  }

  /** @param {Findings} findings @param {State} state */
  #tabs(findings, state) {
    const answered = findings.decision !== 'out-of-scope';
    const names = TABS.filter((name) => answered || name !== 'stability');
    const shown = names.includes(this.tab) ? this.tab : 'evidence';
    return html`<div class="tabs" role="tablist" @keydown=${this.#turn}>
        ${names.map(
          (name) =>
            html`<button
              type="button"
              role="tab"
              id=${`tab-${name}`}
              aria-controls=${`panel-${name}`}
              aria-selected=${name === shown}
              tabindex=${name === shown ? 0 : -1}
              @click=${() => (this.tab = name)}
            >
              ${this.t(`tab.${name}`)}
            </button>`,
        )}
      </div>
      ${names.map(
        (name) =>
          html`<div
            class="tab"
            id=${`panel-${name}`}
            role="tabpanel"
            aria-labelledby=${`tab-${name}`}
            ?hidden=${name !== shown}
          >
            ${
              name === 'evidence'
                ? this.#evidence(answered)
                : name === 'stability'
                  ? this.#stability(findings, state)
                  : this.#model(findings, state)
            }
          </div>`,
      )}`;
  }

  /** Arrow keys go from tab to tab. @param {KeyboardEvent} event */
  async #turn(event) {
    const names = TABS.filter((name) => this.querySelector(`#tab-${name}`));
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const forward = this.translator.direction === 'rtl' ? -step : step;
    this.tab = names[(names.indexOf(this.tab) + forward + names.length) % names.length];
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(`#tab-${this.tab}`))?.focus();
  }

  /** Where the evidence lies, and what the model saw. @param {boolean} answered */
  #evidence(answered) {
    const { opened } = this;
    const flat = isFlat(opened?.heatmap);
    return html`
      ${
        answered
          ? html`<p id=${flat ? 'heat-flat' : 'heat-what'}>${this.t(flat ? 'heat.flat' : 'heat.what')}</p>
              ${
                flat
                  ? nothing
                  : html`<div class="ramp" aria-hidden="true"></div>
                      <label>
                        <input
                          type="checkbox"
                          id="heat-shown"
                          .checked=${Boolean(this.state?.heatShown)}
                          @change=${() => this.emit('do-set', { heatShown: !this.state?.heatShown })}
                        />
                        ${this.t('heat.show')}
                      </label>`
              }`
          : nothing
      }
      <pneumo-seen .input=${opened?.input ?? null}></pneumo-seen>
    `;
  }

  /** @param {Findings} findings @param {State} state */
  #stability(findings, { stability }) {
    return html`<pneumo-stability
      .stability=${stability?.id === this.row?.id ? stability?.copies : null}
      .findings=${findings}
      .point=${this.#point}
    ></pneumo-stability>`;
  }

  /** @param {Findings} findings @param {State} state */
  #model(findings, state) {
    const { operatingPoint, probability } = findings;
    const group = groupOf(findings, this.row?.group ?? null, state.group);
    const choose = (/** @type {any} */ { target }) => this.emit('do-set', { pointName: target.value });
    return html`
      ${
        findings.decision === 'out-of-scope'
          ? nothing
          : html`<p>
              <strong id="probability">${this.translator.probability(probability)}</strong>
              ${this.t('answer.probability')}
            </p>`
      }
      <div class="field">
        <label for="point">${this.t('answer.point')}</label>
        <select id="point" @change=${choose}>
          ${state.model?.operatingPoints.map(
            ({ name }) =>
              html`<option value=${name} ?selected=${name === operatingPoint}>
                ${pointLabel(this.translator, name)}
              </option>`,
          )}
        </select>
        ${
          findings.profile
            ? html`<p class="measured" id="site-figures">${siteFigures(this.translator, findings.profile)}</p>`
            : this.#measured(operatingPoint, group, state)
        }
        <p id="reason">${findings.decision === 'out-of-scope' ? nothing : reason(this.translator, findings)}</p>
      </div>
      <pneumo-meaning
        .metrics=${state.metrics}
        .point=${operatingPoint}
        .prevalence=${state.prevalence}
        .measuredOn=${state.measuredOn}
        .group=${group}
      ></pneumo-meaning>
      <pneumo-evidence .metrics=${state.metrics} .point=${operatingPoint}></pneumo-evidence>
      ${
        this.alone
          ? html`<pneumo-engine
              .phase=${state.phase}
              .engine=${state.engine}
              .model=${state.model}
              .timing=${findings.timing}
            ></pneumo-engine>`
          : nothing
      }
    `;
  }

  /** What comes of films of each group by a rule, on films like those of the training; of the film's own group alone, where that is
   * known. @param {string} point @param {import('../../reader/patients.js').Group} only @param {State} state */
  #measured(point, only, { metrics }) {
    return GROUPS.filter((group) => only === null || only === group).map((group) => {
      const { home } = measuredOf(metrics, point, group);
      if (!home) return nothing;
      const count = (/** @type {{ value: number } | null} */ share) => Math.round(100 * (share?.value ?? 0));
      const { found, missed, cleared, alarms } = home;
      const counts = { found: count(found), missed: count(missed), cleared: count(cleared), alarms: count(alarms) };
      return html`<p class="measured">
        ${this.t('answer.point.measured', { patients: this.t(`patients.${group}`), ...counts })}
      </p>`;
    });
  }

  get #point() {
    const name = this.row?.findings?.operatingPoint;
    return this.state?.model?.operatingPoints.find((point) => point.name === name) ?? null;
  }

  /** @param {Note} changes @param {number} [id] */
  #note(changes, id = this.row?.id ?? 0) {
    this.emit('do-note', { id, changes });
  }

  /** What stood there before can be had back. @param {Note} changes @param {import('../../desk/store.js').Deeds['do-note']['before']} before
   * @param {number} id */
  #wrote(changes, before, id) {
    this.emit('do-note', { id, changes, before });
    this.#before = changes.reference ?? changes.text ?? '';
  }
}

define('pneumo-answer', Answer);
