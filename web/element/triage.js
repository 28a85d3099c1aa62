// The order of the list, most suspicious first, and the decision by the operating point that the user has chosen.

import { decide } from '../reader/decide.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').OperatingPoint} OperatingPoint */
/** @typedef {import('./store.js').Row} Row */

/** @param {import('../reader/types.d.ts').Model | null} model @param {string} name @returns {OperatingPoint | null} */
export function pointInForce(model, name) {
  return model?.operatingPoints.find((point) => point.name === name) ?? model?.operatingPoints[0] ?? null;
}

/** Findings as they are at an operating point, without reading the film again.
 * @param {Findings} findings @param {OperatingPoint | null} point @returns {Findings} */
export function judged(findings, point) {
  if (!point) return findings;
  const { name: operatingPoint, threshold, uncertain } = point;
  return { ...findings, decision: decide(findings, point), operatingPoint, threshold, uncertain };
}

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
  if (!hides) return sorted;
  return sorted.sort((a, b) => a.id - b.id).map((row) => (row.revealed ? row : { ...row, hidden: true }));
}
