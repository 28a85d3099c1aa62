// A film's row: the one shape in which the command line, the page's list and findings.schema.json say what became of a film; and
// the same row flat, for tables.

import { NOTE } from './words.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {{ code: string, reason?: string | null, message: string }} Failure */

/**
 * Every key is always there; what is not known is null.
 * @param {object} outcome
 * @param {string | null} outcome.file its path or name, where it may be said
 * @param {Omit<Findings, 'view' | 'picture' | 'heatmap' | 'input'> | null} [outcome.findings]
 * @param {Failure | null} [outcome.error] why there are no findings
 * @param {Partial<Pick<Reader, 'engine' | 'model'>> | null} reader null where none read the film
 */
export function rowOf({ file, findings, error }, reader) {
  const { name, version, sha256 } = reader?.model ?? {};
  return {
    file,
    decision: findings?.decision ?? null,
    probability: findings?.probability ?? null,
    logit: findings?.logit ?? null,
    operatingPoint: findings?.operatingPoint ?? null,
    profile: findings?.profile ?? null,
    threshold: findings?.threshold ?? null,
    uncertain: findings?.uncertain ?? null,
    patient: findings?.patient ?? null,
    scope: findings?.scope ?? null,
    warnings: findings?.warnings ?? [],
    film: findings?.film ?? null,
    error: error ? { code: error.code, reason: error.reason ?? null, message: error.message } : null,
    timing: findings?.timing ?? null,
    engine: findings?.engine ?? reader?.engine ?? null,
    model: reader?.model ? { name, version, sha256 } : null,
  };
}

/** What a person has said of a film in the page's list; other rows have none of it.
 * @typedef {{ number?: number, reference?: string | null, studyDate?: string | null, readerText?: string | null, reader?: 'agree' | 'disagree' | null,
 *   group?: import('../reader/patients.js').Group }} Said */

/** @typedef {ReturnType<typeof rowOf> & Said} Row */

/** The columns of a table of rows, named as in JSON. @type {Record<string, (row: Row) => unknown>} */
const COLUMNS = {
  number: ({ number }) => number,
  file: ({ file }) => file,
  reference: ({ reference }) => reference,
  decision: ({ decision }) => decision,
  probability: ({ probability }) => probability,
  operatingPoint: ({ operatingPoint }) => operatingPoint,
  'profile.site': ({ profile }) => profile?.site,
  threshold: ({ threshold }) => threshold,
  'uncertain.from': ({ uncertain }) => uncertain?.[0],
  'uncertain.below': ({ uncertain }) => uncertain?.[1],
  patient: ({ patient }) => patient,
  'scope.score': ({ scope }) => scope?.score,
  'scope.reason': ({ scope }) => scope?.reason,
  'scope.overruled': ({ scope }) => scope?.overruled?.join(' '),
  warnings: ({ warnings }) => warnings.join(' '),
  'film.kind': ({ film }) => film?.kind,
  'film.width': ({ film }) => film?.width,
  'film.height': ({ film }) => film?.height,
  studyDate: ({ studyDate }) => studyDate,
  group: ({ group }) => group,
  reader: ({ reader }) => reader,
  readerText: ({ readerText }) => readerText,
  'error.code': ({ error }) => error?.code,
  'error.reason': ({ error }) => error?.reason,
  'error.message': ({ error }) => error?.message,
  'model.name': ({ model }) => model?.name,
  'model.version': ({ model }) => model?.version,
  'engine.variant': ({ engine }) => engine?.variant,
  'engine.version': ({ engine }) => engine?.version,
  note: () => NOTE,
};

/** Lines of a table (RFC 4180), its heading first. @param {Iterable<Row>} rows @returns {Generator<string>} */
export function* csvLines(rows) {
  yield line(Object.keys(COLUMNS));
  for (const row of rows) yield line(Object.values(COLUMNS).map((valueOf) => valueOf(row)));
}

/** @param {unknown[]} fields */
const line = (fields) => fields.map(csvField).join(',') + '\r\n';

/** A spreadsheet would run a text that starts like a formula; a quote before it keeps it a text. @param {unknown} value */
function csvField(value) {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
