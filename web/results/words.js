// What stands with every answer that leaves this software, in the words of other systems: English.

import { edgesOf } from '../reader/decide.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */

export const NOTE = 'Research software, not for primary diagnosis.';

/** @type {Record<import('../reader/types.d.ts').Decision, string>} */
export const ANSWERS = {
  pneumonia: 'Signs of pneumonia',
  uncertain: 'Uncertain: neither signs of pneumonia nor clear',
  'out-of-scope': 'Not judged: the film is unlike those that the model can judge',
  normal: 'Looks clear to the model; this does not rule out pneumonia',
};

/** Where an answer is given at all, it is never surer than this. */
const SUREST = 0.999;

/** @param {number} part 0 to 1 @returns {string} never "100 %" or "0 %" */
export function percent(part) {
  if (part > SUREST) return 'over 99.9 %';
  if (part < 1 - SUREST) return 'under 0.1 %';
  return `${(100 * part).toFixed(1)} %`;
}

/** For systems that take a number alone. @param {number} part 0 to 1 @returns {number} per cent, 0.1 to 99.9 */
export const percentNumber = (part) => Math.round(10000 * Math.min(Math.max(part, 1 - SUREST), SUREST)) / 100;

/** The number, and what it assumes. @param {number} probability @returns {string} */
export const chanceOf = (probability) => `Probability ${percent(probability)}, as if half of all films showed it.`;

/** The rule in force. @param {Pick<Findings, 'operatingPoint' | 'threshold' | 'uncertain'>} findings @returns {string} */
export function ruleOf(findings) {
  const { operatingPoint } = findings;
  const { from: least, below: most } = edgesOf(findings);
  const [from, below] = [least, most].map(percent);
  const between = from === below ? '' : ', uncertain between them';
  return `Rule: ${operatingPoint}, pneumonia from a probability of ${from}, clear below ${below}${between}.`;
}
