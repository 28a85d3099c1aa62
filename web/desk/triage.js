// The order of the list, most suspicious first, and the decision by the operating point that the user has chosen.

import { asPatient, decide } from '../reader/decide.js';
import { groupOf, patientOf } from '../reader/patients.js';
import { byProfile, modelBy } from '../reader/profile.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').OperatingPoint} OperatingPoint */
/** @typedef {import('./store.js').Row} Row */

/** @param {import('../reader/types.d.ts').Model | null} model @param {string} name @returns {OperatingPoint | null} */
export function pointInForce(model, name) {
  return model?.operatingPoints.find((point) => point.name === name) ?? model?.operatingPoints[0] ?? null;
}

/** A rule that minds whom a film is of. @typedef {OperatingPoint & { profile: import('../reader/types.d.ts').Profile }} SitePoint */

/** A model with a site's rule in place of its own. @param {import('../reader/types.d.ts').Model} model
 * @param {import('../reader/types.d.ts').Profile} profile */
export function withSiteRule(model, profile) {
  const changed = modelBy(model, profile);
  return { ...changed, operatingPoints: changed.operatingPoints.map((point) => ({ ...point, profile })) };
}

/** Findings as they are at an operating point, of the rule that made their probability, without reading the film again.
 * @param {Findings} findings @param {OperatingPoint | null} point @returns {Findings} */
export function judged(findings, point) {
  if (!point || findings.profile) return findings; // a site's rule minds whom the film is of
  if ('profile' in point) return byProfile(findings, /** @type {SitePoint} */ (point).profile);
  const rule = rulesOf(findings).find(({ patient }) => patient === findings.patient);
  const own = rule?.operatingPoints.find(({ name }) => name === point.name) ?? point;
  const { name: operatingPoint, threshold, uncertain } = own;
  return { ...findings, decision: decide(findings, own), operatingPoint, threshold, uncertain };
}

/** Rows whose answers are by the rule for the patients that the user has named, or that the films' own files name.
 * @param {Row[]} rows @param {import('../reader/patients.js').Group} said of the list @returns {Row[]} */
export const ofPatients = (rows, said) =>
  rows.map((row) => (row.findings ? { ...row, findings: ofPatient(row.findings, row.group, said) } : row));

/** @param {Findings} findings @param {...import('../reader/patients.js').Group} said @returns {Findings} */
export function ofPatient(findings, ...said) {
  const patient = patientOf(groupOf(findings, ...said));
  const fixed = findings.profile || patient === findings.patient || rulesOf(findings).length < 2;
  return fixed ? findings : asPatient(findings, patient);
}

/** @param {Findings} findings @returns {import('../reader/types.d.ts').Rule[]} */
const rulesOf = ({ model }) => model?.rules ?? [];

/** A row as it is at an operating point; a mark that was set beside another answer says nothing of this one.
 * @param {Row} row @param {OperatingPoint | null} point @returns {Row} */
export function judgedRow(row, point) {
  if (!row.findings) return row;
  const findings = judged(row.findings, point);
  return { ...row, findings, mark: row.mark?.decision === findings.decision ? row.mark : null };
}

/** What someone has to look at first comes first. */
const ORDER = /** @type {const} */ (['pneumonia', 'uncertain', 'out-of-scope', 'normal']);

/**
 * By what is answered, pneumonia before uncertain before what the model cannot judge before what looks clear, each by falling
 * probability; then those that could not be read; then those that have not been read.
 * @param {Row[]} rows @param {OperatingPoint | null} point @returns {Row[]} sorted, as they are at the point
 */
export function triage(rows, point) {
  const rank = (/** @type {Row} */ { state, findings }) =>
    findings ? ORDER.indexOf(findings.decision) : ORDER.length + (state === 'failed' ? 0 : 1);
  const chance = (/** @type {Row} */ { findings }) => findings?.probability ?? 0;
  return rows
    .map((row) => judgedRow(row, point))
    .sort((a, b) => rank(a) - rank(b) || chance(b) - chance(a) || a.id - b.id);
}

/** @typedef {Pick<import('./store.js').State, 'rows' | 'model' | 'pointName' | 'hides'>} Listing */

/** What was asked for last: the page and the element ask in turn. @type {{ state: Listing | null, rows: Row[] }} */
let last = { state: null, rows: [] };

/** The rows as the list has them, and as one goes through them: where answers are hidden, in the order of coming, which tells
 * nothing, and those that have not been looked at without their answer.
 * @param {Listing} state @returns {Row[]} */
export function listed(state) {
  if (last.state !== state) last = { state, rows: ordered(state) };
  return last.rows;
}

/** @param {Listing} state */
function ordered({ rows, model, pointName, hides }) {
  const sorted = triage(rows, pointInForce(model, pointName));
  if (!hides) return together(sorted);
  return together(sorted.sort((a, b) => a.id - b.id)).map((row) => (row.revealed ? row : { ...row, hidden: true }));
}

/** Films of one study follow the first of them. @param {Row[]} rows @returns {Row[]} */
export function together(rows) {
  /** @type {Map<unknown, Row[]>} */
  const studies = new Map();
  for (const row of rows) {
    const study = row.origin?.study ?? row;
    const films = studies.get(study);
    if (films) films.push(row);
    else studies.set(study, [row]);
  }
  return [...studies.values()].flat();
}

/** The film that is shown in a place, as it is at the point in force.
 * @param {import('./store.js').State} state @param {'open' | 'beside'} place @returns {Row | null} */
export function shownRow(state, place) {
  const row = state.rows.find(({ id }) => id === state[place]?.id);
  return row ? judgedRow(row, pointInForce(state.model, state.pointName)) : null;
}

/** Whether the user wants to look at the film first. @param {Row | null} row @param {Pick<import('./store.js').State, 'hides'>} state */
export const isHidden = (row, { hides }) => Boolean(hides && row?.findings && !row.revealed);
