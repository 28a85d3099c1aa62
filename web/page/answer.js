// <pneumo-answer>: the answer in words: the decision, how sure, what to mind, or why there is none.

import { html, nothing } from 'lit';
import { icon } from './icons.js';
import { probability, t } from './i18n.js';
import { Part } from './widget.js';

/** @typedef {import('../types.d.ts').Findings} Findings */

export class Answer extends Part {
  static properties = { row: { attribute: false } };

  constructor() {
    super();
    /** @type {import('./store.js').Row | null} */
    this.row = null;
  }

  render() {
    const { row } = this;
    if (row?.findings) return this.#result(row.name, row.findings);
    if (row?.trouble) return trouble(row.trouble, () => this.emit('do-retry', { id: row.id }));
    return html`<div class="waiting">
      <h2>${t('answer.title')}</h2>
      <p class="quiet">${t(row?.state === 'waiting' ? 'answer.waiting' : 'answer.reading')}</p>
    </div>`;
  }

  /** @param {string} name @param {Findings} findings */
  #result(name, findings) {
    const { decision, width, height } = findings;
    return html`
      <div id="result" data-decision=${decision}>
        <p class="quiet name" id="film-name">${t('answer.film', { name, width, height })}</p>
        <h2 id="decision">${icon(decision)}<span>${t(`decision.${decision}`)}</span></h2>
        <p class="probability">
          <span id="probability">${probability(findings.probability)}</span>
          <span class="quiet">${t('answer.probability')}</span>
        </p>
        ${scale(findings)}
        <p class="quiet" id="threshold">${thresholdLine(findings)}</p>
        ${findings.warnings.length ? warnings(findings.warnings) : nothing}
      </div>
    `;
  }
}

customElements.define('pneumo-answer', Answer);

/** A drawing of what the words around it say. @param {Findings} findings */
function scale({ probability, threshold }) {
  return html`<div class="scale" aria-hidden="true">
    <span class="fill" .style=${`inline-size: ${100 * probability}%`}></span>
    <span class="mark" .style=${`inset-inline-start: ${100 * threshold}%`}></span>
  </div>`;
}

/** @param {Findings} findings */
function thresholdLine({ probability: given, threshold }) {
  return t(given >= threshold ? 'answer.reaches' : 'answer.below', { threshold: probability(threshold) });
}

/** @param {Findings['warnings']} names */
function warnings(names) {
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
  'engine-failed',
  'worker-died',
]);

/** @param {string} code @returns {string} a heading */
export function troubleTitle(code) {
  const known = TROUBLES.find((one) => one === code);
  return t(known ? `trouble.${known}` : 'trouble.other');
}

/** What went wrong; the sentence is the engine's own, which speaks English.
 * @param {import('./store.js').Trouble} trouble @param {() => void} retry */
export function trouble({ code, message }, retry) {
  return html`<div class="trouble">
    <h2 id="trouble-title">${troubleTitle(code)}</h2>
    <p id="trouble-text" lang="en">${message}</p>
    <p class="quiet">${t('trouble.code')} <code id="trouble-code">${code}</code></p>
    <button type="button" id="retry" @click=${retry}>${t('trouble.retry')}</button>
  </div>`;
}
