#!/usr/bin/env node
// pneumoscope FILE|DIR...: reads films and prints a row for each. A bad film is a row with its reason, never the end.

import { readFile } from 'node:fs/promises';
import { HELP, readArguments, UsageError } from './arguments.js';
import { findFilms, isSingle, readFilm } from './films.js';
import { pictureWriter } from './pictures.js';
import { HEADING, jsonRow, leftOutLine, textRow } from './rows.js';
import { createPool } from '../reader/reader.js';

/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {import('../reader/types.d.ts').Pool} Pool */
/** @typedef {import('./rows.js').Outcome} Outcome */
/** @typedef {import('../reader/types.d.ts').ReadOptions} Want */
/** @typedef {Awaited<ReturnType<typeof pictureWriter>>} PictureWriter */

const ALL_READ = 0;
const SOME_NOT_READ = 1;
const COULD_NOT_START = 2;
const INTERRUPTED = 130;

/** Whether the user has pressed Ctrl-C. */
let interrupted = false;

process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? ALL_READ : SOME_NOT_READ));
process.on('SIGINT', () => {
  if (interrupted) process.exit(INTERRUPTED);
  interrupted = true;
  console.error('Finishing the films that are being read.');
});
process.exitCode = await main(process.argv.slice(2)).catch(explain);

/** @param {string[]} argv @returns {Promise<number>} exit status */
async function main(argv) {
  const { show, json, heatmap, picture, model, resume, timeLimit, paths, reader: wishes } = readArguments(argv);
  if (show) return print(show === 'help' ? HELP : `${__VERSION__}\n`);
  const writers = [];
  if (heatmap !== undefined) writers.push(await pictureWriter(heatmap, 'heatmap'));
  if (picture !== undefined) writers.push(await pictureWriter(picture, 'picture'));
  const done = resume === undefined ? new Set() : filesOfRows(await readFile(resume, 'utf8'));
  const options = { ...wishes, model: model === undefined ? undefined : await readFile(model) };
  const pool = await openPool({ ...options, viewSide: heatmap === undefined ? 0 : 1024 }, await isSingle(paths));
  const want = { heatmap: heatmap !== undefined, view: heatmap !== undefined, picture: picture !== undefined };
  try {
    return await readAll(pool, paths, { json, want, writers, done, timeLimit });
  } finally {
    pool.close();
  }
}

/** A single film gets one reader with all the threads; of several, --threads says how many are read at once.
 * @param {import('../reader/types.d.ts').ReaderOptions} options @param {boolean} single */
function openPool({ threads, ...options }, single) {
  return createPool(single ? { ...options, threads, size: 1 } : { ...options, threads: 1, size: threads });
}

/** @param {Pool} pool @param {string[]} paths
 * @param {{ json: boolean, want: Want, writers: PictureWriter[], done: Set<string>, timeLimit: number }} how */
async function readAll(pool, paths, { json, want, writers, done, timeLimit }) {
  let nread = 0;
  let nfailed = 0;
  /** @type {Record<string, number>} */
  const nleftOut = {};
  const films = openFilms(paths, done, (reason) => (nleftOut[reason] = (nleftOut[reason] ?? 0) + 1));
  if (!json) print(`${HEADING}\n`);
  for await (const read of pool.inOrder(films, (film, reader) => readOne(reader, film, want, timeLimit))) {
    const outcome = await written(read, writers);
    print(`${json ? jsonRow(outcome, pool) : textRow(outcome)}\n`);
    if (outcome.error) nfailed++;
    else nread++;
  }
  for (const [reason, count] of Object.entries(nleftOut)) console.error(leftOutLine(reason, count));
  if (interrupted) return INTERRUPTED;
  if (nread + nfailed === 0 && !nleftOut['read-before'])
    console.error('No film was found: DICOM, JPEG, PNG and BMP files are read, whatever their names.');
  return nread + (nleftOut['read-before'] ?? 0) > 0 && nfailed === 0 ? ALL_READ : SOME_NOT_READ;
}

/** Each film's file is read when the film is asked for: while the ones before it are with the readers.
 * @param {string[]} paths @param {Set<string>} done @param {(reason: string) => void} onLeftOut
 * @returns {AsyncGenerator<{ file: string, bytes?: Uint8Array, error?: Outcome['error'] }>} */
async function* openFilms(paths, done, onLeftOut) {
  for await (const { file, error } of findFilms(paths, (_, reason) => onLeftOut(reason)))
    if (interrupted) return;
    else if (done.has(file)) onLeftOut('read-before');
    else yield error ? { file, error } : await readFilm(file).then((bytes) => ({ file, bytes }), failed(file));
}

/**
 * @param {Reader} reader
 * @param {{ file: string, bytes?: Uint8Array, error?: Outcome['error'] }} film
 * @param {Want} want
 * @param {number} timeLimit in seconds
 * @returns {Promise<Outcome>}
 */
async function readOne(reader, { file, bytes, error }, want, timeLimit) {
  if (!bytes) return { file, error };
  const signal = AbortSignal.timeout(1000 * timeLimit);
  return reader.read(bytes, { ...want, signal }).then(
    (findings) => ({ file, findings }),
    (thrown) => failed(file)(signal.aborted ? tooSlow(timeLimit) : thrown),
  );
}

/** @param {number} seconds */
function tooSlow(seconds) {
  const message = `The film took longer than ${seconds} seconds; --time-limit allows more.`;
  return { code: 'too-slow', message };
}

/** The films that rows are of. @param {string} text lines of JSON; the last may have been cut @returns {Set<string>} */
function filesOfRows(text) {
  const files = text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line).file];
    } catch {
      return [];
    }
  });
  return new Set(files);
}

/** Here and not in readOne, so that the names come in the films' order too.
 * @param {Outcome} outcome @param {PictureWriter[]} writers @returns {Promise<Outcome>} */
async function written(outcome, writers) {
  try {
    if (outcome.findings) for (const write of writers) await write(outcome.file, outcome.findings);
    return outcome;
  } catch (thrown) {
    return failed(outcome.file)(thrown);
  }
}

/** @param {string} file @returns {(thrown: any) => { file: string, error: NonNullable<Outcome['error']> }} */
function failed(file) {
  return ({ code = 'not-read', reason = null, message }) => ({ file, error: { code, reason, message } });
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
