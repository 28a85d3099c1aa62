// pneumoscope FILE|DIR...: reads films and prints a row for each. A bad film is a row with its reason, never the end.

import { readFile } from 'node:fs/promises';
import { HELP, readArguments } from './arguments.js';
import { findFilms, isSingle, readFilm } from './films.js';
import { INTERRUPTED, interruption } from './interruption.js';
import { objectsOf } from './json-lines.js';
import { resultWriter } from './outputs.js';
import { failed, openPool, outcomeOf } from './read.js';
import { HEADING, jsonRow, leftOutLine, textRow } from './rows.js';
import { ALL_READ, print, shown, SOME_NOT_READ } from './status.js';

/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {import('../reader/types.d.ts').Pool} Pool */
/** @typedef {import('./rows.js').Outcome} Outcome */
/** @typedef {{ file: string, bytes?: Uint8Array, error?: Outcome['error'] }} Opened */
/** @typedef {import('../reader/types.d.ts').ReadOptions} Want */
/** @typedef {Awaited<ReturnType<typeof resultWriter>>} ResultWriter */

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function readFilms(argv) {
  const { show, json, heatmap, picture, dicom, carryOver, resume, paths, ...how } = readArguments(argv);
  if (show) return shown(show, HELP);
  const folders = Object.entries({ heatmap, picture, dicom }).filter(([, folder]) => folder !== undefined);
  const writers = [];
  for (const [kind, folder] of folders)
    writers.push(await resultWriter(/** @type {any} */ (kind), `${folder}`, carryOver));
  const done = new Set(resume === undefined ? [] : objectsOf(await readFile(resume, 'utf8')).map(({ file }) => file));
  const seen = heatmap !== undefined || dicom !== undefined;
  const pool = await openPool(how, { viewSide: seen ? 1024 : 0, single: await isSingle(paths) });
  const want = { heatmap: seen, view: seen, picture: picture !== undefined };
  try {
    return await readAll(pool, paths, { json, want, writers, done, timeLimit: how.timeLimit });
  } finally {
    pool.close();
  }
}

/** @param {Pool} pool @param {string[]} paths
 * @param {{ json: boolean, want: Want, writers: ResultWriter[], done: Set<string>, timeLimit: number }} how */
async function readAll(pool, paths, { json, want, writers, done, timeLimit }) {
  let nread = 0;
  let nfailed = 0;
  /** @type {Record<string, number>} */
  const nleftOut = {};
  const films = openFilms(paths, done, (reason) => (nleftOut[reason] = (nleftOut[reason] ?? 0) + 1));
  const readOne = async (/** @type {Opened} */ { file, bytes, error }, /** @type {Reader} */ reader) => ({
    outcome: bytes ? await outcomeOf(reader, { file, bytes }, want, timeLimit) : { file, error },
    bytes: writers.length > 0 ? bytes : undefined,
  });
  if (!json) print(`${HEADING}\n`);
  for await (const { outcome: read, bytes } of pool.inOrder(films, readOne)) {
    const outcome = await written(read, bytes, writers);
    print(`${json ? jsonRow(outcome, pool) : textRow(outcome)}\n`);
    if (outcome.error) nfailed++;
    else nread++;
  }
  for (const [reason, count] of Object.entries(nleftOut)) console.error(leftOutLine(reason, count));
  if (interruption.aborted) return INTERRUPTED;
  if (nread + nfailed === 0 && !nleftOut['read-before'])
    console.error('No film was found: DICOM, JPEG, PNG and BMP files are read, whatever their names.');
  return nread + (nleftOut['read-before'] ?? 0) > 0 && nfailed === 0 ? ALL_READ : SOME_NOT_READ;
}

/** Each film's file is read when the film is asked for: while the ones before it are with the readers.
 * @param {string[]} paths @param {Set<string>} done @param {(reason: string) => void} onLeftOut
 * @returns {AsyncGenerator<Opened>} */
async function* openFilms(paths, done, onLeftOut) {
  for await (const { file, error } of findFilms(paths, (_, reason) => onLeftOut(reason)))
    if (interruption.aborted) return;
    else if (done.has(file)) onLeftOut('read-before');
    else yield error ? { file, error } : await readFilm(file).then((bytes) => ({ file, bytes }), failed(file));
}

/** Here and not where films are read, so that the names come in the films' order too.
 * @param {Outcome} outcome @param {Uint8Array | undefined} bytes @param {ResultWriter[]} writers @returns {Promise<Outcome>} */
async function written(outcome, bytes, writers) {
  try {
    if (outcome.findings && bytes) for (const write of writers) await write(outcome.file, outcome.findings, bytes);
    return outcome;
  } catch (thrown) {
    return failed(outcome.file)(thrown);
  }
}
