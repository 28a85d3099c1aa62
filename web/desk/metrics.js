// What was measured of the model, as model/metrics.json has it.

import { shareOf } from '../validate/shares.js';

/** @typedef {'children' | 'adults'} Group children of 1 to 5 years, adults */
/** @typedef {import('../validate/shares.js').Measured} Measured a share with its 95 % interval */

/** How many films of one kind were decided so. @typedef {Record<import('../reader/types.d.ts').Decision, number>} Said */

/** At one operating point: what was said of the films with pneumonia and of those without.
 * @typedef {{ said: { pneumonia: Said, normal: Said } }} Point */

/**
 * @typedef {object} MeasuredSet
 * @property {string} name
 * @property {'internal' | 'external' | 'spectrum' | 'out-of-scope'} kind `spectrum`: parts of an internal set, or its picked films
 * @property {number} films
 * @property {number} normal
 * @property {number} pneumonia
 * @property {Group | null} group of patients
 * @property {Record<string, Point>} points by name of the operating point
 * @property {Measured | null} auc
 */

/** @typedef {{ date: string, sets: MeasuredSet[] }} Metrics */

/**
 * Shares of the films with pneumonia and of those without, by what is answered: the rest is uncertain or not judged. Null
 * where there is no film of the kind.
 * @param {Point} point
 */
export function answers({ said: { pneumonia, normal } }) {
  const share = (/** @type {Said} */ of, /** @type {(keyof Said)[]} */ ...decisions) => {
    const all = Object.values(of).reduce((sum, count) => sum + count, 0);
    const these = decisions.reduce((sum, decision) => sum + of[decision], 0);
    return shareOf(these, all);
  };
  return {
    found: share(pneumonia, 'pneumonia'),
    missed: share(pneumonia, 'normal'),
    pneumoniaLeft: share(pneumonia, 'uncertain', 'out-of-scope'),
    alarms: share(normal, 'pneumonia'),
    cleared: share(normal, 'normal'),
    normalLeft: share(normal, 'uncertain', 'out-of-scope'),
  };
}

/**
 * How far an answer can be trusted where a share of all films shows pneumonia; null where the set has not both kinds. The ends
 * of the intervals come from the ends of both shares together, which is wider than 95 %.
 * @param {Point} point @param {number} prevalence 0 to 1
 * @returns {{ positive: Measured, negative: Measured } | null} shares of the films called pneumonia that are, and of those
 *   without signs that have none
 */
export function predictiveValues(point, prevalence) {
  const { found, missed, alarms, cleared } = answers(point);
  if (!found || !missed || !alarms || !cleared) return null;
  const value = (/** @type {Measured} */ right, /** @type {Measured} */ wrong, /** @type {number} */ common) => ({
    value: part(right.value * common, wrong.value * (1 - common)),
    low: part(right.low * common, wrong.high * (1 - common)),
    high: part(right.high * common, wrong.low * (1 - common)),
  });
  return { positive: value(found, alarms, prevalence), negative: value(cleared, missed, 1 - prevalence) };
}

/** @param {number} right @param {number} wrong */
const part = (right, wrong) => (right + wrong === 0 ? 0 : right / (right + wrong));
