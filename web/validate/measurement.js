// From rows to what is said of a set of films: metrics.json, and what the report shows.

import { atPrevalence, brierScore, calibrationError, sigmoid } from './calibration.js';
import { decide } from '../reader/decide.js';
import { patientOf } from '../reader/patients.js';
import { probabilityBy } from '../reader/profile.js';
import { areaUnderCurve, averagePrecision, count, DECISIONS, rates, saidOf } from './figures.js';
import { delong, intervals } from './intervals.js';
import { sorted } from './rows.js';
import { ratio, shareOf } from './shares.js';

/** @typedef {import('./rows.js').Read} Read */
/** @typedef {import('../reader/types.d.ts').OperatingPoint} OperatingPoint */
/** @typedef {ReturnType<typeof measure>} Measurement */
/** @typedef {Read & { probability: number }} Judged with the probability that the rules go by */

/**
 * How films are judged: by the model's own rules, or by a site's.
 * @typedef {object} Rules
 * @property {(row: Read) => number} probabilityOf
 * @property {{ name: string, pointOf: (row: Read) => Pick<OperatingPoint, 'threshold' | 'uncertain'> }[]} rules the first is in force
 */

/** A group has figures of its own where so many films of either class are in it. */
const LEAST_OF_A_GROUP = 20;

/** Figures of fewer films of a class say little. */
export const FEW = 50;

const MOST_MISTAKES = 12;

/** In years, from the first to below the second. */
const AGES = [0, 1, 6, 18, 40, 65, Infinity];

/** The rules of a model file, which may have some for groups of patients. @param {import('../reader/types.d.ts').Model} model @returns {Rules} */
export function rulesOf({ operatingPoints, rules = [] }) {
  const ruleFor = (/** @type {Read} */ { group, rule = null }) => {
    const patient = patientOf(group) ?? rule;
    return rules.find((one) => one.patient === patient) ?? rules[0];
  };
  return {
    probabilityOf: (row) => {
      const rule = ruleFor(row);
      return rule ? sigmoid(rule.calibration.scale * row.logit + rule.calibration.bias) : row.probability;
    },
    rules: operatingPoints.map((point) => ({
      name: point.name,
      pointOf: (row) => ruleFor(row)?.operatingPoints.find(({ name }) => name === point.name) ?? point,
    })),
  };
}

/** A site's own rule. @param {import('../reader/types.d.ts').Profile} profile @returns {Rules} */
export function rulesOfProfile({ site, rules }) {
  const ruleFor = (/** @type {Read} */ { group }) => (group && rules[group]) || rules.all;
  return {
    probabilityOf: (row) => probabilityBy(ruleFor(row), row.logit),
    rules: [{ name: site, pointOf: ruleFor }],
  };
}

/** @param {import('./rows.js').Row[]} rows @param {Rules} how */
export function measure(rows, { probabilityOf, rules }) {
  const { read, twice, contradicted } = sorted(rows);
  const cases = read.map((row) => ({ ...row, probability: probabilityOf(row) }));
  const judged = cases.filter(({ scope }) => scope.reason === null);
  const npneumonia = cases.filter(({ positive }) => positive).length;
  const patients = new Set(cases.map(({ patient }) => patient));
  return {
    films: {
      listed: rows.length,
      read: cases.length,
      normal: cases.length - npneumonia,
      pneumonia: npneumonia,
      judged: judged.length,
      patients: patients.size,
      patientsKnown: rows.some(({ patient }) => patient !== null),
      notRead: rows.filter(({ error }) => error).map(({ file, error }) => ({ file, ...error })),
      notJudged: countsOf(cases.flatMap(({ scope }) => scope.reason ?? [])),
      twice,
      contradicted,
      patientsInBoth: inBoth(cases),
    },
    prevalence: ratio(npneumonia, cases.length),
    ...discrimination(judged),
    calibration: calibrationOf(judged),
    rules: rules.map((rule) => ruleOf(cases, rule)),
    groups: groupsOf(cases, rules[0]),
    mistakes: mistakesOf(judged, rules[0]),
  };
}

/** @template {string} T @param {T[]} words @returns {Record<string, number>} */
function countsOf(words) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Patients that somebody has named, with films of both classes: they were ill at one time, or a label is wrong. @param {Read[]} cases */
function inBoth(cases) {
  const kinds = new Map();
  for (const { patient, positive } of cases) kinds.set(patient, (kinds.get(patient) ?? new Set()).add(positive));
  return [...kinds].filter(([, labels]) => labels.size === 2).map(([patient]) => patient.trim());
}

/** @param {Judged[]} judged */
function discrimination(judged) {
  const [auc, precision] = [areaUnderCurve(judged), averagePrecision(judged)];
  if (auc === null || precision === null) return { auc: null, averagePrecision: null };
  const bounds = intervals(judged, (weights) => ({
    auc: areaUnderCurve(judged, weights),
    precision: averagePrecision(judged, weights),
  }));
  const exact = delong(judged);
  return {
    auc: { value: auc, ...(bounds.auc ?? null), delong: exact && { low: exact.low, high: exact.high } },
    averagePrecision: { value: precision, ...(bounds.precision ?? null) },
  };
}

/** The films' probabilities as they are where pneumonia is as common as among these. @param {Judged[]} judged */
export function asCommonAsHere(judged) {
  const prevalence = judged.filter(({ positive }) => positive).length / judged.length;
  return judged.map((one) => ({ ...one, probability: atPrevalence(one.probability, prevalence) }));
}

/** @param {Judged[]} judged */
function calibrationOf(judged) {
  if (areaUnderCurve(judged) === null) return null;
  const here = asCommonAsHere(judged);
  return { brier: brierScore(here), error: calibrationError(here) };
}

/** @param {Judged} one @param {Rules['rules'][number]} rule @returns {import('../reader/types.d.ts').Decision} */
export const decisionOf = (one, { pointOf }) => decide(one, /** @type {OperatingPoint} */ (pointOf(one)));

/** What the page answers by a rule. @param {Judged[]} cases @param {Rules['rules'][number]} rule */
function ruleOf(cases, rule, isWhole = true) {
  const decided = cases.map((one) => ({
    positive: one.positive,
    patient: one.patient,
    decision: decisionOf(one, rule),
  }));
  const said = saidOf(decided);
  const all = (/** @type {'pneumonia' | 'normal'} */ kind) => DECISIONS.reduce((sum, one) => sum + said[kind][one], 0);
  const left = (/** @type {'pneumonia' | 'normal'} */ kind) => said[kind].uncertain + said[kind]['out-of-scope'];
  const answered = decided
    .filter(({ decision }) => decision === 'pneumonia' || decision === 'normal')
    .map((one) => ({ ...one, probability: Number(one.decision === 'pneumonia') }));
  const { tp, fp, tn, fn } = count(answered, 1);
  const f1 = rates({ tp, fp, tn, fn }).f1;
  const bounds = isWhole ? intervals(answered, f1Of(answered)) : {};
  return {
    name: rule.name,
    said,
    confusion: { tp, fp, tn, fn },
    /** Of all films of the kind: what is found, missed and left to a person. */
    found: shareOf(said.pneumonia.pneumonia, all('pneumonia')),
    missed: shareOf(said.pneumonia.normal, all('pneumonia')),
    pneumoniaLeft: shareOf(left('pneumonia'), all('pneumonia')),
    alarms: shareOf(said.normal.pneumonia, all('normal')),
    cleared: shareOf(said.normal.normal, all('normal')),
    normalLeft: shareOf(left('normal'), all('normal')),
    left: shareOf(left('pneumonia') + left('normal'), cases.length),
    /** Of the films that are answered. */
    sensitivity: shareOf(tp, tp + fn),
    specificity: shareOf(tn, tn + fp),
    ppv: shareOf(tp, tp + fp),
    npv: shareOf(tn, tn + fn),
    accuracy: shareOf(tp + tn, answered.length),
    f1: f1 === null ? null : { value: f1, ...bounds.f1 },
    point: pointAt(cases, rule),
  };
}

/** F1 of draws: true positives count twice, other films that are or are called pneumonia once.
 * @param {{ positive: boolean, probability: number }[]} answered 1 where it is called pneumonia */
function f1Of(answered) {
  const cells = Uint8Array.from(answered, ({ positive, probability }) => Number(positive) + probability);
  return (/** @type {Float64Array} */ weights) => {
    let [both, either] = [0, 0];
    for (let i = 0; i < cells.length; i++)
      if (cells[i] === 2) both += 2 * weights[i];
      else if (cells[i] === 1) either += weights[i];
    return { f1: ratio(both, both + either) };
  };
}

/** Where the rule's threshold lies on the curves. @param {Judged[]} cases @param {Rules['rules'][number]} rule */
function pointAt(cases, { pointOf }) {
  const judged = cases
    .filter(({ scope }) => scope.reason === null)
    .map((one) => ({ positive: one.positive, probability: Number(one.probability >= pointOf(one).threshold) }));
  const { tp, fp, tn, fn } = count(judged, 1);
  return { sensitivity: ratio(tp, tp + fn), falseAlarms: ratio(fp, fp + tn), precision: ratio(tp, tp + fp) };
}

/** @param {number | null} age */
function ageBand(age) {
  if (age === null) return null;
  const at = AGES.findLastIndex((from) => age >= from);
  return AGES[at + 1] === Infinity ? `${AGES[at]}+` : `${AGES[at]}–${AGES[at + 1] - 1}`;
}

/** @type {Record<string, (row: Read) => string | null>} */
const GROUPINGS = {
  age: ({ age }) => ageBand(age),
  sex: ({ sex }) => sex,
  view: ({ view }) => view,
  site: ({ site }) => site,
};

/** @param {Judged[]} cases @param {Rules['rules'][number]} rule */
function groupsOf(cases, rule) {
  return Object.fromEntries(
    Object.entries(GROUPINGS).map(([name, valueOf]) => {
      const values = [...new Set(cases.map(valueOf))].filter((value) => value !== null);
      const parts = values
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
        .map((value) => ({
          value,
          ...groupOf(
            cases.filter((one) => valueOf(one) === value),
            rule,
          ),
        }));
      return [name, parts.length > 1 ? parts : []];
    }),
  );
}

/** @param {Judged[]} cases of one group @param {Rules['rules'][number]} rule */
function groupOf(cases, rule) {
  const npneumonia = cases.filter(({ positive }) => positive).length;
  const counts = { normal: cases.length - npneumonia, pneumonia: npneumonia };
  if (Math.min(counts.normal, counts.pneumonia) < LEAST_OF_A_GROUP) return { ...counts, enough: false };
  const judged = cases.filter(({ scope }) => scope.reason === null);
  const { sensitivity, specificity, found, alarms } = ruleOf(cases, rule, false);
  const exact = delong(judged);
  return { ...counts, enough: true, auc: exact, sensitivity, specificity, found, alarms };
}

/** The answers that were wrong, the surest first. @param {Judged[]} judged @param {Rules['rules'][number]} rule */
function mistakesOf(judged, rule) {
  const wrong = judged.flatMap((one) => {
    const decision = decisionOf(one, rule);
    const isWrong = decision === (one.positive ? 'normal' : 'pneumonia');
    return isWrong
      ? [{ file: one.file, label: one.label, decision, probability: one.probability, logit: one.logit }]
      : [];
  });
  const surety = ({ probability = 0 }) => Math.abs(probability - 0.5);
  return wrong.sort((a, b) => surety(b) - surety(a)).slice(0, MOST_MISTAKES);
}
