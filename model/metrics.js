// How good a reader's answers are: counts at a threshold, what is held back, and the area under the ROC curve.

import { decide } from '../web/reader/decide.js';

/** @typedef {import('../web/reader/types.d.ts').Findings} Findings */
/** @typedef {import('../web/reader/types.d.ts').OperatingPoint} OperatingPoint */
/** @typedef {{ positive: boolean, probability: number }} Case what a film shows, and the probability it was given */
/** @typedef {Case & { scope: Findings['scope'] }} ScopedCase and whether it could be judged at all */

/**
 * @param {Case[]} cases
 * @param {number} threshold probability from which the answer is "positive"
 * @returns What no case can tell of, such as a specificity without negatives, is null.
 */
export function metrics(cases, threshold) {
  const confusion = count(cases, threshold);
  const { tp, fp, tn, fn } = confusion;
  return {
    n: cases.length,
    accuracy: ratio(tp + tn, cases.length),
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    specificity: ratio(tn, tn + fp),
    auc: areaUnderCurve(cases),
    threshold,
    confusion,
  };
}

const DECISIONS = /** @type {const} */ (['pneumonia', 'normal', 'uncertain', 'out-of-scope']);

/**
 * What comes of the cases at an operating point: `said` counts what is decided, by what the films show; tp, fp, tn and fn are
 * of the threshold alone, whatever is held back.
 * @param {ScopedCase[]} cases
 * @param {OperatingPoint} point
 */
export function metricsAt(cases, point) {
  const { tp, fp, tn, fn } = count(cases, point.threshold);
  const decisions = cases.map((one) => decide(one, point));
  const said = (/** @type {boolean} */ shown) => {
    const ofThese = decisions.filter((_, i) => cases[i].positive === shown);
    return Object.fromEntries(DECISIONS.map((one) => [one, ofThese.filter((decision) => decision === one).length]));
  };
  const [pneumonia, normal] = [said(true), said(false)];
  const right = pneumonia.pneumonia + normal.normal;
  const answered = right + pneumonia.normal + normal.pneumonia;
  return {
    ...{ tp, fp, tn, fn },
    sensitivity: ratio(tp, tp + fn),
    specificity: ratio(tn, tn + fp),
    said: { pneumonia, normal },
    answered: ratio(answered, cases.length),
    answered_right: ratio(right, answered),
  };
}

/** @param {Case[]} cases @param {number} threshold */
function count(cases, threshold) {
  const confusion = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (const { positive, probability } of cases) {
    if (probability >= threshold) confusion[positive ? 'tp' : 'fp']++;
    else confusion[positive ? 'fn' : 'tn']++;
  }
  return confusion;
}

/**
 * The chance that a positive case scores above a negative one, ties counting half: the Mann-Whitney statistic by ranks.
 * @param {Case[]} cases
 * @returns {number | null} null without a case of each kind
 */
export function areaUnderCurve(cases) {
  const sorted = [...cases].sort((a, b) => a.probability - b.probability);
  const npositive = sorted.filter((one) => one.positive).length;
  let rankSum = 0;
  for (let from = 0, to; from < sorted.length; from = to) {
    to = from;
    while (to < sorted.length && sorted[to].probability === sorted[from].probability) to++;
    const sharedRank = (from + 1 + to) / 2;
    rankSum += sharedRank * sorted.slice(from, to).filter((one) => one.positive).length;
  }
  return ratio(rankSum - (npositive * (npositive + 1)) / 2, npositive * (sorted.length - npositive));
}

/** @param {number} part @param {number} whole @returns {number | null} */
const ratio = (part, whole) => (whole === 0 ? null : part / whole);

/**
 * Expected calibration error: how far probability and the share of positives are apart, over bins of equally many cases.
 * @param {Case[]} cases
 */
export function calibrationError(cases, nbins = 15) {
  const sorted = [...cases].sort((a, b) => a.probability - b.probability);
  let error = 0;
  for (let bin = 0; bin < nbins; bin++) {
    const [from, to] = [bin, bin + 1].map((edge) => Math.round((edge * sorted.length) / nbins));
    const apart = sorted.slice(from, to).map(({ positive, probability }) => probability - Number(positive));
    error += Math.abs(apart.reduce((sum, one) => sum + one, 0)) / sorted.length;
  }
  return error;
}

/**
 * 95 % intervals of figures by bootstrap: patients are drawn, since the films of one patient agree.
 * @template {Case & { patient: string }} T
 * @param {T[]} cases
 * @param {(drawn: T[]) => Record<string, number | null>} figures
 * @returns {Record<string, { low: number, high: number }>} a figure that cannot be had of every draw is left out
 */
export function intervals(cases, figures, rounds = 1000) {
  /** @type {Map<string, T[]>} */
  const byPatient = new Map();
  for (const one of cases) byPatient.set(one.patient, [...(byPatient.get(one.patient) ?? []), one]);
  const patients = [...byPatient.values()];
  const random = generator(1);
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (let round = 0; round < rounds; round++) {
    const drawn = patients.flatMap(() => patients[Math.floor(random() * patients.length)]);
    for (const [name, value] of Object.entries(figures(drawn)))
      if (value !== null) (found.get(name) ?? found.set(name, []).get(name))?.push(value);
  }
  const whole = [...found].filter(([, values]) => values.length === rounds);
  return Object.fromEntries(whole.map(([name, values]) => [name, quantiles(values)]));
}

/** @param {number[]} values */
function quantiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))];
  return { low: at(0.025), high: at(0.975) };
}

/** Numbers in 0..1, the same for the same seed: mulberry32. @param {number} seed */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
