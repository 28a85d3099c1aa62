// A study: labelled films, read one after the other, to rows that figures are made of. Of a film nothing stays but its row.

import { labelOfPath, USUAL_CLASSES } from '../validate/classes.js';
import { failedRow, rowOf } from '../validate/rows.js';
import { finderIn, readTable } from '../validate/table.js';
import { pointInForce, judged } from './triage.js';

/** @typedef {import('../validate/rows.js').Row} Row */
/** @typedef {import('../validate/table.js').Listed} Listed */
/** @typedef {{ listed: Listed, file: Blob }} Film */
/** @typedef {{ films: Film[], problems: import('../validate/table.js').Problem[], missing: string[], unlabelled: string[] }} Listing */

const UNKNOWN = { patient: null, age: null, sex: null, view: null, site: null };

/** What spreadsheets save tables as. @param {string} path */
const isTable = (path) => /\.(csv|tsv|txt)$/i.test(path);

/** Files that lie beside films and are none. @param {string} path */
const isFilm = (path) => !/(^|\/)\.|\.(csv|tsv|txt|json|ndjson|html?|md|pdf|xlsx?|docx?|py|js)$/i.test(path);

/** The labels of chosen files: by the table among them, else by their folders. Rejects with a TableError.
 * @param {{ path: string, file: Blob }[]} files @returns {Promise<Listing>} */
export async function listingOf(files) {
  const tables = files.filter(({ path }) => isTable(path));
  const films = files.filter(({ path }) => isFilm(path));
  return tables.length === 1 ? byTable(await tables[0].file.text(), films) : byFolder(films);
}

/** @param {string} text @param {{ path: string, file: Blob }[]} files @returns {Listing} */
function byTable(text, files) {
  const { films, problems } = readTable(text, USUAL_CLASSES);
  const find = finderIn(files);
  const found = films.map((listed) => ({ listed, file: find(listed.file)?.file ?? null }));
  return {
    films: found.flatMap(({ listed, file }) => (file ? [{ listed, file }] : [])),
    problems,
    missing: found.filter(({ file }) => !file).map(({ listed }) => listed.file),
    unlabelled: [],
  };
}

/** @param {{ path: string, file: Blob }[]} files @returns {Listing} */
function byFolder(files) {
  /** @type {Listing} */
  const listing = { films: [], problems: [], missing: [], unlabelled: [] };
  const top = commonFolder(files.map(({ path }) => path));
  for (const { path, file } of files) {
    const inside = path.slice(top.length);
    const found = labelOfPath(inside, USUAL_CLASSES) ?? labelOfPath(path, USUAL_CLASSES);
    if (found) listing.films.push({ listed: { ...UNKNOWN, file: inside, ...found }, file });
    else listing.unlabelled.push(inside);
  }
  return listing;
}

/** The folder that was chosen is in every path. @param {string[]} paths */
function commonFolder([first = '', ...others]) {
  const top = first.slice(0, first.indexOf('/') + 1);
  return others.every((path) => path.startsWith(top)) ? top : '';
}

/** The films of the list that the user agrees or disagrees with: a mark says what the film shows where the answer said something.
 * @param {Pick<import('./store.js').State, 'rows' | 'model' | 'pointName'>} state @returns {Listing} */
export function ofMarks({ rows, model, pointName }) {
  const point = pointInForce(model, pointName);
  const films = rows.flatMap(({ file, name, id, mark, findings }) => {
    const decision = findings && judged(findings, point).decision;
    if (!mark || mark.decision !== decision || (decision !== 'pneumonia' && decision !== 'normal')) return [];
    /** @type {Listed['label']} */
    const label = (decision === 'pneumonia') === (mark.says === 'agree') ? 'pneumonia' : 'normal';
    return [{ listed: { ...UNKNOWN, file: name || String(id), label }, file }];
  });
  return { films, problems: [], missing: [], unlabelled: [] };
}

/**
 * Reads films that have no row yet, and adds their rows; when the signal stops it, what it has stays.
 * @param {Film[]} films @param {Row[]} rows
 * @param {{ read: (film: Blob, signal: AbortSignal) => Promise<import('../reader/types.d.ts').Findings>, onRow: () => void, signal: AbortSignal }} how
 */
export async function readStudy(films, rows, { read, onRow, signal }) {
  for (const { listed, file } of films.slice(rows.length)) {
    const row = await rowFor(listed, file, read, signal).catch((error) => {
      if (signal.aborted) return null;
      return failedRow(listed, { code: error.code ?? 'not-read', message: error.message });
    });
    if (!row) return;
    rows.push(row);
    onRow();
  }
}

/** @param {Listed} listed @param {Blob} file @param {(film: Blob, signal: AbortSignal) => Promise<import('../reader/types.d.ts').Findings>} read
 * @param {AbortSignal} signal */
async function rowFor(listed, file, read, signal) {
  const findings = await read(file, signal);
  return rowOf(listed, findings, await digestOf(file));
}

/** @param {Blob} file @returns {Promise<string | null>} in hexadecimal; null where nothing makes digests */
async function digestOf(file) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
