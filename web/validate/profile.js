// Fits a site's own rule to its films. What is said of the rule is measured by cross-fitting: each patient's films are judged by a rule
// that was fitted to the films of others.

import { platt, logOddsOf, sigmoid } from './calibration.js';
import { decide } from '../reader/decide.js';
import { count, saidOf } from './figures.js';
import { generator } from './intervals.js';
import { checksum, KIND, probabilityBy, RULE_GROUPS, SITE_RULE, VERSION } from '../reader/profile.js';
import { histogramOf } from '../reader/drift.js';
import { shareOf } from './shares.js';

/** @typedef {import('./rows.js').Read} Read */
/** @typedef {import('../reader/types.d.ts').Profile} Profile */
/** @typedef {import('../reader/types.d.ts').ProfileRule} ProfileRule */
/** @typedef {Profile['goal']} Goal */
/** A rule of the model's own, and the scale of its calibration: the site's band holds as many of the network's log-odds.
 * @typedef {Pick<import('../reader/types.d.ts').OperatingPoint, 'threshold' | 'uncertain'> & { scale: number }} Band */
/** @typedef {Pick<ProfileRule, 'threshold' | 'uncertain' | 'calibration'>} Rule */
/** @typedef {{ needed: number, normal: number, pneumonia: number }} Few */
/** @typedef {{ profile: Profile, few: null } | { profile: null, few: Few }} Fit */

/** Fewer judged films of a class give no rule. */
export const LEAST_OF_A_CLASS = 50;

const FOLDS = 5;

/** A threshold is never so near to 0 or 1 that every film is answered alike. */
const [LOWEST, HIGHEST] = [1e-4, 1 - 1e-4];

/**
 * @param {Read[]} read
 * @param {{ goal: Goal, site: string, date: string, model: import('../reader/types.d.ts').Model }} made
 * @returns {Fit}
 */
export function fitProfile(read, { goal, site, date, model }) {
  const band = { ...model.operatingPoints[0], scale: model.rules?.[0]?.calibration.scale ?? 1 };
  const judged = read.filter(({ scope }) => scope.reason === null);
  if (!isEnough(judged)) return { profile: null, few: { needed: LEAST_OF_A_CLASS, ...classesOf(judged) } };
  const groups = RULE_GROUPS.map((group) => [
    group,
    group === 'all' ? judged : judged.filter((one) => one.group === group),
  ]);
  const rules = /** @type {[string, Read[]][]} */ (groups)
    .filter(([, films]) => isEnough(films))
    .map(([group, films]) => [group, measuredRule(films, goal, band)]);
  const profile = {
    ...{ kind: KIND, version: VERSION, site, date },
    model: { name: model.name, version: model.version, sha256: model.sha256 },
    goal,
    films: judged.length,
    prevalence: classesOf(read).pneumonia / read.length,
    rules: Object.fromEntries(rules),
    drift: {
      scope: histogramOf(read.flatMap(({ scope }) => scope.score ?? [])),
      logit: histogramOf(judged.map(({ logit }) => logit)),
    },
  };
  return { profile: /** @type {Profile} */ ({ ...profile, crc32: checksum(profile) }), few: null };
}

/** @param {Read[]} films */
function classesOf(films) {
  const pneumonia = films.filter(({ positive }) => positive).length;
  return { pneumonia, normal: films.length - pneumonia };
}

/** Films of too few patients cannot be judged by rules of others. @param {Read[]} films */
function isEnough(films) {
  return [true, false].every((kind) => {
    const these = films.filter(({ positive }) => positive === kind);
    return these.length >= LEAST_OF_A_CLASS && new Set(these.map(({ patient }) => patient)).size >= 2 * FOLDS;
  });
}

/** @param {Read[]} films @param {Goal} goal @param {Band} band @returns {ProfileRule} */
function measuredRule(films, goal, band) {
  const folds = foldsOf(films);
  const judged = folds.flatMap((fold, i) => {
    const rule = fitRule(folds.filter((_, other) => other !== i).flat(), goal, band);
    return fold.map((one) => judgedBy(one, rule));
  });
  const { tp, fp, tn, fn } = count(judged, 1);
  const patients = new Set(films.map(({ patient }) => patient)).size;
  return {
    ...fitRule(films, goal, band),
    films: { ...classesOf(films), patients },
    sensitivity: /** @type {ProfileRule['sensitivity']} */ (shareOf(tp, tp + fn)),
    specificity: /** @type {ProfileRule['specificity']} */ (shareOf(tn, tn + fp)),
    said: saidOf(judged),
  };
}

/** @param {Read} one @param {Rule} rule */
function judgedBy({ positive, logit, scope }, rule) {
  const probability = probabilityBy(/** @type {ProfileRule} */ (rule), logit);
  const point = { name: SITE_RULE, sensitivity: null, specificity: null, ...rule };
  return {
    positive,
    probability: Number(probability >= rule.threshold),
    decision: decide({ probability, scope }, point),
  };
}

/** The films of patients in parts, those who were ill dealt out first: each part has some. @param {Read[]} films @returns {Read[][]} */
function foldsOf(films) {
  const ill = new Set(films.filter(({ positive }) => positive).map(({ patient }) => patient));
  const well = new Set(films.map(({ patient }) => patient).filter((patient) => !ill.has(patient)));
  const random = generator(1);
  const shuffled = (/** @type {Set<string>} */ patients) =>
    [...patients].map((patient) => ({ patient, at: random() })).sort((a, b) => a.at - b.at);
  const part = new Map([...shuffled(ill), ...shuffled(well)].map(({ patient }, i) => [patient, i % FOLDS]));
  return Array.from({ length: FOLDS }, (_, fold) => films.filter(({ patient }) => part.get(patient) === fold));
}

/** @param {Read[]} films @param {Goal} goal @param {Band} band @returns {Rule} */
export function fitRule(films, goal, band) {
  const calibration = platt(films);
  const cases = films.map(({ positive, logit }) => ({
    positive,
    probability: sigmoid(calibration.scale * logit + calibration.bias),
  }));
  const threshold = Math.min(HIGHEST, Math.max(LOWEST, thresholdFor(cases, goal)));
  return { threshold, uncertain: shifted(band, threshold, calibration.scale), calibration };
}

/** @param {import('./figures.js').Case[]} cases @param {Goal} goal */
function thresholdFor(cases, { kind, value = 0, misses = 1, alarms = 1 }) {
  const sorted = (/** @type {boolean} */ kind) =>
    cases
      .filter(({ positive }) => positive === kind)
      .map(({ probability }) => probability)
      .sort((a, b) => a - b);
  const [ill, well] = [sorted(true), sorted(false)];
  switch (kind) {
    case 'sensitivity': // the highest that still finds so many
      return ill[Math.min(ill.length - 1, Math.floor((1 - value) * ill.length + 1e-9))];
    case 'specificity': {
      // the lowest that still clears so many
      const last = well[Math.ceil(value * well.length - 1e-9) - 1] ?? 0;
      const next = Math.min(1, ...cases.map(({ probability }) => probability).filter((one) => one > last));
      return (last + next) / 2;
    }
    case 'costs': {
      // Acting pays from the probability on where both mistakes cost the same; with the site's share of pneumonias in it.
      const odds = ((alarms / misses) * well.length) / ill.length;
      return odds / (1 + odds);
    }
    default: // the probability is of two classes that weigh the same
      return 0.5;
  }
}

/** The band as far from the threshold, in the network's log-odds, as the model's own is from its.
 * @param {Band} band @param {number} threshold @param {number} scale of the calibration @returns {[number, number]} */
function shifted({ threshold: from, uncertain: [low, high], scale: own }, threshold, scale) {
  const edge = (/** @type {number} */ at) =>
    sigmoid(logOddsOf(threshold) + (scale / own) * (logOddsOf(at) - logOddsOf(from)));
  return [Math.min(threshold, edge(low)), Math.max(threshold, edge(high))];
}
