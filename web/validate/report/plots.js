// The report's plots: which marks each is made of.

import { reliability } from '../calibration.js';
import { netBenefit, precisionRecallCurve, rocCurve } from '../figures.js';
import { asCommonAsHere } from '../measurement.js';
import { wilson } from '../shares.js';
import { plot } from './plot.js';

/** @typedef {import('../measurement.js').Judged} Judged */
/** @typedef {import('../measurement.js').Measurement} Measurement */
/** @typedef {import('../words.js').Speaker} Speaker */

const DIAGONAL = {
  tone: 0,
  dashed: true,
  line: [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ],
};
const BINS = 20;

/** A curve of many films has more corners than a screen has dots: those that move it are left.
 * @param {import('./plot.js').Point[]} curve */
function thinned(curve) {
  const place = ({ x = 0, y = 0 }) => `${x.toFixed(3)} ${y.toFixed(3)}`;
  return curve.filter((point, i) => i === 0 || i === curve.length - 1 || place(point) !== place(curve[i - 1]));
}

/** @param {Judged[]} judged of both classes @param {Measurement} measurement @param {Speaker} speaker */
export const plots = (judged, measurement, speaker) => [
  roc(judged, measurement, speaker),
  precisionRecall(judged, measurement, speaker),
  reliabilityOf(judged, measurement, speaker),
  histogram(judged, speaker),
  decisionCurve(judged, speaker),
];

/** @param {Judged[]} judged @param {Measurement} measurement @param {Speaker} speaker */
function roc(judged, { rules }, { t }) {
  const dots = rules.flatMap(({ name, point: { falseAlarms, sensitivity } }) =>
    falseAlarms === null || sensitivity === null ? [] : [{ x: falseAlarms, y: sensitivity, name }],
  );
  return plot({
    title: t('roc.title'),
    about: t('roc.about'),
    x: { label: t('axis.false-alarms') },
    y: { label: t('axis.sensitivity') },
    marks: [DIAGONAL, { line: thinned(rocCurve(judged)), tone: 1 }, { dots, tone: 2 }],
  });
}

/** @param {Judged[]} judged @param {Measurement} measurement @param {Speaker} speaker */
function precisionRecall(judged, { rules }, { t }) {
  const dots = rules.flatMap(({ name, point: { precision, sensitivity } }) =>
    precision === null || sensitivity === null ? [] : [{ x: sensitivity, y: precision, name }],
  );
  return plot({
    title: t('pr.title'),
    about: t('pr.about'),
    x: { label: t('axis.recall') },
    y: { label: t('axis.precision') },
    marks: [
      { line: thinned(precisionRecallCurve(judged)), tone: 1 },
      { dots, tone: 2 },
    ],
  });
}

/** @param {Judged[]} judged @param {Measurement} measurement @param {Speaker} speaker */
function reliabilityOf(judged, { calibration }, { t, fine }) {
  const bins = reliability(asCommonAsHere(judged), Math.max(2, Math.min(10, Math.floor(judged.length / 20))));
  const figures = { brier: fine(calibration?.brier ?? 0), error: fine(calibration?.error ?? 0) };
  return plot({
    title: t('reliability.title'),
    about: t('reliability.about', figures),
    x: { label: t('axis.said') },
    y: { label: t('axis.happened') },
    marks: [
      DIAGONAL,
      { reaches: bins.map(({ n, said, happened }) => ({ x: said, ...wilson(happened, n) })), tone: 1 },
      { dots: bins.map(({ said, happened }) => ({ x: said, y: happened })), tone: 1 },
    ],
  });
}

/** @param {Judged[]} judged @param {Speaker} speaker */
function histogram(judged, { t, percent }) {
  const shares = (/** @type {boolean} */ kind) => {
    const these = judged.filter(({ positive }) => positive === kind);
    const counts = Array(BINS).fill(0);
    for (const { probability } of these) counts[Math.min(BINS - 1, Math.floor(probability * BINS))]++;
    return counts.map((count) => count / these.length);
  };
  const [ill, well] = [shares(true), shares(false)];
  const most = Math.max(...ill, ...well);
  /** Side by side within a bin. @param {number[]} heights @param {number} half */
  const bars = (heights, half) =>
    heights.map((height, i) => ({ from: (i + half / 2) / BINS, to: (i + (half + 1) / 2) / BINS, height }));
  return plot({
    title: t('histogram.title'),
    about: t('histogram.about'),
    x: { label: t('axis.probability') },
    y: { label: t('axis.films'), domain: [0, most], format: (value) => percent(value).replace(/[.,]0/, '') },
    marks: [
      { bars: bars(well, 0), tone: 3 },
      { bars: bars(ill, 1), tone: 2 },
    ],
    key: [
      { tone: 3, name: t('label.normal') },
      { tone: 2, name: t('label.pneumonia') },
    ],
  });
}

/** @param {Judged[]} judged @param {Speaker} speaker */
function decisionCurve(judged, { t }) {
  const here = asCommonAsHere(judged);
  const at = Array.from({ length: 49 }, (_, i) => (i + 1) / 50);
  const curve = at.map((x) => ({ x, ...netBenefit(here, x) }));
  const most = Math.max(...curve.map(({ model, all }) => Math.max(model, all)));
  const lowest = -most / 4;
  const shown = (/** @type {'model' | 'all'} */ name) =>
    curve.filter((one) => one[name] >= lowest).map((one) => ({ x: one.x, y: one[name] }));
  return plot({
    title: t('decision.title'),
    about: t('decision.about'),
    x: { label: t('axis.threshold') },
    y: { label: t('axis.benefit'), domain: [lowest, most] },
    marks: [
      {
        line: [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
        ],
        tone: 0,
      },
      { line: shown('all'), tone: 3 },
      { line: shown('model'), tone: 1 },
    ],
    key: [
      { tone: 1, name: t('decision.model') },
      { tone: 3, name: t('decision.all') },
    ],
  });
}
