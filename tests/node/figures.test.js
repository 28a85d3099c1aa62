// The figures of web/validate are scikit-learn's and SciPy's: on sets that are stored with their values, and, where scikit-learn
// is installed, on sets that are drawn anew. What those libraries have not is compared with its definition.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as calibration from '../../web/validate/calibration.js';
import { apart, chanceOf } from '../../web/reader/drift.js';
import * as figures from '../../web/validate/figures.js';
import { lacks, PYTHON } from '../fixtures/python.js';
import { delong, generator, intervals } from '../../web/validate/intervals.js';
import { shareOf, wilson } from '../../web/validate/shares.js';

/** @typedef {{ labels: number[], probabilities: number[] }} Set */

const fixture = (/** @type {string} */ name) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** The distance of two samples: each value has a bin of its own. @param {number[]} one @param {number[]} other */
function distance(one, other) {
  const values = [...new Set([...one, ...other])].sort((a, b) => a - b);
  const counts = (/** @type {number[]} */ of) => {
    const bins = new Map(values.map((value) => [value, 0]));
    for (const value of of) bins.set(value, (bins.get(value) ?? 0) + 1);
    return [...bins.values()];
  };
  return apart(counts(one), counts(other))[0];
}

/** @param {Set} set */
const casesOf = ({ labels, probabilities }) =>
  labels.map((label, i) => ({ positive: label === 1, probability: probabilities[i] }));

/** A set of both classes; with `steps` its probabilities are tied. @param {number} seed @param {number} n @param {number} [steps] */
function drawn(seed, n, steps) {
  const random = generator(seed);
  const labels = Array.from({ length: n }, (_, i) => (i < 2 ? i : Number(random() < 0.4)));
  const probabilities = labels.map((label) => {
    const value = calibration.sigmoid(3 * (random() - 0.5) + 2 * (label - 0.5));
    return steps ? Math.round(value * steps) / steps : value;
  });
  return { labels, probabilities: probabilities.map((one) => Math.min(0.99, Math.max(0.01, one))) };
}

/** @param {unknown} ours @param {unknown} theirs @param {string} what */
function near(ours, theirs, what) {
  if (Array.isArray(theirs)) {
    assert.equal(/** @type {any[]} */ (ours).length, theirs.length, what);
    theirs.forEach((one, i) => near(/** @type {any[]} */ (ours)[i], one, `${what} ${i}`));
  } else assert.ok(Math.abs(Number(ours) - Number(theirs)) < 1e-9, `${what}: ${ours} for ${theirs}`);
}

/** @param {Set & { figures: any }} set */
function compare({ figures: theirs, ...set }) {
  const cases = casesOf(set);
  const at = figures.metrics(cases, 0.5);
  assert.deepEqual(at.confusion, theirs.confusion);
  for (const name of /** @type {const} */ (['accuracy', 'precision', 'recall', 'f1', 'specificity', 'auc']))
    near(at[name], theirs[name], name);
  near(figures.averagePrecision(cases), theirs.averagePrecision, 'average precision');
  near(calibration.brierScore(cases), theirs.brier, 'Brier');
  const axes = (/** @type {{ x: number, y: number }[]} */ curve) => [curve.map(({ x }) => x), curve.map(({ y }) => y)];
  near(axes(figures.rocCurve(cases)), theirs.roc, 'ROC');
  near(axes(figures.precisionRecallCurve(cases)), theirs.precisionRecall, 'precision and recall');
  if (theirs.reliability[0].length > 0 && cases.length % 5 === 0) {
    const bins = calibration.reliability(cases, 5);
    near([bins.map(({ said }) => said), bins.map(({ happened }) => happened)], theirs.reliability, 'reliability');
  }
  const logits = cases.map(({ positive, probability }) => ({ positive, logit: calibration.logOddsOf(probability) }));
  const { scale, bias } = calibration.platt(logits);
  near([scale, bias], theirs.platt, 'Platt');
  const [ill, well] = [true, false].map((kind) =>
    cases.filter(({ positive }) => positive === kind).map(({ probability }) => probability),
  );
  near(distance(ill, well), theirs.distance, 'distance');
}

test('stored values of scikit-learn and SciPy', () => {
  const stored = JSON.parse(readFileSync(fixture('figures.json'), 'utf8'));
  assert.ok(stored.length >= 5);
  stored.forEach(compare);
});

const missing = lacks('sklearn');

test('values of scikit-learn and SciPy of sets drawn anew', { skip: missing }, () => {
  const seed = Math.floor(Math.random() * 1e9);
  const sets = [8, 25, 100, 1000, 5000].flatMap((n, i) => [drawn(seed + i, n), drawn(seed + i, n, 10)]);
  const input = JSON.stringify(sets);
  const { status, stdout, stderr } = spawnSync(PYTHON, [fixture('figures.py')], {
    ...{ input, encoding: 'utf8', maxBuffer: 2 ** 28 },
  });
  assert.equal(status, 0, stderr);
  JSON.parse(stdout).forEach(compare);
});

test('a weight stands for as many cases', () => {
  const cases = casesOf(drawn(7, 60, 12));
  const random = generator(3);
  const weights = cases.map(() => Math.floor(random() * 3));
  const copied = cases.flatMap((one, i) => Array(weights[i]).fill(one));
  assert.deepEqual(figures.metrics(cases, 0.5, weights), figures.metrics(copied, 0.5));
  near(figures.averagePrecision(cases, weights), figures.averagePrecision(copied), 'average precision');
});

test('DeLong: by definition, over all pairs', () => {
  for (const set of [drawn(1, 40), drawn(2, 90, 8)]) {
    const cases = casesOf(set);
    const [ill, well] = [true, false].map((kind) => cases.filter(({ positive }) => positive === kind));
    const wins = ill.map((a) =>
      well.map((b) => (a.probability > b.probability ? 1 : a.probability === b.probability ? 0.5 : 0)),
    );
    const mean = (/** @type {number[]} */ values) => values.reduce((sum, one) => sum + one, 0) / values.length;
    const variance = (/** @type {number[]} */ values) =>
      values.reduce((sum, one) => sum + (one - mean(values)) ** 2, 0) / (values.length - 1);
    const rows = wins.map(mean);
    const columns = well.map((_, i) => mean(wins.map((row) => row[i])));
    const found = delong(cases);
    near(found?.value, mean(rows), 'area');
    near(found?.error, Math.sqrt(variance(rows) / ill.length + variance(columns) / well.length), 'standard error');
  }
  assert.equal(delong(casesOf({ labels: [0, 0, 1], probabilities: [0.1, 0.2, 0.9] })), null);
});

test('bootstrap and DeLong agree where every film is a patient of its own', () => {
  const cases = casesOf(drawn(5, 400)).map((one, i) => ({ ...one, patient: String(i) }));
  const { auc } = intervals(cases, (weights) => ({ auc: figures.areaUnderCurve(cases, weights) }));
  const exact = delong(cases);
  assert.ok(Math.abs(auc.low - (exact?.low ?? 0)) < 0.01 && Math.abs(auc.high - (exact?.high ?? 0)) < 0.01);
});

test("Wilson's interval: its ends are where the share lies 1.96 standard errors away", () => {
  for (const [part, n] of [
    [0, 9],
    [3, 10],
    [50, 100],
    [977, 1000],
  ]) {
    const share = part / n;
    const { low, high } = wilson(share, n);
    for (const end of [low, high].filter((one) => one > 0 && one < 1))
      near(Math.abs(share - end) / Math.sqrt((end * (1 - end)) / n), 1.959964, `${part} of ${n}`);
    assert.ok(low <= share && share <= high && low < high);
  }
  assert.equal(shareOf(0, 0), null);
  assert.deepEqual(shareOf(1, 4)?.of, 4);
});

test('a probability at another prevalence keeps its likelihood ratio', () => {
  const odds = (/** @type {number} */ p) => p / (1 - p);
  for (const p of [0.02, 0.5, 0.9])
    for (const prevalence of [0.01, 0.3, 0.7])
      near(odds(calibration.atPrevalence(p, prevalence)) / odds(prevalence), odds(p), `${p} at ${prevalence}`);
  near(calibration.atPrevalence(0.3, 0.5), 0.3, 'half');
  assert.deepEqual(
    [0, 1].map((p) => calibration.atPrevalence(p, 0.2)),
    [0, 1],
  );
});

test("Platt's fit: films that can be told apart without a mistake get a slope that ends; it never turns answers round", () => {
  const apart = Array.from({ length: 60 }, (_, i) => ({ positive: i >= 30, logit: i < 30 ? -2 - i / 30 : 2 + i / 30 }));
  const { scale, bias } = calibration.platt(apart);
  assert.ok(scale > 0.5 && scale < 100 && Math.abs(bias) < 1, `${scale} ${bias}`);
  const turned = apart.map((one) => ({ ...one, positive: !one.positive }));
  assert.equal(calibration.platt(turned).scale, 0.01);
});

test("Platt's fit finds the calibration that labels were drawn by", () => {
  const random = generator(11);
  const cases = Array.from({ length: 40000 }, () => {
    const logit = 8 * (random() - 0.5);
    return { logit, positive: random() < calibration.sigmoid(0.6 * logit + 0.1) };
  });
  const { scale } = calibration.platt(cases);
  assert.ok(Math.abs(scale - 0.6) < 0.02, String(scale));
});

test('probabilities by which labels are drawn have hardly any calibration error', () => {
  const random = generator(12);
  const cases = Array.from({ length: 20000 }, () => {
    const probability = random();
    return { probability, positive: random() < probability };
  });
  assert.ok(calibration.calibrationError(cases) < 0.02);
  near(calibration.brierScore(cases.map((one) => ({ ...one, probability: 0.5 }))), 0.25, 'Brier of a coin');
});

test('net benefit: by hand, and never above the share of positives', () => {
  const cases = casesOf({ labels: [1, 1, 0, 0, 0], probabilities: [0.9, 0.1, 0.8, 0.2, 0.1] });
  const { model, all } = figures.netBenefit(cases, 0.25);
  near(model, (1 - 1 / 3) / 5, 'model');
  near(all, (2 - 3 / 3) / 5, 'all');
  for (let at = 1; at < 99; at++) assert.ok(figures.netBenefit(cases, at / 100).model <= 0.4);
});

test('Kolmogorov and Smirnov: two samples of one kind are seldom called different, of two kinds nearly always', () => {
  const random = generator(21);
  const sample = (/** @type {number} */ by) => Array.from({ length: 200 }, () => random() + by);
  const share = (/** @type {number} */ by) =>
    Array.from({ length: 400 }, () => chanceOf(distance(sample(0), sample(by)), 200, 200) < 0.01).filter(Boolean)
      .length / 400;
  assert.ok(share(0) < 0.03, 'of one kind');
  assert.ok(share(0.25) > 0.95, 'of two');
  assert.ok(Math.abs(chanceOf(0.136, 200, 200) - 0.05) < 0.01, 'the table has 0.136 at 5 %');
  assert.equal(chanceOf(0, 50, 50), 1);
});
