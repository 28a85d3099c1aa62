// npm run measure -- --data DIR [--model FILE] [--variants DIR] [--out FILE]
//
// Reads every set that DIR holds (../shared/data has them all) with the built engine and writes model/metrics.json: what the
// model card, README and the page's evidence tell. A set that is not there is left out. None of this is read to choose
// anything. --variants is what variants.py wrote of the official test films: how often the decision stays.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createReader } from 'pneumoscope';
import { decide } from '../web/reader/decide.js';
import { findFilms, readFilm } from '../web/cli/films.js';
import { wilson } from '../web/element/metrics.js';
import { areaUnderCurve, calibrationError, intervals, metrics, metricsAt } from './metrics.js';

/** @typedef {{ file: string, positive: boolean, patient: string }} Film */
/** @typedef {Film & Pick<import('../web/reader/types.d.ts').Findings, 'probability' | 'scope' | 'logit'>} Answer */

const OTHER = 'not-a-chest-film';

/** Folders of one class each, or a table with a column `label`. Of what is no chest film, every answer is a wrong one. */
const SETS = [
  { name: 'kermany-test', kind: 'internal', group: 'children', ...classFolders('kermany-224/test') },
  { name: 'kermany-originals', kind: 'internal', group: 'children', ...classFolders('kermany-original/test') },
  { name: 'rsna-test', kind: 'internal', group: 'adults', ...classFolders('rsna-adult/test') },
  { name: 'adults', kind: 'external', group: 'adults', table: 'external-adult' },
  { name: 'adults-normal', kind: 'external', group: 'adults', normal: ['external-adult-normal-299'] },
  ...Object.entries({
    bones: ['bone_xray_radiopaedia'],
    dental: ['dental_panoramic', 'dental_panoramic_airezzak'],
    ct: ['ct_slices_cohen', 'ct_slices_cohen2', 'ct_slices_eaea'],
    photographs: ['natural_imagenet_samples'],
    documents: ['documents'],
    lateral: ['lateral_cxr_cohen'],
  }).map(([name, folders]) => ({
    ...{ name, kind: 'out-of-scope', group: null },
    normal: folders.map((folder) => join(OTHER, folder)),
  })),
];

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    model: { type: 'string' },
    variants: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('metrics.json', import.meta.url)) },
  },
});
if (!values.data) {
  console.error('measure: --data DIR is needed, a folder that holds the sets.');
  process.exit(2);
}

const reader = await createReader({
  model: values.model === undefined ? undefined : await readFile(values.model),
  viewSide: 0,
});
const [point] = reader.model.operatingPoints;
await main(values.data);
reader.close();

/** @param {string} data */
async function main(data) {
  const sets = [];
  for (const set of SETS) {
    const films = await filmsOf(set, data);
    if (films.length > 0) sets.push({ ...set, answers: await readAll(films) });
  }
  const result = {
    date: new Date().toISOString().slice(0, 10),
    model: { ...reader.model, precision: reader.engine.precision },
    sets: sets.map(measure),
    robustness: values.variants ? await robustness(sets[0].answers, values.variants) : null,
  };
  await writeFile(values.out, `${JSON.stringify(result, null, 1)}\n`);
  for (const { name, films, points, auc, held_back } of result.sets) {
    const { sensitivity, specificity } = points[point.name];
    const shares = { sensitivity, specificity, AUC: auc, 'out of scope': { value: held_back } };
    const known = Object.entries(shares).filter(([, share]) => share);
    console.log(name.padEnd(18), films, ...known.map(([key, share]) => ` ${key} ${share?.value.toFixed(4)}`));
  }
}

/** @param {string} folder */
function classFolders(folder) {
  return { normal: [join(folder, 'NORMAL')], pneumonia: [join(folder, 'PNEUMONIA')] };
}

/** @param {{ normal?: string[], pneumonia?: string[], table?: string }} set @param {string} data @returns {Promise<Film[]>} */
async function filmsOf({ normal = [], pneumonia = [], table }, data) {
  if (table) return tableFilms(join(data, table));
  const films = [];
  for (const [folders, positive] of /** @type {const} */ ([
    [normal, false],
    [pneumonia, true],
  ]))
    for (const folder of folders.map((name) => join(data, name)).filter((one) => existsSync(one)))
      for await (const { file } of findFilms([folder])) films.push({ file, positive, patient: patientOf(file) });
  return films;
}

/** labels.csv: file, label, ..., patient_id, license; no field with a comma before the ones read. @param {string} folder */
async function tableFilms(folder) {
  if (!existsSync(folder)) return [];
  const [heading, ...rows] = (await readFile(join(folder, 'labels.csv'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const at = Object.fromEntries(heading.map((name, i) => [name, i]));
  return rows.map((row) => ({
    file: join(folder, 'images', row[at.file]),
    positive: row[at.label] === 'pneumonia',
    patient: row[at.patient_id],
  }));
}

/** As in films.py: the number of the patient is in the name. @param {string} file */
function patientOf(file) {
  const name = basename(file);
  return (
    name
      .match(/(person\d+)_|(?:NORMAL2-)?(IM-\d+)/)
      ?.slice(1)
      .find(Boolean) ?? name
  );
}

/** @param {Film[]} films @returns {Promise<Answer[]>} */
async function readAll(films) {
  const answers = [];
  for (const film of films) {
    const { probability, logit, scope } = await reader.read(await readFilm(film.file));
    answers.push({ ...film, probability, logit, scope });
  }
  return answers;
}

/** @param {{ name: string, kind: string, group: string | null, answers: Answer[] }} set */
function measure({ name, kind, group, answers }) {
  const npneumonia = answers.filter(({ positive }) => positive).length;
  const bounds = intervals(answers, (drawn) => ({ auc: areaUnderCurve(drawn) }));
  const auc = areaUnderCurve(answers);
  return {
    ...{ name, kind, group, films: answers.length, normal: answers.length - npneumonia, pneumonia: npneumonia },
    points: Object.fromEntries(reader.model.operatingPoints.map((one) => [one.name, measurePoint(answers, one, kind)])),
    auc: auc === null ? null : { value: auc, ...bounds.auc },
    calibration_error: npneumonia > 0 && npneumonia < answers.length ? calibrationError(answers) : null,
    held_back: answers.filter(({ scope }) => scope.reason).length / answers.length,
  };
}

/**
 * Shares that films of one class alone cannot give, or that mean nothing for what is no film, are null.
 * @param {Answer[]} answers @param {import('../web/reader/types.d.ts').OperatingPoint} at @param {string} kind
 */
function measurePoint(answers, at, kind) {
  const npneumonia = answers.filter(({ positive }) => positive).length;
  const both = npneumonia > 0 && npneumonia < answers.length;
  const { accuracy, recall, specificity, precision, f1, confusion } = metrics(answers, at.threshold);
  const { tp, fp, tn, fn } = confusion;
  /** @type {Record<string, { value: number | null, of: number }>} shares, and of how many films they are */
  const shares = {
    sensitivity: { value: recall, of: tp + fn },
    specificity: { value: specificity, of: tn + fp },
    ...(both
      ? { accuracy: { value: accuracy, of: answers.length }, precision: { value: precision, of: tp + fp } }
      : {}),
  };
  const measured = Object.entries(shares).map(([key, { value, of }]) => [
    key,
    value === null || kind === 'out-of-scope' ? null : { value, ...wilson(value, of) },
  ]);
  const f1Of = (/** @type {Answer[]} */ drawn) => ({ f1: metrics(drawn, at.threshold).f1 });
  if (both) measured.push(['f1', f1 === null ? null : { value: f1, ...intervals(answers, f1Of).f1 }]);
  return { ...metricsAt(answers, at), ...Object.fromEntries(measured) };
}

/** The share of the test films whose decision stays, and of those called the opposite, by variant. @param {Answer[]} answers @param {string} folder */
async function robustness(answers, folder) {
  const stem = (/** @type {Film} */ { file }) => basename(file).replace(/\.\w+$/, '');
  const plain = new Map(answers.map((one) => [stem(one), decide(one, point)]));
  const unchanged = [];
  for (const variant of (await readdir(folder)).sort()) {
    const changed = await readAll(await filmsOf(classFolders(variant), folder));
    const now = changed.map((one) => [plain.get(stem(one)), decide(one, point)]);
    const same = now.filter(([before, after]) => before === after).length;
    const flipped = now.filter((pair) => pair.includes('normal') && pair.includes('pneumonia')).length;
    unchanged.push([variant, { same: same / changed.length, flipped: flipped / changed.length }]);
  }
  return Object.fromEntries(unchanged);
}
