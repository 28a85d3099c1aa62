// A table of labelled films: CSV as spreadsheets and programs write it, with commas, semicolons or tabs, to what it says of each film.
// A row that cannot be used is told of and left out; the others count.

import Papa from 'papaparse';
import { labelOf } from './classes.js';

/**
 * What is known of a film but for the reader's answer; null where nobody says it.
 * @typedef {object} Listed
 * @property {string} file as the table has it
 * @property {import('./classes.js').Label} label
 * @property {string | null} patient
 * @property {number | null} age in years
 * @property {string | null} sex "F", "M" or "O"
 * @property {string | null} view
 * @property {string | null} site
 */
/** @typedef {keyof typeof COLUMNS} Column */
/** @typedef {{ row: number, file: string | null, reason: 'fields' | 'quotes' | 'no-path' | 'no-label' | 'unknown-label' | 'two-labels' | 'twice',
 *   values: Record<string, string | number> }} Problem `row` counts from 1, the heading's; `values` are for the words `problem.${reason}` */

/** The names that a column may have, in lower case. */
const COLUMNS = {
  path: ['path', 'file', 'filename', 'file_name', 'image', 'image_path', 'film'],
  label: ['label', 'class', 'target', 'diagnosis', 'truth', 'pneumonia'],
  patient: ['patient', 'patient_id', 'patientid', 'subject', 'subject_id'],
  age: ['age', 'patient_age', 'patientage', 'age_years'],
  sex: ['sex', 'gender', 'patient_sex', 'patientsex'],
  view: ['view', 'view_position', 'viewposition', 'projection'],
  site: ['site', 'hospital', 'clinic', 'source', 'institution'],
};

export const COLUMN_NAMES = /** @type {Column[]} */ (Object.keys(COLUMNS));

/** Why no row of a table can be used. */
export class TableError extends Error {}

/**
 * @param {string} text
 * @param {import('./classes.js').Classes} classes
 * @param {Partial<Record<Column, string>>} [named] columns that have names of their own
 * @returns {{ films: Listed[], problems: Problem[] }} Throws a TableError.
 */
export function readTable(text, classes, named = {}) {
  const { data, errors } = Papa.parse(text.replace(/^\ufeff/, ''), {
    skipEmptyLines: 'greedy',
    delimitersToGuess: [',', ';', '\t', '|'],
  });
  const [heading = [], ...rows] = /** @type {string[][]} */ (data);
  const at = columnsOf(heading, named);
  const broken = new Set(errors.filter(({ type }) => type === 'Quotes').map(({ row }) => row));
  /** @type {Problem[]} */
  const problems = [];
  /** @type {Map<string, Listed>} */
  const films = new Map();
  rows.forEach((fields, i) => {
    const found = filmOf(fields, { heading, at, classes, broken: broken.has(i + 1) });
    const other = 'film' in found && films.get(found.film.file);
    if ('reason' in found) problems.push({ row: i + 2, file: null, ...found });
    else if (other) problems.push({ row: i + 2, file: found.film.file, ...again(other, found.film) });
    else films.set(found.film.file, found.film);
  });
  const contradicted = new Set(problems.filter(({ reason }) => reason === 'two-labels').map(({ file }) => file));
  return { films: [...films.values()].filter(({ file }) => !contradicted.has(file)), problems };
}

/** @param {string[]} heading @param {Partial<Record<Column, string>>} named @returns {Record<Column, number>} places; -1 where there is none */
function columnsOf(heading, named) {
  const names = heading.map((name) => name.trim().toLowerCase());
  const at = COLUMN_NAMES.map((column) => {
    const own = named[column]?.trim().toLowerCase();
    if (own !== undefined && !names.includes(own))
      throw new TableError(`The table has no column "${named[column]}"; it has ${inWords(heading)}.`);
    return [column, own === undefined ? names.findIndex((name) => COLUMNS[column].includes(name)) : names.indexOf(own)];
  });
  const found = /** @type {Record<Column, number>} */ (Object.fromEntries(at));
  for (const needed of /** @type {const} */ (['path', 'label']))
    if (found[needed] < 0)
      throw new TableError(
        `The table has no column "${needed}"; it has ${inWords(heading)}. Its first row must name the columns.`,
      );
  return found;
}

/** @param {string[]} heading */
const inWords = (heading) =>
  heading.length > 0
    ? heading
        .slice(0, 20)
        .map((name) => `"${name.trim().slice(0, 40)}"`)
        .join(', ')
    : 'none';

/** @param {string[]} fields
 * @param {{ heading: string[], at: Record<Column, number>, classes: import('./classes.js').Classes, broken: boolean }} table
 * @returns {{ film: Listed } | Pick<Problem, 'reason' | 'values'>} */
function filmOf(fields, { heading, at, classes, broken }) {
  if (broken) return { reason: 'quotes', values: {} };
  if (fields.length !== heading.length)
    return { reason: 'fields', values: { fields: fields.length, wanted: heading.length } };
  const field = (/** @type {Column} */ column) => fields[at[column]]?.trim() || null;
  const [file, name] = [field('path'), field('label')];
  if (!file) return { reason: 'no-path', values: {} };
  if (!name) return { reason: 'no-label', values: { file } };
  const label = labelOf(name, classes);
  if (!label) return { reason: 'unknown-label', values: { file, label: name.slice(0, 40) } };
  const [patient, view, site] = [field('patient'), field('view')?.toUpperCase() ?? null, field('site')];
  const known = { patient, age: yearsOf(field('age')), sex: sexOf(field('sex')), view, site };
  return { film: { file: file.replaceAll('\\', '/'), label, ...known } };
}

/** @param {Listed} first @param {Listed} second @returns {Pick<Problem, 'reason' | 'values'>} */
function again(first, second) {
  if (first.label === second.label) return { reason: 'twice', values: { file: first.file } };
  return { reason: 'two-labels', values: { file: first.file } };
}

/** Of months, weeks and days. @type {Record<string, number>} */
const A_YEAR = { Y: 1, M: 12, W: 52.18, D: 365.25 };

/** Years as numbers or as DICOM writes ages: "64", "064Y", "018M". @param {string | null} text @returns {number | null} */
export function yearsOf(text) {
  const [, number, unit = 'Y'] = /^(\d{1,3}(?:[.,]\d+)?)\s*([YMWD]?)/i.exec(text ?? '') ?? [];
  if (number === undefined) return null;
  const years = Number(number.replace(',', '.')) / A_YEAR[unit.toUpperCase() || 'Y'];
  return years <= 130 ? years : null;
}

/** @param {string | null} text */
function sexOf(text) {
  const first = text?.slice(0, 1).toUpperCase() ?? '';
  return 'FMO'.includes(first) && first !== '' ? first : null;
}

/**
 * Finds the films of a table among files: by the path as it stands, else as the end of a path, else by the name alone where
 * only one file has it.
 * @template {{ path: string }} T
 * @param {T[]} files their paths with "/"
 * @returns {(file: string) => T | null} null where none fits, or several do
 */
export function finderIn(files) {
  /** @type {Map<string, T[]>} */
  const byName = new Map();
  for (const one of files) {
    const name = nameOf(one.path);
    byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return (file) => {
    const wanted = file.replace(/^\.\//, '');
    const near = byName.get(nameOf(wanted)) ?? [];
    const exact = near.filter(({ path }) => path === wanted || path.endsWith(`/${wanted}`));
    const found = exact.length > 0 ? exact : near;
    return found.length === 1 ? found[0] : null;
  };
}

/** @param {string} path */
const nameOf = (path) => path.slice(path.lastIndexOf('/') + 1);
