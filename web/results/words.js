// What stands with every answer that leaves this software, in English and in the page's words (web/view/messages/en.js).

import { edgesOf, SUREST } from '../reader/decide.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */

export const NOTE = 'Research software, not for primary diagnosis.';

/** @type {Record<import('../reader/types.d.ts').Decision, string>} */
export const ANSWERS = {
  pneumonia: 'Signs of pneumonia',
  uncertain: 'Uncertain: too close to call',
  'out-of-scope': 'Not judged',
  normal: 'No signs found; this does not rule out pneumonia',
};

/** @param {number} part 0 to 1 @returns {string} never "100 %" or "0 %" */
export function percent(part) {
  if (part > SUREST) return 'over 99.9 %';
  if (part < 1 - SUREST) return 'under 0.1 %';
  return `${(100 * part).toFixed(1)} %`;
}

/** One next step for each answer. @type {typeof ANSWERS} */
export const NEXT = {
  pneumonia: 'Next: examine the patient; have the film read.',
  uncertain: 'Next: have the film read, or take another.',
  'out-of-scope': 'Next: a clinician must read it.',
  normal: 'Next: go by the patient. If the patient is ill, have the film read.',
};

/** For systems that take a number alone. @param {number} part 0 to 1 @returns {number} per cent, 0.1 to 99.9 */
export const percentNumber = (part) => Math.round(10000 * Math.min(Math.max(part, 1 - SUREST), SUREST)) / 100;

/** The number, and what it assumes. @param {number} probability @returns {string} */
export const chanceOf = (probability) => `Probability ${percent(probability)}, as if half of all films showed it.`;

/** The rule in force. @param {Pick<Findings, 'operatingPoint' | 'threshold' | 'uncertain'> & { profile?: Findings['profile'] }} findings
 * @returns {string} */
export function ruleOf(findings) {
  const { operatingPoint, profile } = findings;
  const { from: least, below: most } = edgesOf(findings);
  const [from, below] = [least, most].map(percent);
  const between = from === below ? '' : ', uncertain between them';
  const name = profile ? siteRule(profile) : operatingPoint;
  return `Rule: ${name}, pneumonia from a probability of ${from}, no signs below ${below}${between}.`;
}

/** What must be said of a film that was read although its file puts it out of scope. @param {Pick<Findings, 'scope'>} findings
 * @returns {string[]} a sentence, or none */
export const overruledOf = ({ scope: { overruled = [] } }) =>
  overruled.length > 0 ? [`Read anyway, on request. Its file puts it out of scope: ${overruled.join(', ')}.`] : [];

/** Whose rule, and what it was measured to do. @param {NonNullable<Findings['profile']>} profile */
const siteRule = ({ site, films, date, sensitivity, specificity }) =>
  `that of ${site}, measured on ${films} films, ${date} (sensitivity ${percent(sensitivity)}, specificity ${percent(specificity)})`;
