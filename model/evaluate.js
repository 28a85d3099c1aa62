// npm run evaluate -- --data DIR [--json] [--model FILE] [--threads N]
// Reads every film in DIR/NORMAL and DIR/PNEUMONIA with the built engine and says how well it did, at each operating point
// of the model: the first table is of its default threshold.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createReader } from 'pneumoscope';
import { findFilms, readFilm } from '../web/cli/films.js';
import { metrics, metricsAt } from '../web/validate/figures.js';

const CLASSES = ['normal', 'pneumonia'];

const USAGE = 'Usage: npm run evaluate -- --data DIR [--json] [--model FILE] [--threads N]';
const OPTIONS = /** @type {const} */ ({
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
  model: { type: 'string' },
  threads: { type: 'string' },
  help: { type: 'boolean' },
});

process.exitCode = await main().catch((error) => {
  console.error(`evaluate: ${error.message}\n${USAGE}`);
  return 2;
});

/** @returns {Promise<number>} exit status: 0 every film was read, 1 some were not */
async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(`${USAGE}\n\nDIR holds the folders NORMAL and PNEUMONIA.`);
    return 0;
  }
  if (!values.data) throw new Error('--data DIR is needed, a folder that holds NORMAL and PNEUMONIA.');
  const films = await labelledFilms(values.data);
  const reader = await createReader({
    model: values.model === undefined ? undefined : await readFile(values.model),
    threads: values.threads === undefined ? undefined : Number(values.threads),
    viewSide: 0,
  });
  const answers = await readAll(reader, films);
  const { engine, model } = reader;
  reader.close();
  if (answers.length === 0) throw new Error('No film could be read.');
  const points = model.operatingPoints.map((point) => [point.name, metricsAt(answers, point)]);
  const result = { ...metrics(answers, model.operatingPoints[0].threshold), points: Object.fromEntries(points) };
  if (values.json) console.log(JSON.stringify(result));
  else print(result, `${model.name} ${model.version}, engine ${engine.variant}, ${engine.threads} threads`);
  return answers.length === films.length ? 0 : 1;
}

/** @param {string} folder @returns {Promise<{ file: string, positive: boolean }[]>} */
async function labelledFilms(folder) {
  const names = await readdir(folder);
  const films = [];
  for (const label of CLASSES) {
    const name = names.find((one) => one.toLowerCase() === label);
    if (!name) throw new Error(`${folder} holds no folder ${label.toUpperCase()}.`);
    for await (const { file } of findFilms([join(folder, name)])) films.push({ file, positive: label === 'pneumonia' });
  }
  return films;
}

/** @param {import('../web/reader/types.d.ts').Reader} reader @param {{ file: string, positive: boolean }[]} films */
async function readAll(reader, films) {
  const answers = [];
  for (const { file, positive } of films) {
    try {
      const { probability, scope } = await reader.read(await readFilm(file));
      answers.push({ positive, probability, scope });
    } catch (error) {
      console.error(`not read: ${file}: ${/** @type {Error} */ (error).message}`);
    }
  }
  return answers;
}

/**
 * @param {ReturnType<typeof metrics> & { points: Record<string, ReturnType<typeof metricsAt>> }} result
 * @param {string} heading
 */
function print(result, heading) {
  const { confusion, points, ...rows } = result;
  console.log(heading);
  for (const [name, value] of Object.entries(rows)) console.log(`${name.padEnd(12)} ${format(value)}`);
  console.log(`confusion    ${inWords(confusion)}`);
  for (const [name, { tp, fp, tn, fn, said, ...shares }] of Object.entries(points)) {
    console.log(`\nat "${name}"`);
    console.log(`confusion       ${inWords({ tp, fp, tn, fn })}`);
    for (const [shown, counts] of Object.entries(said)) console.log(`${shown.padEnd(15)} ${inWords(counts)}`);
    for (const [key, value] of Object.entries(shares))
      console.log(`${key.replace('_', ' ').padEnd(15)} ${format(value)}`);
  }
}

/** @param {Record<string, number>} counts */
function inWords(counts) {
  return Object.entries(counts)
    .map(([name, value]) => `${name} ${value}`)
    .join('  ');
}

/** @param {number | null} value @returns {string} */
function format(value) {
  if (value === null) return '-';
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
