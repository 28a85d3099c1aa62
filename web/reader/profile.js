// A site's own rule: a threshold with its band, and a calibration, fitted to films of the site (web/validate/profile.js). It is laid over
// what the engine found, here and nowhere else; a film that the engine does not judge stays not judged.

import { decide } from './decide.js';
import { badArgument, shown } from './errors.js';
import { fileOf, isBlob, tagOf } from './options.js';
import { statedGroup } from './patients.js';

/** @typedef {import('./types.d.ts').Findings} Findings */
/** @typedef {import('./types.d.ts').Profile} Profile */
/** @typedef {import('./types.d.ts').ProfileRule} ProfileRule */

export const KIND = 'pneumoscope-profile';
export const VERSION = 1;

/** Whose rules a profile may hold; `all` is always there. */
export const RULE_GROUPS = /** @type {const} */ (['all', 'children', 'adults']);

/** The name of the operating point that a profile is. */
export const SITE_RULE = 'site';

/** @param {import('./types.d.ts').ReaderOptions['profile']} source @returns {Promise<Profile | null>} Rejects with 'bad-argument'. */
export async function takeProfile(source) {
  if (source === undefined || source === null) return null;
  if (tagOf(source) === 'Object') return checked(source);
  const file = fileOf(source, 'The profile');
  const text = isBlob(file) ? await file.text() : new TextDecoder().decode(file);
  return parseProfile(text);
}

/** @param {string} text of a profile's file @returns {Profile} Throws 'bad-argument'. */
export function parseProfile(text) {
  /** @type {unknown} */
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw badArgument('The profile is damaged: it is no JSON. `pneumoscope validate` writes profiles.');
  }
  return checked(found);
}

/** Whether a text that somebody dropped means to be a profile. @param {string} text */
export const looksLikeProfile = (text) => text.slice(0, 1000).includes(`"${KIND}"`);

/** @param {any} profile @returns {Profile} */
function checked(profile) {
  if (profile?.kind !== KIND) throw badArgument(`The profile is not one: its "kind" is not "${KIND}".`);
  if (profile.version !== VERSION)
    throw badArgument(`The profile has version ${shown(profile.version)}; this reader knows version ${VERSION}.`);
  const wrong = firstWrong(profile);
  if (wrong) throw badArgument(`The profile is damaged: ${wrong}.`);
  if (profile.crc32 !== checksum(profile))
    throw badArgument(
      'The profile is damaged: its checksum does not fit. Make it anew, or take the file as it was made.',
    );
  return profile;
}

/** @param {any} profile @returns {string | null} what is wrong with it, in words */
function firstWrong(profile) {
  const isText = (/** @type {unknown} */ value) => typeof value === 'string' && value.length <= 200;
  if (!isText(profile.site) || profile.site.trim() === '') return 'it names no site';
  if (!/^\d{4}-\d\d-\d\d$/.test(profile.date)) return 'it has no date';
  if (!Number.isInteger(profile.films) || profile.films < 1) return 'it does not say on how many films it was measured';
  if (![profile.model?.name, profile.model?.version].every(isText)) return 'it does not name its model';
  if (profile.model.sha256 !== null && !/^[0-9a-f]{64}$/.test(profile.model.sha256)) return "its model's hash is none";
  if (!GOALS.includes(profile.goal?.kind)) return 'its goal is none';
  if (!isShare(profile.prevalence)) return 'its prevalence is not between 0 and 1';
  if (![profile.drift?.scope, profile.drift?.logit].every(isHistogram)) return 'its drift counts are none';
  if (!profile.rules?.all) return 'it has no rule';
  for (const [group, rule] of Object.entries(profile.rules)) {
    if (!RULE_GROUPS.some((one) => one === group)) return `it has a rule for "${shown(group)}"`;
    const wrong = wrongRule(rule);
    if (wrong) return `of its rule for "${group}", ${wrong}`;
  }
  return null;
}

const GOALS = ['balanced', 'sensitivity', 'specificity', 'costs'];

/** @param {unknown} value */
const isShare = (value) => typeof value === 'number' && value >= 0 && value <= 1;

/** @param {any} histogram */
function isHistogram(histogram) {
  const { edges, counts } = histogram ?? {};
  if (![edges, counts].every((list) => Array.isArray(list) && list.every((one) => Number.isFinite(one)))) return false;
  return counts.length === edges.length + 1;
}

/** @param {any} rule @returns {string | null} */
function wrongRule(rule) {
  const [low, high] = Array.isArray(rule?.uncertain) ? rule.uncertain : [];
  if (!isShare(rule?.threshold)) return 'the threshold is not between 0 and 1';
  if (!isShare(low) || !isShare(high) || low > high) return 'the uncertain band is none';
  const { scale, bias } = rule.calibration ?? {};
  if (!(Number.isFinite(scale) && scale > 0 && Number.isFinite(bias))) return 'the calibration is none';
  for (const name of ['sensitivity', 'specificity'])
    if (!isShare(rule[name]?.value)) return `the ${name} is not between 0 and 1`;
  return null;
}

/** A profile is of one model file. @param {Profile} profile @param {import('./types.d.ts').Model} model @throws 'bad-argument' */
export function checkModel({ model: of, site }, model) {
  const same =
    of.sha256 !== null && model.sha256 !== null
      ? of.sha256 === model.sha256
      : of.name === model.name && of.version === model.version;
  if (same) return;
  const names = [of, model].map(
    ({ name, version, sha256 }) => `${shown(name)} ${shown(version)} (${sha256?.slice(0, 12)})`,
  );
  throw badArgument(
    `The profile of ${shown(site)} is for the model ${names[0]}; this reader has ${names[1]}. Measure the films again with this model.`,
  );
}

/** @param {Profile} profile @param {Findings['film']} film @param {string[]} warnings @returns {{ group: 'all' | 'children' | 'adults', rule: ProfileRule }} */
export function ruleFor({ rules }, film, warnings) {
  const stated = statedGroup(/** @type {Findings} */ ({ film, warnings }));
  const group = stated === 'children' || stated === 'adults' ? stated : 'all';
  const own = rules[group];
  return own ? { group, rule: own } : { group: 'all', rule: rules.all };
}

/** What the rule makes of log-odds. @param {ProfileRule} rule @param {number} logit */
export const probabilityBy = ({ calibration: { scale, bias } }, logit) => 1 / (1 + Math.exp(-(scale * logit + bias)));

/** Findings as they are by a site's rule. @param {Findings} findings @param {Profile | null} profile @returns {Findings} */
export function byProfile(findings, profile) {
  if (!profile) return { ...findings, profile: null };
  const { group, rule } = ruleFor(profile, findings.film, findings.warnings);
  const { threshold, uncertain, sensitivity, specificity } = rule;
  const probability = probabilityBy(rule, findings.logit);
  const { site, date, films } = profile;
  return {
    ...findings,
    decision: decide({ probability, scope: findings.scope }, pointOf(rule)),
    operatingPoint: SITE_RULE,
    ...{ probability, threshold, uncertain },
    profile: { site, date, films, group, sensitivity: sensitivity.value, specificity: specificity.value },
  };
}

/** @param {ProfileRule} rule @returns {import('./types.d.ts').OperatingPoint} */
const pointOf = ({ threshold, uncertain, sensitivity, specificity }) => ({
  ...{ name: SITE_RULE, threshold, uncertain },
  sensitivity: sensitivity.value,
  specificity: specificity.value,
});

/** A model whose only rule is the site's. @param {import('./types.d.ts').Model} model @param {Profile | null} profile */
export function modelBy(model, profile) {
  if (!profile) return model;
  const { all } = profile.rules;
  const operatingPoints = [pointOf(all)];
  return {
    ...{ ...model, operatingPoints },
    rules: [{ patient: null, calibration: all.calibration, operatingPoints }],
    measuredOn: `${profile.films} films of ${profile.site}, ${profile.date}`,
  };
}

/** Of everything in a profile but itself, in an order of its own: it tells damage, not intent.
 * @param {object} profile @returns {string} CRC-32 in hexadecimal */
export function checksum(profile) {
  const text = JSON.stringify({ ...profile, crc32: undefined }, (_, value) =>
    tagOf(value) === 'Object' ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
  let crc = ~0;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}
