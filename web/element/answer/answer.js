// <pneumo-answer>: the answer in words: the decision, how sure, by which rule, what to mind, or why there is none.

import { html, nothing } from 'lit';
import { icon } from '../icons.js';
import { percent, probability, t } from '../i18n.js';
import { answers } from '../metrics.js';
import { Part } from '../widget.js';

/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

export class Answer extends Part {
  static properties = { row: { attribute: false }, points: { attribute: false }, metrics: { attribute: false } };

  constructor() {
    super();
    /** With findings as they are at the operating point in force. @type {import('../store.js').Row | null} */
    this.row = null;
    /** @type {import('../../reader/types.d.ts').OperatingPoint[]} */
    this.points = [];
    /** @type {import('../metrics.js').Metrics | null} */
    this.metrics = null;
  }

  render() {
    const { row } = this;
    if (row?.findings) return this.#result(row.name, row.findings);
    if (row?.trouble) return trouble(row.trouble, () => this.emit('do-retry', { id: row.id }));
    return html`<div class="waiting">
      <h2>${t('answer.title')}</h2>
      <p class="quiet">${t(row?.state === 'reading' ? 'answer.reading' : 'answer.waiting')}</p>
    </div>`;
  }

  /** @param {string} name @param {Findings} findings */
  #result(name, findings) {
    const { decision, width, height, warnings } = findings;
    return html`
      <div id="result" data-decision=${decision}>
        <p class="quiet name" id="film-name">${t('answer.film', { name, width, height })}</p>
        <h2 id="decision">${icon(decision)}<span>${t(`decision.${decision}`)}</span></h2>
        <p class="probability">
          <span id="probability">${probability(findings.probability)}</span>
          <span class="quiet">${t('answer.probability')}</span>
        </p>
        ${scale(findings)}
        <p id="reason">${reason(findings)}</p>
        ${warnings.length ? care(warnings) : nothing} ${this.#point(findings)}
      </div>
    `;
  }

  /** The rule in force, and the others that the model offers. @param {Findings} findings */
  #point({ operatingPoint }) {
    const choose = (/** @type {any} */ { target }) => this.emit('do-set', { pointName: target.value });
    return html`<div class="field">
      <label for="point">${t('answer.point')}</label>
      <select id="point" @change=${choose}>
        ${this.points.map(
          ({ name }) => html`<option value=${name} ?selected=${name === operatingPoint}>${pointLabel(name)}</option>`,
        )}
      </select>
      <div class="quiet" id="point-figures">${figures(this.metrics, operatingPoint)}</div>
    </div>`;
  }
}

customElements.define('pneumo-answer', Answer);

const POINTS = /** @type {const} */ (['default', 'balanced', 'high-sensitivity', 'high-specificity']);

/** @param {string} name of an operating point @returns {string} as it is called in the user's language, where it is known */
export function pointLabel(name) {
  const known = POINTS.find((one) => one === name);
  return known ? t(`point.${known}`) : name;
}

const GROUPS = /** @type {const} */ (['children', 'adults']);

/** What comes of films of each group of patients that the model learned from, counted as the page answers.
 * @param {import('../metrics.js').Metrics | null} metrics @param {string} point */
function figures(metrics, point) {
  const measured = GROUPS.flatMap((group) => {
    const set = metrics?.sets.find((one) => one.kind === 'internal' && one.group === group && one.points[point]);
    return set ? [{ group, ...answers(set.points[point]) }] : [];
  });
  if (measured.length === 0) return html`<p>${t('answer.point.unmeasured')}</p>`;
  return measured.map(({ group, found, missed, cleared, alarms }) => {
    const shares = Object.entries({ found, missed, cleared, alarms }).map(([name, share]) => [
      name,
      percent(share?.value ?? 0),
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

/** Why the answer is what it is. @param {Findings} findings @returns {string} */
export function reason({ decision, probability: given, threshold, uncertain: [low, high], scope }) {
  if (decision === 'out-of-scope') return t(`scope.${scope.reason ?? 'unlike-training'}`);
  if (decision === 'uncertain') return t('answer.between', { low: probability(low), high: probability(high) });
  const line = decision === 'pneumonia' ? Math.max(threshold, high) : Math.min(threshold, low);
  return t(given >= threshold ? 'answer.reaches' : 'answer.below', { threshold: probability(line) });
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
