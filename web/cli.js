#!/usr/bin/env node
// pneumoscope FILE|DIR...: reads films and prints a row for each. A bad film is a row with its reason, never the end.

import { readFile } from 'node:fs/promises';
import { HELP, readArguments, UsageError } from './cli/arguments.js';
import { findFilms, readFilm } from './cli/films.js';
import { heatmapWriter } from './cli/heatmaps.js';
import { HEADING, jsonRow, textRow } from './cli/rows.js';
import { createReader } from './reader.js';

/** @typedef {import('./types.d.ts').Reader} Reader */
/** @typedef {import('./cli/rows.js').Outcome} Outcome */
/** @typedef {Awaited<ReturnType<typeof heatmapWriter>>} HeatmapWriter */

const ALL_READ = 0;
const SOME_NOT_READ = 1;
const COULD_NOT_START = 2;

process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? ALL_READ : SOME_NOT_READ));
process.exitCode = await main(process.argv.slice(2)).catch(explain);

/** @param {string[]} argv @returns {Promise<number>} exit status */
async function main(argv) {
  const { show, json, heatmap, model, paths, reader: wishes } = readArguments(argv);
  if (show) return print(show === 'help' ? HELP : `${__VERSION__}\n`);
  const writeHeatmap = heatmap === undefined ? undefined : await heatmapWriter(heatmap);
  const options = { ...wishes, model: model === undefined ? undefined : await readFile(model) };
  const reader = await createReader({ ...options, viewSide: writeHeatmap ? 1024 : 0 });
  try {
    return await readAll(reader, paths, json, writeHeatmap);
  } finally {
    reader.close();
  }
}

/** @param {Reader} reader @param {string[]} paths @param {boolean} json @param {HeatmapWriter} [writeHeatmap] */
async function readAll(reader, paths, json, writeHeatmap) {
  let nread = 0;
  let nfailed = 0;
  if (!json) print(`${HEADING}\n`);
  for await (const found of findFilms(paths)) {
    const outcome = await readOne(reader, found, writeHeatmap);
    print(`${json ? jsonRow(outcome, reader) : textRow(outcome)}\n`);
    if (outcome.error) nfailed++;
    else nread++;
  }
  if (nread + nfailed === 0) console.error('No film was found: folders are searched for .jpg, .jpeg, .png and .bmp.');
  return nread > 0 && nfailed === 0 ? ALL_READ : SOME_NOT_READ;
}

/**
 * @param {Reader} reader
 * @param {{ file: string, error?: Outcome['error'] }} found
 * @param {HeatmapWriter} [writeHeatmap]
 * @returns {Promise<Outcome>}
 */
async function readOne(reader, { file, error }, writeHeatmap) {
  if (error) return { file, error };
  try {
    const want = { heatmap: Boolean(writeHeatmap), view: Boolean(writeHeatmap) };
    const findings = await reader.read(await readFilm(file), want);
    await writeHeatmap?.(file, findings);
    return { file, findings };
  } catch (thrown) {
    const { code = 'not-read', message } = /** @type {{ code?: string, message: string }} */ (thrown);
    return { file, error: { code, message } };
  }
}

/** Why the whole run did not come about. @param {Error & { code?: string }} error @returns {number} exit status */
function explain(error) {
  console.error(`pneumoscope: ${error.message}`);
  if (error instanceof UsageError) console.error('pneumoscope --help tells the use.');
  if (error.code === 'bad-asset')
    console.error('The package lacks a file. In a clone, "npm run build" makes them all.');
  return COULD_NOT_START;
}

/** @param {string} text @returns {number} */
function print(text) {
  process.stdout.write(text);
  return ALL_READ;
}
