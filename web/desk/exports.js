// The list as CSV, JSON and FHIR. Films are numbered; their files are named only where the user has ticked it. An answer that
// is hidden on the screen is in no export either.

import { groupOf } from '../reader/patients.js';
import { fhirBundle, toFhir } from '../results/fhir.js';
import { csvLines, rowOf } from '../results/row.js';
import { NOTE } from '../results/words.js';

/** @typedef {import('./store.js').Row} Row */
/** @typedef {import('./store.js').State} State */

/** Of a film that the model cannot judge there is no probability to export. @param {NonNullable<Row['findings']>} findings */
const judgedAlone = (findings) =>
  findings.decision === 'out-of-scope' ? { ...findings, probability: null, logit: null } : findings;

/** @param {Row} row as it is at the point in force @param {State} state @returns {import('../results/row.js').Row} */
function exported({ id, name, origin, findings, hidden, trouble, reference, text, mark, group }, state) {
  const said = findings && !hidden ? findings : null;
  const { engine, model } = state;
  return {
    number: id,
    ...rowOf(
      {
        file: state.names ? name : null,
        findings: said && /** @type {typeof said} */ (judgedAlone(said)),
        error: trouble,
      },
      { engine: engine ?? undefined, model: model ?? undefined },
    ),
    reference: reference.trim() || null,
    studyDate: (state.exportsDates && origin?.date) || null,
    readerText: text.trim() || null,
    reader: (said && mark?.says) ?? null,
    group: said ? groupOf(said, group, state.group) : null,
  };
}

/** @param {Row[]} rows @param {State} state @returns {string} */
export const toCsv = (rows, state) => [...csvLines(rows.map((row) => exported(row, state)))].join('');

/** @param {Row[]} rows @param {State} state @returns {string} */
export function toJson(rows, state) {
  const films = rows.map((row) => exported(row, state));
  return JSON.stringify({ made: new Date().toISOString(), note: NOTE, films }, null, 2);
}

/** The films that have been read. @param {Row[]} rows @param {Pick<State, 'exportsDates'>} state @returns {string} a FHIR R4 Bundle */
export function toFhirJson(rows, { exportsDates }) {
  const reports = rows.flatMap(({ id, findings, hidden, reference, text, origin }) => {
    const effective = (exportsDates && origin?.date) || undefined;
    const how = { identifier: reference.trim() || `film ${id}`, effective, readerText: text.trim() || undefined };
    return findings && !hidden ? [toFhir(findings, how)] : [];
  });
  return JSON.stringify(fhirBundle(reports), null, 2);
}
