// Whether probabilities are what they say, and how log-odds become such probabilities.

/** @typedef {import('./figures.js').Case} Case */
/** @typedef {{ scale: number, bias: number }} Calibration probability = sigmoid(scale * logit + bias) */

/** @param {number} logOdds */
export const sigmoid = (logOdds) => 1 / (1 + Math.exp(-logOdds));

/** @param {number} probability */
export const logOddsOf = (probability) => Math.log(probability / (1 - probability));

/** The reader's probability is meant as if half of all films showed pneumonia. This is what it is where another share does.
 * @param {number} probability @param {number} prevalence above 0, below 1 */
export function atPrevalence(probability, prevalence) {
  const [ill, well] = [probability * prevalence, (1 - probability) * (1 - prevalence)];
  return ill + well === 0 ? 0 : ill / (ill + well);
}

/** The mean square of how far a probability is from what is there. @param {Case[]} cases @returns {number | null} null without a case */
export function brierScore(cases) {
  if (cases.length === 0) return null;
  return (
    cases.reduce((sum, { positive, probability }) => sum + (probability - Number(positive)) ** 2, 0) / cases.length
  );
}

/** Bins of equally many cases, by rising probability: none rests on a few.
 * @param {Case[]} cases @param {number} nbins @returns {{ n: number, said: number, happened: number }[]} mean probability and share of
 *   positives */
export function reliability(cases, nbins) {
  const sorted = [...cases].sort((a, b) => a.probability - b.probability);
  return Array.from({ length: nbins }, (_, bin) => {
    const [from, to] = [bin, bin + 1].map((edge) => Math.round((edge * sorted.length) / nbins));
    const these = sorted.slice(from, to);
    const mean = (/** @type {(one: Case) => number} */ of) =>
      these.reduce((sum, one) => sum + of(one), 0) / these.length;
    return { n: these.length, said: mean((one) => one.probability), happened: mean((one) => Number(one.positive)) };
  }).filter(({ n }) => n > 0);
}

/** Expected calibration error: how far probability and the share of positives are apart, over bins of equally many cases.
 * @param {Case[]} cases */
export function calibrationError(cases, nbins = 15) {
  return reliability(cases, nbins).reduce(
    (sum, { n, said, happened }) => sum + (n * Math.abs(said - happened)) / cases.length,
    0,
  );
}

/** Calibration may make a network unsure, but never turn its answers round. */
const LEAST_SCALE = 0.01;

/** Newton's method needs some ten. */
const MOST_STEPS = 100;

/**
 * Platt's fit (Platt, 1999; Newton's steps as Lin, Lin and Weng, 2007): either class weighs the same, so that the probability
 * is meant as if half of all films showed pneumonia, and nobody is taken for quite certain, so that a few films give no endless slope.
 * @param {{ positive: boolean, logit: number }[]} cases with both classes @returns {Calibration}
 */
export function platt(cases) {
  const npositive = cases.filter(({ positive }) => positive).length;
  const nnegative = cases.length - npositive;
  const targets = { true: (npositive + 1) / (npositive + 2), false: 1 / (nnegative + 2) };
  const weights = { true: cases.length / (2 * npositive), false: cases.length / (2 * nnegative) };
  const weighed = cases.map(({ positive, logit }) => ({
    logit,
    target: targets[`${positive}`],
    weight: weights[`${positive}`],
  }));
  let fit = { scale: 1, bias: 0 };
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = newtonStep(weighed, fit);
    const moved = Math.abs(next.scale - fit.scale) + Math.abs(next.bias - fit.bias);
    fit = next;
    if (moved < 1e-12) break;
  }
  return { scale: Math.max(fit.scale, LEAST_SCALE), bias: fit.bias };
}

/** @typedef {{ logit: number, target: number, weight: number }} Weighed */

/** @param {Weighed[]} cases @param {Calibration} fit @returns {Calibration} halved as often as it would lead uphill */
function newtonStep(cases, { scale, bias }) {
  let [gs, gb, hss, hsb, hbb] = [0, 0, 1e-12, 0, 1e-12];
  for (const { logit, target, weight } of cases) {
    const p = sigmoid(scale * logit + bias);
    const [off, bend] = [weight * (p - target), weight * p * (1 - p)];
    gs += off * logit;
    gb += off;
    hss += bend * logit * logit;
    hsb += bend * logit;
    hbb += bend;
  }
  const det = hss * hbb - hsb * hsb;
  const [ds, db] = [(hbb * gs - hsb * gb) / det, (hss * gb - hsb * gs) / det];
  const now = loss(cases, { scale, bias });
  for (let part = 1; part > 1e-10; part /= 2) {
    const tried = { scale: scale - part * ds, bias: bias - part * db };
    if (loss(cases, tried) <= now + 1e-12 * Math.abs(now)) return tried; // at the end, rounding alone decides
  }
  return { scale, bias };
}

/** Cross entropy. @param {Weighed[]} cases @param {Calibration} fit */
function loss(cases, { scale, bias }) {
  return cases.reduce((sum, { logit, target, weight }) => {
    const at = scale * logit + bias;
    return sum + weight * ((at > 0 ? at : 0) + Math.log1p(Math.exp(-Math.abs(at))) - target * at);
  }, 0);
}
