// <pneumo-answer>: the answer in words: the decision, how sure, by which rule, what to mind, or why there is none.

import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { define } from '../define.js';
import { groupField, groupOf, GROUPS, statedGroup } from '../group.js';
import { icon } from '../icons.js';
import { probability, shareOf, t } from '../i18n.js';
import { answers } from '../metrics.js';
import { edgesOf } from '../../reader/decide.js';
import { prevalenceField } from './prevalence.js';
import { judged } from '../triage.js';
import { Part } from '../widget.js';

/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

export class Answer extends Part {
  static properties = {
    row: { attribute: false },
    points: { attribute: false },
    metrics: { attribute: false },
    group: {},
    prevalence: { attribute: false },
    reread: { attribute: false },
    curtained: { attribute: false },
  };

  constructor() {
    super();
    /** With findings as they are at the operating point in force. @type {import('../store.js').Row | null} */
    this.row = null;
    /** @type {import('../../reader/types.d.ts').OperatingPoint[]} */
    this.points = [];
    /** @type {import('../metrics.js').Metrics | null} */
    this.metrics = null;
    /** Whom the films are of, where the user has said so. @type {import('../store.js').State['group']} */
    this.group = null;
    /** @type {number | null} */
    this.prevalence = null;
    /** The film read otherwise than it lies. @type {import('../store.js').State['reread']} */
    this.reread = null;
    /** Whether the user wants to look at the film first. */
    this.curtained = false;
  }

  render() {
    const { row } = this;
    if (row?.findings) return this.curtained ? this.#curtain(row) : this.#result(row, row.findings);
    if (row?.trouble) return trouble(row.trouble, () => this.emit('do-retry', { id: row.id }));
    return html`<div class="waiting">
      <h2>${t('answer.title')}</h2>
      <p class="quiet">${t(row?.state === 'reading' ? 'answer.reading' : 'answer.waiting')}</p>
    </div>`;
  }

  /** @param {import('../store.js').Row} row */
  #curtain({ id, name }) {
    return html`<div class="waiting">
      <p class="quiet name" id="film-name">${name}</p>
      <p>${t('answer.hidden')}</p>
      <button
        type="button"
        id="reveal"
        class="primary"
        @click=${() => this.emit('do-note', { id, changes: { revealed: true } })}
      >
        ${t('answer.reveal')}
      </button>
    </div>`;
  }

  /** @param {import('../store.js').Row} row @param {Findings} findings */
  #result(row, findings) {
    const { name } = row;
    const { decision, width, height, warnings } = findings;
    const judged = decision !== 'out-of-scope';
    return html`
      <div id="result" data-decision=${decision}>
        <p class="quiet name" id="film-name">${t('answer.film', { name, width, height })}</p>
        <h2 id="decision">${icon(decision)}<span>${t(`decision.${decision}`)}</span></h2>
        ${decision === 'normal' ? html`<p id="caution">${t('answer.caution')}</p>` : nothing}
        ${judged ? this.#chance(findings) : html`<p id="reason">${reason(findings)}</p>`}
        ${judged ? nothing : this.#rereading(findings)} ${warnings.length ? care(warnings) : nothing}
        ${this.#groups(findings)} ${this.#point(findings)} ${keyed(row.id, this.#note(row, decision))}
      </div>
    `;
  }

  /** What the number means here, then the rule, then the number itself. @param {Findings} findings */
  #chance(findings) {
    const { prevalence } = this;
    return html`
      ${
        prevalence === null
          ? nothing
          : html`<p id="here">
              ${t('answer.here', { share: shareOf(prevalence), count: shownOf100(findings.probability, prevalence) })}
            </p>`
      }
      <label class="here-share quiet">
        ${t('meaning.prevalence')}
        ${prevalenceField('prevalence-here', prevalence, (share) => this.emit('do-set', { prevalence: share }))}
      </label>
      ${scale(findings)}
      <p id="reason">${reason(findings)}</p>
      <p class="probability quiet">
        <span id="probability">${probability(findings.probability)}</span> <span>${t('answer.probability')}</span>
      </p>
    `;
  }

  /** A film that is unlike the others may only lie wrongly. @param {Findings} findings */
  #rereading({ scope }) {
    if (scope.reason !== 'unlike-training') return nothing;
    const { reread } = this;
    return html`<fieldset class="intake" id="reread">
      <legend>${t('reread.title')}</legend>
      ${HOWS.map(
        (how) =>
          html`<button type="button" @click=${() => this.emit('do-reread', { how })}>${t(`reread.${how}`)}</button>`,
      )}
      ${
        reread
          ? html`<p id="reread-answer">
              ${t('reread.answer', { how: t(`reread.${reread.how}`), decision: t(`decision.${this.#decisionOf(reread.findings)}`) })}
            </p>`
          : nothing
      }
    </fieldset>`;
  }

  /** By the rule in force now. @param {Findings} findings */
  #decisionOf(findings) {
    const point = this.points.find(({ name }) => name === this.row?.findings?.operatingPoint) ?? null;
    return judged(findings, point).decision;
  }

  /** What the user says: of the answer, and which film this is.
   * @param {import('../store.js').Row} row @param {Findings['decision']} decision */
  #note({ id, mark, reference }, decision) {
    const note = (/** @type {import('../store.js').Deeds['do-note']['changes']} */ changes) =>
      this.emit('do-note', { id, changes });
    return html`<div class="field" id="note">
      <div class="intake" role="group" aria-label=${t('mark.title')}>
        ${MARKS.map(
          (one) =>
            html`<button
              type="button"
              data-mark=${one}
              aria-pressed=${one === mark?.says}
              @click=${() => note({ mark: one === mark?.says ? null : { says: one, decision } })}
            >
              ${t(`mark.${one}`)}
            </button>`,
        )}
      </div>
      <label for="reference">${t('answer.reference')}</label>
      <input
        type="text"
        id="reference"
        maxlength="60"
        autocomplete="off"
        .value=${reference}
        @input=${(/** @type {any} */ { target }) => note({ reference: target.value })}
      />
    </div>`;
  }

  /** Whom the film is of: the file's word, or the user's, which holds for the list. @param {Findings} findings */
  #groups(findings) {
    const group = groupOf(findings, this.group);
    const fixed = statedGroup(findings) !== null;
    return html`${groupField(group, (chosen) => this.emit('do-set', { group: chosen }), fixed)}
    ${group === 'other' ? html`<p class="warnings" id="group-outside">${t('group.outside')}</p>` : nothing}`;
  }

  /** The rule in force, and the others that the model offers. @param {Findings} findings */
  #point(findings) {
    const { operatingPoint } = findings;
    const choose = (/** @type {any} */ { target }) => this.emit('do-set', { pointName: target.value });
    return html`<div class="field">
      <label for="point">${t('answer.point')}</label>
      <select id="point" @change=${choose}>
        ${this.points.map(
          ({ name }) => html`<option value=${name} ?selected=${name === operatingPoint}>${pointLabel(name)}</option>`,
        )}
      </select>
      <div class="quiet" id="point-figures">
        ${figures(this.metrics, operatingPoint, groupOf(findings, this.group))}
      </div>
    </div>`;
  }
}

define('pneumo-answer', Answer);

const POINTS = /** @type {const} */ (['default', 'balanced', 'high-sensitivity', 'high-specificity']);

/** @param {string} name of an operating point @returns {string} as it is called in the user's language, where it is known */
export function pointLabel(name) {
  const known = POINTS.find((one) => one === name);
  return known ? t(`point.${known}`) : name;
}

const MARKS = /** @type {const} */ (['agree', 'disagree']);
const HOWS = /** @type {import('./reread.js').How[]} */ ([
  ...['turned-left', 'turned-right', 'upside-down', 'cropped', 'inverted'],
]);

/** Of 100 films with this probability, how many show pneumonia where not half of all do (Bayes). @param {number} p
 * @param {number} prevalence */
const shownOf100 = (p, prevalence) =>
  Math.min(99, Math.max(1, Math.round((100 * p * prevalence) / (p * prevalence + (1 - p) * (1 - prevalence)))));

/** What comes of films of each group of patients that the model learned from, counted as the page answers; of the film's own
 * group alone, where that is known.
 * @param {import('../metrics.js').Metrics | null} metrics @param {string} point @param {ReturnType<typeof groupOf>} only */
function figures(metrics, point, only) {
  const measured = GROUPS.filter((group) => only === null || only === group).flatMap((group) => {
    const set = metrics?.sets.find((one) => one.kind === 'internal' && one.group === group && one.points[point]);
    return set ? [{ group, ...answers(set.points[point]) }] : [];
  });
  if (measured.length === 0) return html`<p>${t('answer.point.unmeasured')}</p>`;
  return measured.map(({ group, found, missed, cleared, alarms }) => {
    const shares = Object.entries({ found, missed, cleared, alarms }).map(([name, share]) => [
      name,
      probability(share?.value ?? 0),
    ]);
    return html`<p>
      ${t('answer.point.measured', { patients: t(`patients.${group}`), ...Object.fromEntries(shares) })}
    </p>`;
  });
}

/** A drawing of what the words around it say. @param {Findings} findings */
function scale({ probability: given, threshold, uncertain: [low, high] }) {
  const at = (/** @type {number} */ part) => `${100 * part}%`;
  return html`<div class="scale" aria-hidden="true">
    <span class="fill" .style=${`inline-size: ${at(given)}`}></span>
    <span class="band" .style=${`inset-inline-start: ${at(low)}; inline-size: ${at(high - low)}`}></span>
    <span class="mark" .style=${`inset-inline-start: ${at(threshold)}`}></span>
  </div>`;
}

/** The rule in force, in one sentence for all answers; or why there is none. @param {Findings} findings @returns {string} */
export function reason(findings) {
  const { decision, scope } = findings;
  if (decision === 'out-of-scope') return t(`scope.${scope.reason ?? 'unlike-training'}`);
  const { from, below } = edgesOf(findings);
  const edges = { high: probability(from), low: probability(below) };
  return t(edges.high === edges.low ? 'answer.rule-plain' : 'answer.rule', edges);
}

/** @param {Findings['warnings']} names */
function care(names) {
  return html`<div class="warnings">
    <h3>${t('answer.care')}</h3>
    <ul id="warning-list">
      ${names.map((name) => html`<li>${t(`warning.${name}`)}</li>`)}
    </ul>
  </div>`;
}

const TROUBLES = /** @type {const} */ ([
  'bad-image',
  'unsupported-image',
  'image-too-large',
  'not-readable',
  'no-memory',
  'no-wasm-simd',
  'bad-asset',
  'bad-model',
  'unsupported-model',
  'self-test-failed',
  'engine-failed',
  'worker-died',
]);

/** @param {string} code */
const known = (code) => TROUBLES.find((one) => one === code) ?? 'other';

/** @param {string} code @returns {string} a heading */
export const troubleTitle = (code) => t(`trouble.${known(code)}`);

/** What went wrong and what can be done; the first sentence is the engine's own, which speaks English.
 * @param {import('../store.js').Trouble} trouble @param {() => void} retry */
export function trouble({ code, message }, retry) {
  return html`<div class="trouble">
    <h2 id="trouble-title">${troubleTitle(code)}</h2>
    <p id="trouble-text" lang="en">${message}</p>
    <p id="trouble-way">${t(`way.${known(code)}`)}</p>
    <p class="quiet">${t('trouble.code')} <code id="trouble-code">${code}</code></p>
    <button type="button" id="retry" @click=${retry}>${t('trouble.retry')}</button>
  </div>`;
}
