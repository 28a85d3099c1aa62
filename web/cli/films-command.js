// pneumoscope FILE|DIR...: reads films and prints a row for each. A bad film is a row with its reason, never the end.

import { readdir, readFile, stat } from 'node:fs/promises';
import { HELP, readArguments } from './arguments.js';
import { filmOfFolder, findFilms, isSingle, LINE, listedPaths, NUL } from './films.js';
import { interruptedStatus, interruption } from './interruption.js';
import { objectsOf } from './json-lines.js';
import { resultWriter } from './outputs.js';
import { bytesFor, exactPaths } from './paths.js';
import { isWatched, noProgress, progressBar } from './progress.js';
import { failed, openPool, outcomeOf } from './read.js';
import { FORMS, leftOutLine } from './rows.js';
import { ALL_READ, print, sentenceOf, shown, SOME_NOT_READ } from './status.js';
import { newFiles } from './watch.js';

/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {import('../reader/types.d.ts').Pool} Pool */
/** @typedef {import('./rows.js').Outcome} Outcome */
/** @typedef {import('./films.js').Film} Film */
/** @typedef {Film & { bytes?: Uint8Array, error?: Outcome['error'] }} Opened */
/** @typedef {import('./paths.js').Path} Path */
/** @typedef {import('../reader/types.d.ts').ReadOptions} Want */
/** @typedef {Awaited<ReturnType<typeof resultWriter>>} ResultWriter */
/** @typedef {(reason: string) => void} OnLeftOut */
/** @typedef {import('./progress.js').Progress} Progress */

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function readFilms(argv) {
  const asked = readArguments(argv);
  const { show, heatmap, picture, dicom, carryOver, resume, ...how } = asked;
  if (show) return shown(show, HELP);
  const paths = [...exactPaths(asked.paths), ...(await listed(asked))];
  const folders = Object.entries({ heatmap, picture, dicom }).filter(([, folder]) => folder !== undefined);
  const writers = [];
  for (const [kind, folder] of folders)
    writers.push(await resultWriter(/** @type {any} */ (kind), `${folder}`, carryOver));
  const done = new Set(resume === undefined ? [] : objectsOf(await readFile(resume, 'utf8')).map(({ file }) => file));
  const seen = heatmap !== undefined || dicom !== undefined;
  const single = asked.watch === undefined && (await isSingle(paths));
  const pool = await openPool(how, { viewSide: seen ? 1024 : 0, single });
  const want = { heatmap: seen, view: seen, picture: picture !== undefined, readAnyway: how.readAnyway };
  const progress = isWatched(asked.quiet) && !single ? progressBar(print) : noProgress(print);
  try {
    return await readAll(pool, paths, { ...asked, want, writers, done, progress });
  } finally {
    progress.stop();
    pool.close();
  }
}

/** @param {{ filesFrom?: string, zero: boolean }} asked @returns {Promise<Path[]>} */
const listed = async ({ filesFrom, zero }) =>
  filesFrom === undefined ? [] : listedPaths(filesFrom, zero ? NUL : LINE);

/** @param {Pool} pool @param {Path[]} paths
 * @param {{ form: keyof typeof FORMS, want: Want, writers: ResultWriter[], done: Set<string>, timeLimit: number, quiet: boolean,
 *   watch?: string, progress: Progress }} how */
async function readAll(pool, paths, { form, want, writers, done, timeLimit, quiet, watch, progress }) {
  let [nread, nfailed] = [0, 0];
  /** @type {Record<string, number>} */
  const nleftOut = {};
  const onLeftOut = (/** @type {string} */ reason) => (nleftOut[reason] = (nleftOut[reason] ?? 0) + 1);
  const films = opened(
    watch === undefined ? findFilms(paths, (_, reason) => onLeftOut(reason)) : watched(watch, onLeftOut),
    done,
    onLeftOut,
  );
  const readOne = async (/** @type {Opened} */ { file, path, bytes, error }, /** @type {Reader} */ reader) => ({
    outcome: {
      ...(bytes ? await outcomeOf(reader, { file, bytes }, want, timeLimit) : { file, error }),
      ...bytesFor(path),
    },
    bytes: writers.length > 0 ? bytes : undefined,
  });
  const { heading, row } = FORMS[form];
  if (heading) progress.print(heading);
  let nfound = 0;
  if (watch === undefined)
    void countFiles(paths).then(
      (count) => (nfound = count),
      () => {},
    );
  for await (const { outcome: read, bytes } of pool.inOrder(films, readOne)) {
    const outcome = await written(read, bytes, writers);
    progress.print(row(outcome, pool));
    progress.add(outcome, nfound - sum(nleftOut));
    if (outcome.error) nfailed++;
    else nread++;
  }
  progress.stop();
  if (!quiet) for (const [reason, count] of Object.entries(nleftOut)) console.error(leftOutLine(reason, count));
  if (interruption.aborted) return interruptedStatus();
  if (nread + nfailed === 0 && !nleftOut['read-before'])
    console.error(
      'No film was found: DICOM, JPEG, PNG, BMP and TIFF files are read, whatever their names, and zips of them.',
    );
  return nread + (nleftOut['read-before'] ?? 0) > 0 && nfailed === 0 ? ALL_READ : SOME_NOT_READ;
}

/** @param {Record<string, number>} counts */
const sum = (counts) => Object.values(counts).reduce((all, one) => all + one, 0);

/** @param {string} folder @param {OnLeftOut} onLeftOut @returns {AsyncGenerator<Film>} */
async function* watched(folder, onLeftOut) {
  for await (const path of newFiles(folder, interruption)) yield* filmOfFolder(path, (_, reason) => onLeftOut(reason));
}

/** How many files there are, by their folders alone: for the time that is left. @param {Path[]} paths @returns {Promise<number>} */
async function countFiles(paths) {
  let count = 0;
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (!kind?.isDirectory()) count++;
    else
      count += (await readdir(path, { recursive: true, withFileTypes: true, encoding: 'utf8' })).filter((entry) =>
        entry.isFile(),
      ).length;
  }
  return count;
}

/** Each film's file is read when the film is asked for: while the ones before it are with the readers.
 * @param {AsyncGenerator<Film>} films @param {Set<string>} done @param {OnLeftOut} onLeftOut
 * @returns {AsyncGenerator<Opened>} */
async function* opened(films, done, onLeftOut) {
  for await (const film of films)
    if (interruption.aborted) return;
    else if (done.has(film.file)) onLeftOut('read-before');
    else
      yield film.read().then(
        (bytes) => ({ ...film, bytes }),
        (error) => ({ ...film, ...failed(film.file)(error) }),
      );
}

/** Here and not where films are read, so that the names come in the films' order too.
 * @param {Outcome} outcome @param {Uint8Array | undefined} bytes @param {ResultWriter[]} writers @returns {Promise<Outcome>} */
async function written(outcome, bytes, writers) {
  try {
    if (outcome.findings && bytes) for (const write of writers) await write(outcome.file, outcome.findings, bytes);
    return outcome;
  } catch (thrown) {
    const { code } = /** @type {any} */ (thrown);
    return {
      ...outcome,
      findings: undefined,
      ...failed(outcome.file)({ code: 'not-written', reason: code, message: sentenceOf(/** @type {any} */ (thrown)) }),
    };
  }
}
