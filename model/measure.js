// npm run measure -- --data DIR [--model FILE] [--kept FILE] [--variants DIR] [--out FILE]
//
// Reads every set that DIR holds (../shared/data has them all) with the built engine and writes model/metrics.json: what the
// model card, README and the page's evidence tell. A set that is not there is left out. None of this is read to choose
// anything. --kept lists the patients of nih-128 who are in no training film, one a line: where a model was trained on
// that set, only their films count. --variants is what variants.py wrote of the official test films: how often the decision stays.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Papa from 'papaparse';
import { createReader } from 'pneumoscope';
import { decide } from '../web/reader/decide.js';
import { hasContours } from '../web/reader/overlay.js';
import { findFilms, readFilm } from '../web/cli/films.js';
import { calibrationError } from '../web/validate/calibration.js';
import { areaUnderCurve, count, metrics, metricsAt, rates } from '../web/validate/figures.js';
import { intervals } from '../web/validate/intervals.js';
import { shareOf, wilson } from '../web/validate/shares.js';

/** @typedef {{ file: string, positive: boolean, patient: string }} Film */
/** @typedef {{ name: string, kind: string, group: string | null, normal?: string[], pneumonia?: string[], table?: string,
 *   unpicked?: string[] }} SetOfFilms */
/** @typedef {Film & Pick<import('../web/reader/types.d.ts').Findings, 'probability' | 'scope' | 'logit' | 'decision'>
 *   & { shows: boolean }} Answer `shows`: the heatmap has a line to draw */

const OTHER = 'not-a-chest-film';

/** Films without pneumonia of adults whom nobody picked, by what their reports say. */
const UNPICKED = 'nih-128';
const HEALTHY = ['no_finding'];
const ILL = ['abnormal_no_opacity'];
const OPAQUE = ['abnormal_atelectasis', 'abnormal_effusion'];
const ADULT = 18; // years

/** `internal`: whom training's hospitals send, `external`: whom others do, `spectrum`: parts of the first, or its picked films, side by
 * side. Folders of one class each, a table with a column `label`, or tiers of unpicked films. Of what is no chest film, every answer
 * is a wrong one. @type {SetOfFilms[]} */
const SETS = [
  { name: 'kermany-test', kind: 'internal', group: 'children', ...classFolders('kermany-224/test') },
  { name: 'kermany-originals', kind: 'internal', group: 'children', ...classFolders('kermany-original/test') },
  {
    ...{ name: 'adults-unpicked', kind: 'internal', group: 'adults' },
    ...{ pneumonia: ['rsna-adult/test/PNEUMONIA'], unpicked: [...HEALTHY, ...ILL, ...OPAQUE] },
  },
  { name: 'rsna-test', kind: 'spectrum', group: 'adults', ...classFolders('rsna-adult/test') },
  { name: 'unpicked-no-finding', kind: 'spectrum', group: 'adults', unpicked: HEALTHY },
  { name: 'unpicked-abnormal', kind: 'spectrum', group: 'adults', unpicked: ILL },
  { name: 'unpicked-opacities', kind: 'spectrum', group: 'adults', unpicked: OPAQUE },
  { name: 'adults', kind: 'external', group: 'adults', table: 'external-adult' },
  { name: 'adults-normal', kind: 'spectrum', group: 'adults', normal: ['external-adult-normal-299'] },
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
    kept: { type: 'string' },
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

/** By file and patient: some sets are parts of others. @type {Map<string, Promise<Omit<Answer, keyof Film>>>} */
const answered = new Map();

/** Whose rule reads a set. @type {Record<string, import('../web/reader/types.d.ts').Patient>} */
const PATIENTS = { children: 'child', adults: 'adult' };
/** @param {SetOfFilms} set */
const patientOfSet = ({ group }) => (group === null ? null : PATIENTS[group]);
/** @param {SetOfFilms} set @returns {import('../web/reader/types.d.ts').OperatingPoint[]} of the rule that reads it */
const pointsOf = (set) =>
  (reader.model.rules.find(({ patient }) => patient === patientOfSet(set)) ?? reader.model.rules[0]).operatingPoints;
await main(values.data);
reader.close();

/** @param {string} data */
async function main(data) {
  const sets = [];
  for (const set of SETS) {
    const films = await filmsOf(set, data);
    if (films.length > 0) sets.push({ ...set, answers: await readAll(films, set) });
  }
  const result = {
    date: new Date().toISOString().slice(0, 10),
    model: { ...reader.model, precision: reader.engine.precision },
    sets: sets.map(measure),
    robustness: values.variants ? await robustness(sets[0], values.variants) : null,
  };
  await writeFile(values.out, `${JSON.stringify(result, null, 1)}\n`);
  for (const { name, films, points, auc, held_back } of result.sets) {
    const { sensitivity, specificity } = points[reader.model.operatingPoints[0].name];
    const shares = { sensitivity, specificity, AUC: auc, 'out of scope': { value: held_back } };
    const known = Object.entries(shares).filter(([, share]) => share);
    console.log(name.padEnd(18), films, ...known.map(([key, share]) => ` ${key} ${share?.value.toFixed(4)}`));
  }
}

/** @param {string} folder */
function classFolders(folder) {
  return { normal: [join(folder, 'NORMAL')], pneumonia: [join(folder, 'PNEUMONIA')] };
}

/** @param {Partial<SetOfFilms>} set @param {string} data @returns {Promise<Film[]>} */
async function filmsOf({ normal = [], pneumonia = [], table, unpicked }, data) {
  if (table) return tableFilms(join(data, table));
  const films = unpicked ? await unpickedFilms(join(data, UNPICKED), unpicked) : [];
  for (const [folders, positive] of /** @type {const} */ ([
    [normal, false],
    [pneumonia, true],
  ]))
    for (const folder of folders.map((name) => join(data, name)).filter((one) => existsSync(one)))
      for await (const { file } of findFilms([folder])) films.push({ file, positive, patient: patientOf(file) });
  return films;
}

/** @param {string} folder */
async function tableFilms(folder) {
  const rows = await labels(folder);
  return rows.map(({ file, label, patient_id }) => ({
    file: join(folder, 'images', file),
    positive: label === 'pneumonia',
    patient: patient_id,
  }));
}

/** Adults without pneumonia. @param {string} folder @param {string[]} tiers */
async function unpickedFilms(folder, tiers) {
  const kept = values.kept && new Set((await readFile(values.kept, 'utf8')).split(/\s+/));
  return (await labels(folder))
    .filter(({ tier, age }) => tiers.includes(tier) && Number(age) >= ADULT)
    .filter(({ patient_id }) => !kept || kept.has(patient_id))
    .map(({ file, patient_id }) => ({ file: join(folder, 'images', file), positive: false, patient: patient_id }));
}

/** The rows of labels.csv, none where there is no such folder. @param {string} folder
 * @returns {Promise<Record<string, string>[]>} */
async function labels(folder) {
  if (!existsSync(folder)) return [];
  const text = await readFile(join(folder, 'labels.csv'), 'utf8');
  return Papa.parse(text, { header: true, skipEmptyLines: true }).data;
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

/** @param {Film[]} films @param {SetOfFilms} set @returns {Promise<Answer[]>} by the rule for its patients */
async function readAll(films, set) {
  const patient = patientOfSet(set);
  const answers = [];
  for (const film of films) answers.push({ ...film, ...(await readOnce(film.file, patient)) });
  return answers;
}

/** @param {string} file @param {import('../web/reader/types.d.ts').Patient | null} patient */
function readOnce(file, patient) {
  const key = `${patient} ${file}`;
  const answer = answered.get(key) ?? readFilm(file).then((bytes) => judge(bytes, patient));
  answered.set(key, answer);
  return answer;
}

/** @param {Parameters<typeof reader.read>[0]} film @param {import('../web/reader/types.d.ts').Patient | null} patient */
async function judge(film, patient) {
  const { probability, logit, scope, decision, heatmap } = await reader.read(film, { patient, heatmap: true });
  return { probability, logit, scope, decision, shows: Boolean(heatmap && hasContours(heatmap)) };
}

/** @param {SetOfFilms & { answers: Answer[] }} set */
function measure(set) {
  const { name, kind, group, answers } = set;
  const npneumonia = answers.filter(({ positive }) => positive).length;
  const bounds = intervals(answers, (weights) => ({ auc: areaUnderCurve(answers, weights) }));
  const auc = areaUnderCurve(answers);
  return {
    ...{ name, kind, group, films: answers.length, normal: answers.length - npneumonia, pneumonia: npneumonia },
    points: Object.fromEntries(pointsOf(set).map((one) => [one.name, measurePoint(answers, one, kind)])),
    auc: auc === null ? null : { value: auc, ...bounds.auc },
    calibration_error: npneumonia > 0 && npneumonia < answers.length ? calibrationError(answers) : null,
    shows_a_place: Object.fromEntries(['pneumonia', 'normal'].map((word) => [word, placesOf(answers, word)])),
    held_back: answers.filter(({ scope }) => scope.reason).length / answers.length,
  };
}

/** Of the films answered so, the share with a place that the page draws a line around. @param {Answer[]} answers
 * @param {string} word */
function placesOf(answers, word) {
  const these = answers.filter(({ decision }) => decision === word);
  return shareOf(these.filter(({ shows }) => shows).length, these.length);
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
  const f1Of = (/** @type {Float64Array} */ weights) => ({ f1: rates(count(answers, at.threshold, weights)).f1 });
  if (both) measured.push(['f1', f1 === null ? null : { value: f1, ...intervals(answers, f1Of).f1 }]);
  return { ...metricsAt(answers, at), ...Object.fromEntries(measured) };
}

/** The share of the test films whose decision stays, and of those called the opposite, by variant.
 * @param {SetOfFilms & { answers: Answer[] }} set @param {string} folder */
async function robustness({ answers, ...set }, folder) {
  const [point] = pointsOf(set);
  const stem = (/** @type {Film} */ { file }) => basename(file).replace(/\.\w+$/, '');
  const plain = new Map(answers.map((one) => [stem(one), decide(one, point)]));
  const unchanged = [];
  for (const variant of (await readdir(folder)).sort()) {
    const changed = await readAll(await filmsOf(classFolders(variant), folder), set);
    const now = changed.map((one) => [plain.get(stem(one)), decide(one, point)]);
    const same = now.filter(([before, after]) => before === after).length;
    const flipped = now.filter((pair) => pair.includes('normal') && pair.includes('pneumonia')).length;
    unchanged.push([variant, { same: same / changed.length, flipped: flipped / changed.length }]);
  }
  return Object.fromEntries(unchanged);
}
