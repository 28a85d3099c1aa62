#!/usr/bin/env node
// pneumoscope FILE|DIR...: reads films and prints a row for each. A bad film is a row with its reason, never the end.

import { readFile } from 'node:fs/promises';
import { HELP, readArguments, UsageError } from './arguments.js';
import { findFilms, isSingle, readFilm } from './films.js';
import { heatmapWriter } from './heatmaps.js';
import { HEADING, jsonRow, textRow } from './rows.js';
import { createPool } from '../reader/reader.js';

/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {import('../reader/types.d.ts').Pool} Pool */
/** @typedef {import('./rows.js').Outcome} Outcome */
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
  const pool = await openPool({ ...options, viewSide: writeHeatmap ? 1024 : 0 }, await isSingle(paths));
  try {
    return await readAll(pool, paths, json, writeHeatmap);
  } finally {
    pool.close();
  }
}

/** A single film gets one reader with all the threads; of several, --threads says how many are read at once.
 * @param {import('../reader/types.d.ts').ReaderOptions} options @param {boolean} single */
function openPool({ threads, ...options }, single) {
  return createPool(single ? { ...options, threads, size: 1 } : { ...options, threads: 1, size: threads });
}

/** @param {Pool} pool @param {string[]} paths @param {boolean} json @param {HeatmapWriter} [writeHeatmap] */
async function readAll(pool, paths, json, writeHeatmap) {
  let nread = 0;
  let nfailed = 0;
  if (!json) print(`${HEADING}\n`);
  const want = { heatmap: Boolean(writeHeatmap), view: Boolean(writeHeatmap) };
  for await (const read of pool.inOrder(openFilms(paths), (film, reader) => readOne(reader, film, want))) {
    const outcome = writeHeatmap ? await withHeatmap(read, writeHeatmap) : read;
    print(`${json ? jsonRow(outcome, pool) : textRow(outcome)}\n`);
    if (outcome.error) nfailed++;
    else nread++;
  }
  if (nread + nfailed === 0) console.error('No film was found: folders are searched for .jpg, .jpeg, .png and .bmp.');
  return nread > 0 && nfailed === 0 ? ALL_READ : SOME_NOT_READ;
}

/** Each film's file is read when the film is asked for: while the ones before it are with the readers.
 * @param {string[]} paths @returns {AsyncGenerator<{ file: string, bytes?: Uint8Array, error?: Outcome['error'] }>} */
async function* openFilms(paths) {
  for await (const { file, error } of findFilms(paths))
    yield error ? { file, error } : await readFilm(file).then((bytes) => ({ file, bytes }), failed(file));
}

/**
 * @param {Reader} reader
 * @param {{ file: string, bytes?: Uint8Array, error?: Outcome['error'] }} film
 * @param {{ heatmap: boolean, view: boolean }} want
 * @returns {Promise<Outcome>}
 */
async function readOne(reader, { file, bytes, error }, want) {
  if (!bytes) return { file, error };
  return reader.read(bytes, want).then((findings) => ({ file, findings }), failed(file));
}

/** Here and not in readOne, so that the names come in the films' order too.
 * @param {Outcome} outcome @param {HeatmapWriter} writeHeatmap @returns {Promise<Outcome>} */
async function withHeatmap(outcome, writeHeatmap) {
  try {
    if (outcome.findings) await writeHeatmap(outcome.file, outcome.findings);
    return outcome;
  } catch (thrown) {
    return failed(outcome.file)(thrown);
  }
}

/** @param {string} file @returns {(thrown: any) => { file: string, error: NonNullable<Outcome['error']> }} */
function failed(file) {
  return ({ code = 'not-read', message }) => ({ file, error: { code, message } });
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
