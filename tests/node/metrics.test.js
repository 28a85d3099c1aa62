import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measuredOf, shownBy } from '../../web/desk/meaning.js';
import { answers, predictiveValues } from '../../web/desk/metrics.js';
import { calibrationError } from '../../web/validate/calibration.js';
import { areaUnderCurve, metrics, metricsAt } from '../../web/validate/figures.js';
import { intervals } from '../../web/validate/intervals.js';
import { wilson } from '../../web/validate/shares.js';

/** @param {number[]} positives @param {number[]} negatives */
const cases = (positives, negatives) => [
  ...positives.map((probability) => ({ positive: true, probability })),
  ...negatives.map((probability) => ({ positive: false, probability })),
];

test('counts and rates at a threshold, which itself counts as positive', () => {
  assert.deepEqual(metrics(cases([0.9, 0.8, 0.3], [0.5, 0.2]), 0.5), {
    n: 5,
    accuracy: 3 / 5,
    precision: 2 / 3,
    recall: 2 / 3,
    f1: 2 / 3,
    specificity: 1 / 2,
    auc: 5 / 6,
    threshold: 0.5,
    confusion: { tp: 2, fp: 1, tn: 1, fn: 1 },
  });
});

test('the area under the curve by ranks, with ties as a half', () => {
  assert.equal(areaUnderCurve(cases([0.9, 0.8], [0.2, 0.1])), 1);
  assert.equal(areaUnderCurve(cases([0.1, 0.2], [0.8, 0.9])), 0);
  assert.equal(areaUnderCurve(cases([0.5, 0.5], [0.5, 0.5, 0.5])), 0.5);
  assert.equal(areaUnderCurve(cases([0.7, 0.5], [0.5, 0.3])), 3.5 / 4);
});

test('the ranks agree with counting every pair', () => {
  const random = (/** @type {number} */ i) => ((i * 7919) % 101) / 20;
  const positives = Array.from({ length: 40 }, (_, i) => Math.round(random(i + 1)) / 5);
  const negatives = Array.from({ length: 30 }, (_, i) => Math.round(random(i + 50)) / 6);
  const wins = positives.flatMap((a) => negatives.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
  const expected = wins.reduce((sum, win) => sum + win, 0) / wins.length;
  assert.ok(Math.abs(areaUnderCurve(cases(positives, negatives)) - expected) < 1e-12);
});

test('counts at an operating point, and what its band and the scope check hold back', () => {
  const point = { name: 'a', threshold: 0.5, uncertain: [0.25, 0.75], sensitivity: null, specificity: null };
  const inScope = cases([0.9, 0.75, 0.6, 0.1], [0.74, 0.3, 0.2, 0.8]).map((one) => ({
    ...one,
    scope: { reason: null },
  }));
  const outside = cases([0.3], [0.9, 0.5]).map((one) => ({ ...one, scope: { reason: 'blank' } }));
  assert.deepEqual(metricsAt([...inScope, ...outside], point), {
    ...{ tp: 3, fp: 4, tn: 2, fn: 2 },
    sensitivity: 3 / 5,
    specificity: 2 / 6,
    said: {
      pneumonia: { pneumonia: 2, normal: 1, uncertain: 1, 'out-of-scope': 1 },
      normal: { pneumonia: 1, normal: 1, uncertain: 2, 'out-of-scope': 2 },
    },
    answered: 5 / 11,
    answered_right: 3 / 5,
  });
});

test('what no case can tell of is null', () => {
  const onlyNormal = metrics(cases([], [0.1, 0.2]), 0.5);
  assert.deepEqual(
    [onlyNormal.auc, onlyNormal.recall, onlyNormal.precision, onlyNormal.specificity],
    [null, null, null, 1],
  );
});

test('the calibration error is the distance of probability and share, weighed by films', () => {
  assert.ok(calibrationError(cases([0.75, 0.75, 0.75], [0.75]), 1) < 1e-12);
  assert.ok(Math.abs(calibrationError(cases([0.9, 0.9], [0.9, 0.9]), 1) - 0.4) < 1e-12);
  assert.ok(Math.abs(calibrationError(cases([0.9], [0.1]), 2) - 0.1) < 1e-12);
  assert.ok(calibrationError(cases([0.9], [0.1]), 1) < 1e-12, 'in one bin the two errors cancel');
});

test('an interval holds what draws of whole patients give', () => {
  const films = (/** @type {number} */ perPatient) =>
    Array.from({ length: 40 }, (_, i) => ({
      ...{ positive: true, probability: Math.floor(i / perPatient) % 4 === 0 ? 0.2 : 0.8 },
      patient: String(Math.floor(i / perPatient)),
    }));
  const of = (/** @type {number} */ perPatient) => {
    const these = films(perPatient);
    return intervals(these, (weights) => ({ recall: metrics(these, 0.5, weights).recall, none: null }));
  };
  const [alone, together] = [1, 5].map(of);
  assert.deepEqual(Object.keys(alone), ['recall']);
  assert.ok(alone.recall.low < 0.75 && alone.recall.high > 0.75);
  assert.ok(
    together.recall.high - together.recall.low > alone.recall.high - alone.recall.low,
    'fewer patients say less',
  );
  assert.deepEqual(of(1), alone, 'the same at every run');
});

test('a share of all or of none has an interval that is not empty', () => {
  const { low, high } = wilson(1, 100);
  assert.ok(Math.abs(low - 0.963) < 5e-4 && high > 0.999999, `${low} ${high}`);
  assert.ok(wilson(0, 9).high > 0.29);
  const half = wilson(0.5, 100); // by hand: 0.5 +- 0.0962
  assert.ok(Math.abs(half.low - 0.4038) < 1e-4 && Math.abs(half.high - 0.5962) < 1e-4);
});

test('what is answered, of the films of each kind, and what an answer is worth', () => {
  const said = {
    pneumonia: { pneumonia: 80, normal: 5, uncertain: 10, 'out-of-scope': 5 },
    normal: { pneumonia: 10, normal: 60, uncertain: 20, 'out-of-scope': 10 },
  };
  const shares = Object.entries(answers({ said })).map(([name, share]) => [name, share?.value]);
  assert.deepEqual(Object.fromEntries(shares), {
    ...{ found: 0.8, missed: 0.05, pneumoniaLeft: 0.15, alarms: 0.1, cleared: 0.6, normalLeft: 0.3 },
  });
  const values = predictiveValues({ said }, 0.2);
  assert.ok(Math.abs((values?.positive.value ?? 0) - 0.16 / (0.16 + 0.08)) < 1e-12);
  assert.ok(Math.abs((values?.negative.value ?? 0) - 0.48 / (0.48 + 0.01)) < 1e-12);
  for (const { value, low, high } of Object.values(values ?? {})) assert.ok(low < value && value < high);
  const none = { pneumonia: 0, normal: 0, uncertain: 0, 'out-of-scope': 0 };
  assert.equal(predictiveValues({ said: { ...said, pneumonia: none } }, 0.2), null);
});

test('what an answer means comes from the worse of home and elsewhere, share by share, and of no few films', () => {
  const said = (/** @type {number} */ pneumonia, /** @type {number} */ normal) => ({
    ...{ pneumonia, normal },
    ...{ uncertain: 0, 'out-of-scope': 0 },
  });
  const set = (/** @type {'internal' | 'external'} */ kind, /** @type {any} */ ill, /** @type {any} */ well) => ({
    ...{ name: kind, kind, group: /** @type {const} */ ('adults'), films: 0, normal: 0, pneumonia: 0, auc: null },
    points: { balanced: { said: { pneumonia: ill, normal: well } } },
  });
  const of = (/** @type {any[]} */ ...sets) => measuredOf({ date: '', sets }, 'balanced', 'adults');
  const home = set('internal', said(90, 10), said(10, 90));
  const both = of(home, set('external', said(50, 50), said(5, 95)));
  assert.equal(
    shownBy(both, 'pneumonia', 0.2),
    (0.5 * 0.2) / (0.5 * 0.2 + 0.1 * 0.8),
    'few are found, many are alarmed',
  );
  assert.equal(shownBy(both, 'normal', 0.2), (0.5 * 0.2) / (0.5 * 0.2 + 0.9 * 0.8), 'many are missed, few are cleared');
  const few = of(home, set('external', said(50, 50), said(0, 19)));
  assert.deepEqual([few.elsewhere?.alarms, few.elsewhere?.missed?.value], [null, 0.5], 'nineteen films say nothing');
  assert.equal(shownBy(of(home), 'uncertain', 0.2), null);
  assert.equal(shownBy(of(), 'pneumonia', 0.2), null, 'what was not measured');
});
