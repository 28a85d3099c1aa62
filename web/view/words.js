// What several widgets say of a film, in the same words: the rule in force, why there is no answer, what went wrong.

import { html, nothing } from 'lit';
import { REFUSALS } from '../contract/contract.js';
import { edgesOf } from '../reader/decide.js';
import { refusalKey } from './refusal-key.js';

/** @typedef {import('./i18n.js').Translator} Translator */
/** @typedef {import('../reader/types.d.ts').Findings} Findings */

const POINTS = /** @type {const} */ (['default', 'balanced', 'high-sensitivity', 'high-specificity', 'site']);

/** @param {Translator} translator @param {string} name of an operating point @returns {string} as it is called in the user's
 * language, where it is known */
export function pointLabel({ t }, name) {
  const known = POINTS.find((one) => one === name);
  return known ? t(`point.${known}`) : name;
}

/** Whose rule a site's is, and what it was measured to do. @param {Translator} translator
 * @param {NonNullable<Findings['profile']>} profile */
export const siteFigures = ({ t, percent, day }, { site, films, date, sensitivity, specificity }) =>
  t('point.of-site', {
    ...{ site, films, date: day(new Date(date)) },
    ...{ sensitivity: percent(sensitivity), specificity: percent(specificity) },
  });

/** By which rule it was answered. @param {Translator} translator @param {Pick<Findings, 'profile' | 'operatingPoint'>} findings */
export const ruleLabel = (translator, { profile, operatingPoint }) =>
  profile ? siteFigures(translator, profile) : pointLabel(translator, operatingPoint);

/** The rule in force, in one sentence for all answers; or why there is none. @param {Translator} translator
 * @param {Findings} findings @returns {string} */
export function reason({ t, probability }, findings) {
  const { decision, scope } = findings;
  if (decision === 'out-of-scope') return t(`scope.${scope.reason ?? 'unlike-training'}`);
  const { from, below } = edgesOf(findings);
  const edges = { high: probability(from), low: probability(below) };
  return t(edges.high === edges.low ? 'answer.rule-plain' : 'answer.rule', edges);
}

/** One sentence of caution, and one next step. @param {Translator} translator @param {Findings} findings */
export const caution = (translator, findings) =>
  findings.decision === 'out-of-scope' ? reason(translator, findings) : translator.t(`caution.${findings.decision}`);

/** @param {Translator} translator @param {Findings} findings @returns {string} */
export const nextStep = ({ t }, { decision }) => t(`next.${decision}`);

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

/** @param {Translator} translator @param {string} code @returns {string} a heading */
export const troubleTitle = ({ t }, code) => t(`trouble.${known(code)}`);

/** @param {string | null | undefined} reason @returns {reason is import('../reader/types.d.ts').Refusal} */
const isRefusal = (reason) => REFUSALS.some((one) => one === reason);

/** What went wrong and what can be done. The engine's own sentence is English: where that is not the language it stands last.
 * @param {Translator} translator @param {import('../desk/store.js').Trouble} trouble @param {() => void} retry */
export function trouble(translator, { code, message, reason: refused }, retry) {
  const { t } = translator;
  return html`<div class="trouble">
    <h2 id="trouble-title">${troubleTitle(translator, code)}</h2>
    ${isRefusal(refused) ? html`<p id="trouble-reason">${t(refusalKey(refused))}</p>` : nothing}
    <p id="trouble-way">${t(`way.${known(code)}`)}</p>
    <p id="trouble-text" class="quiet" lang="en" dir="ltr">${message}</p>
    <p class="quiet">${t('trouble.code')} <code id="trouble-code">${code}</code></p>
    <button type="button" id="retry" class="primary" @click=${retry}>${t('trouble.retry')}</button>
  </div>`;
}
