// What was measured of the model: model/metrics.json beside the page, or null where nothing was.

import { fetchSibling } from './sibling.js';

/** @typedef {{ value: number, low: number, high: number }} Measured a share with its 95 % interval */
/** @typedef {{ normal: number, pneumonia: number }} Counts */

/**
 * At one operating point. The four counts are of the decision at the threshold, for all films of the set.
 * @typedef {object} Point
 * @property {number} tp
 * @property {number} fp
 * @property {number} tn
 * @property {number} fn
 * @property {Counts} uncertain
 * @property {Counts} out_of_scope
 * @property {Measured | null} sensitivity null where there is no film with pneumonia
 * @property {Measured | null} specificity
 */

/**
 * @typedef {object} MeasuredSet
 * @property {string} name
 * @property {'internal' | 'external' | 'out-of-scope'} kind
 * @property {number} films
 * @property {number} normal
 * @property {number} pneumonia
 * @property {string} patients
 * @property {Record<string, Point>} points by name of the operating point
 * @property {Measured | null} auc
 * @property {number} held_back share refused by the scope check
 */

/** @typedef {{ date: string, sets: MeasuredSet[] }} Metrics */

/** @param {string | URL} [assets] the folder of model/, where it is not beside this script @returns {Promise<Metrics | null>} */
export async function loadMetrics(assets) {
  const file = await fetchSibling('model/metrics.json', assets).catch(() => null);
  return file && JSON.parse(await file.text());
}

/**
 * How far an answer can be trusted where a share of all films shows pneumonia. The ends of the intervals come from the
 * ends of sensitivity's and specificity's together, which is wider than 95 %.
 * @param {Measured} sensitivity @param {Measured} specificity @param {number} prevalence 0 to 1
 * @returns {{ positive: Measured, negative: Measured }} shares of the films called pneumonia that are, and of those
 *   called normal that are
 */
export function predictiveValues(sensitivity, specificity, prevalence) {
  const positive = (/** @type {keyof Measured} */ end) =>
    share(sensitivity[end] * prevalence, (1 - specificity[end]) * (1 - prevalence));
  const negative = (/** @type {keyof Measured} */ end) =>
    share(specificity[end] * (1 - prevalence), (1 - sensitivity[end]) * prevalence);
  const all = (/** @type {typeof positive} */ at) => ({ value: at('value'), low: at('low'), high: at('high') });
  return { positive: all(positive), negative: all(negative) };
}

/** @param {number} right @param {number} wrong */
const share = (right, wrong) => (right + wrong === 0 ? 0 : right / (right + wrong));
