// A film's row: what it shows, what is known of it, and what the reader said. It is what rows.ndjson holds, and what all figures
// are made of; no pixel is in it.

import { GROUPS, statedGroup } from '../reader/patients.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('./table.js').Listed} Listed */

/**
 * What the reader said; all null where it could not read the film.
 * @typedef {object} Answer
 * @property {string | null} digest of the file's bytes, in hexadecimal
 * @property {number | null} probability
 * @property {number | null} logit
 * @property {Findings['scope'] | null} scope
 * @property {string[]} warnings
 * @property {{ code: string, message: string } | null} error why it could not be read
 * @property {import('../reader/types.d.ts').Patient | null} [rule] whose rule of the model made the probability
 * @property {string | null} model hash of the model file that read it
 */
/** @typedef {Listed & Answer} Row */
/** @typedef {Row & { positive: boolean, probability: number, logit: number, scope: Findings['scope'], patient: string,
 *   group: 'children' | 'adults' | null }} Read a row of a film that was read */

/** @param {Listed} listed @param {Findings} findings @param {string | null} digest @returns {Row} */
export function rowOf(listed, findings, digest) {
  const { film, probability, logit, scope, warnings, model } = findings;
  return {
    ...listed,
    age: listed.age ?? film.ageYears,
    sex: listed.sex ?? film.sex,
    view: listed.view ?? film.view,
    ...{ digest, probability, logit, scope, warnings, error: null, rule: findings.patient, model: model.sha256 },
  };
}

/** @param {Listed} listed @param {{ code: string, message: string }} error @returns {Row} */
export function failedRow(listed, { code, message }) {
  const none = { digest: null, probability: null, logit: null, scope: null, warnings: [], model: null };
  return { ...listed, ...none, error: { code, message } };
}

/** The rows that figures can be made of: read, each film once, in the order of their names, so that whoever lists them in another order
 * gets the same draws. A patient nobody names is taken for one of their own.
 * @param {Row[]} rows
 * @returns {{ read: Read[], twice: { file: string, like: string }[], contradicted: { file: string, like: string }[] }} `twice` are left out,
 *   and `contradicted`, the same film with both labels, are left out both */
export function sorted(rows) {
  /** @type {Map<string, Row>} */
  const first = new Map();
  /** @type {{ file: string, like: string }[]} */
  const twice = [];
  /** @type {{ file: string, like: string }[]} */
  const contradicted = [];
  const inOrder = rows.toSorted((a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)));
  for (const row of inOrder.filter(({ probability }) => probability !== null)) {
    const before = first.get(row.digest ?? row.file);
    if (!before) first.set(row.digest ?? row.file, row);
    else (before.label === row.label ? twice : contradicted).push({ file: row.file, like: before.file });
  }
  const bad = new Set(contradicted.map(({ like }) => like));
  const read = [...first.values()].filter(({ file }) => !bad.has(file)).map(readOf);
  return { read, twice, contradicted };
}

/** @param {Row} row @returns {Read} */
function readOf(row) {
  const { file, label, patient, age, site } = row;
  const stated = { film: { ageYears: age }, warnings: row.warnings };
  const group = statedGroup(/** @type {any} */ (stated));
  return /** @type {Read} */ ({
    ...row,
    positive: label === 'pneumonia',
    patient: patient === null ? `film ${file}` : `${site ?? ''} ${patient}`,
    group: GROUPS.find((one) => one === group) ?? null,
  });
}
