// How well a reader tells two classes apart: counts at a threshold, what is held back, and areas under the curves.
// Every figure may weigh its cases, so that a bootstrap need not copy them: a case of weight 2 counts as two.

import { decide } from '../reader/decide.js';
import { ratio } from './shares.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').Decision} Decision */
/** @typedef {import('../reader/types.d.ts').OperatingPoint} OperatingPoint */
/** @typedef {{ positive: boolean, probability: number }} Case what a film shows, and the probability it was given */
/** @typedef {Case & { scope: Pick<Findings['scope'], 'reason'> }} ScopedCase and whether it could be judged at all */
/** @typedef {ArrayLike<number> | null} Weights one a case; null where each counts once */
/** @typedef {{ tp: number, fp: number, tn: number, fn: number }} Confusion */

/**
 * @param {Case[]} cases
 * @param {number} threshold probability from which the answer is "positive"
 * @param {Weights} [weights]
 * @returns What no case can tell of, such as a specificity without negatives, is null.
 */
export function metrics(cases, threshold, weights = null) {
  const confusion = count(cases, threshold, weights);
  const { tp, fp, tn, fn } = confusion;
  return { n: tp + fp + tn + fn, ...rates(confusion), auc: areaUnderCurve(cases, weights), threshold, confusion };
}

/** What four counts come to. @param {Confusion} confusion */
export const rates = ({ tp, fp, tn, fn }) => ({
  accuracy: ratio(tp + tn, tp + fp + tn + fn),
  precision: ratio(tp, tp + fp),
  recall: ratio(tp, tp + fn),
  f1: ratio(2 * tp, 2 * tp + fp + fn),
  specificity: ratio(tn, tn + fp),
});

/** @param {Case[]} cases @param {number} threshold @param {Weights} [weights] @returns {Confusion} */
export function count(cases, threshold, weights = null) {
  const confusion = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (let i = 0; i < cases.length; i++) {
    const { positive, probability } = cases[i];
    const weight = weights ? weights[i] : 1;
    if (probability >= threshold) confusion[positive ? 'tp' : 'fp'] += weight;
    else confusion[positive ? 'fn' : 'tn'] += weight;
  }
  return confusion;
}

export const DECISIONS = /** @type {const} */ (['pneumonia', 'normal', 'uncertain', 'out-of-scope']);

/** How often each decision was taken, by what the films show.
 * @param {{ positive: boolean, decision: Decision }[]} cases @returns {Record<'pneumonia' | 'normal', Record<Decision, number>>} */
export function saidOf(cases) {
  const none = () => ({ pneumonia: 0, normal: 0, uncertain: 0, 'out-of-scope': 0 });
  const said = { pneumonia: none(), normal: none() };
  for (const { positive, decision } of cases) said[positive ? 'pneumonia' : 'normal'][decision]++;
  return said;
}

/**
 * What comes of the cases at an operating point: `said` counts what is decided, by what the films show; tp, fp, tn and fn are
 * of the threshold alone, whatever is held back.
 * @param {ScopedCase[]} cases
 * @param {OperatingPoint} point
 */
export function metricsAt(cases, point) {
  const { tp, fp, tn, fn } = count(cases, point.threshold);
  const said = saidOf(cases.map((one) => ({ positive: one.positive, decision: decide(one, point) })));
  const right = said.pneumonia.pneumonia + said.normal.normal;
  const answered = right + said.pneumonia.normal + said.normal.pneumonia;
  return {
    ...{ tp, fp, tn, fn },
    sensitivity: ratio(tp, tp + fn),
    specificity: ratio(tn, tn + fp),
    said,
    answered: ratio(answered, cases.length),
    answered_right: ratio(right, answered),
  };
}

/** Cases by falling probability, found once for each list of them: their places, which are positive, and where ties end.
 * @type {WeakMap<Case[], { order: Uint32Array, positive: Uint8Array, ends: Uint8Array }>} */
const rankings = new WeakMap();

/** @param {Case[]} cases */
function rankingOf(cases) {
  const known = rankings.get(cases);
  if (known) return known;
  const values = Float64Array.from(cases, ({ probability }) => probability);
  const order = Uint32Array.from(cases, (_, i) => i).sort((a, b) => values[b] - values[a]);
  const positive = Uint8Array.from(order, (i) => Number(cases[i].positive));
  const ends = Uint8Array.from(order, (i, at) => Number(values[i] !== values[order[at + 1]]));
  const ranking = { order, positive, ends };
  rankings.set(cases, ranking);
  return ranking;
}

/**
 * What a threshold at each of the probabilities gives, from the highest down: how many positives and negatives reach it.
 * @param {Case[]} cases @param {Weights} weights @param {(tp: number, fp: number) => void} step
 */
function eachStep(cases, weights, step) {
  const { order, positive, ends } = rankingOf(cases);
  let [tp, fp] = [0, 0];
  for (let at = 0; at < order.length; at++) {
    const weight = weights ? weights[order[at]] : 1;
    if (positive[at]) tp += weight;
    else fp += weight;
    if (ends[at]) step(tp, fp);
  }
}

/**
 * The chance that a positive case scores above a negative one, ties counting half: the area under the ROC curve.
 * @param {Case[]} cases @param {Weights} [weights]
 * @returns {number | null} null without a case of each kind
 */
export function areaUnderCurve(cases, weights = null) {
  let [area, tpBefore, fpBefore] = [0, 0, 0];
  eachStep(cases, weights, (tp, fp) => {
    area += ((fp - fpBefore) * (tp + tpBefore)) / 2;
    tpBefore = tp;
    fpBefore = fp;
  });
  return ratio(area, tpBefore * fpBefore);
}

/**
 * The area under the precision-recall curve, as steps: average precision.
 * @param {Case[]} cases @param {Weights} [weights] @returns {number | null} null without a positive case
 */
export function averagePrecision(cases, weights = null) {
  let [sum, found] = [0, 0];
  eachStep(cases, weights, (tp, fp) => {
    if (tp > found) sum += ((tp - found) * tp) / (tp + fp);
    found = tp;
  });
  return ratio(sum, found);
}

/** @param {Case[]} cases */
function stepsOf(cases) {
  /** @type {{ tp: number, fp: number }[]} */
  const all = [];
  eachStep(cases, null, (tp, fp) => all.push({ tp, fp }));
  return { all, last: all.at(-1) ?? { tp: 0, fp: 0 } };
}

/** @param {Case[]} cases @returns {{ x: number, y: number }[]} from (0, 0) to (1, 1): false alarms and sensitivity */
export function rocCurve(cases) {
  const { all, last } = stepsOf(cases);
  return [{ x: 0, y: 0 }, ...all.map(({ tp, fp }) => ({ x: fp / last.fp, y: tp / last.tp }))];
}

/** @param {Case[]} cases @returns {{ x: number, y: number }[]} recall and precision, from the highest threshold down */
export function precisionRecallCurve(cases) {
  const { all, last } = stepsOf(cases);
  return all.map(({ tp, fp }) => ({ x: tp / last.tp, y: tp / (tp + fp) }));
}

/**
 * Net benefit (Vickers and Elkin, 2006): what acting on films from a probability on gains, in found pneumonias a film, where
 * that probability also says how many false alarms one found pneumonia is worth. Beside it: acting on every film.
 * @param {Case[]} cases with probabilities that hold where the films are from
 * @param {number} threshold above 0, below 1
 */
export function netBenefit(cases, threshold) {
  const { tp, fp, fn } = count(cases, threshold);
  const [price, n] = [threshold / (1 - threshold), cases.length];
  const [npositive, nnegative] = [tp + fn, n - tp - fn];
  return { model: (tp - price * fp) / n, all: (npositive - price * nnegative) / n };
}
