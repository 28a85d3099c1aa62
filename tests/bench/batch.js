// `pneumoscope DIR` on two cores: how near it comes to what decoding, preparing and computing cost alone, shared out
// evenly. Prints one line of JSON: { films, ms_alone, ms_batch, share }, milliseconds a film.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createReader } from '../../dist/package/reader.js';
import { CACHE, DIST } from './places.js';
import { median } from './statistics.js';

const CORES = 2;
const FILMS = 60;
const ROUNDS = 5;
const FILM = join(CACHE, 'films/film_2.5mp.jpg');

const folder = mkdtempSync(join(tmpdir(), 'pneumoscope-batch-'));
const folders = [makeFolder('few', 0), makeFolder('many', FILMS)];
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const ms_alone = await aloneMs();
  const [few, many] = folders.map(batchMs);
  const ms_batch = (many - few) / FILMS;
  rounds.push({ ms_alone, ms_batch, share: ms_alone / CORES / ms_batch });
}
rmSync(folder, { recursive: true });
const middle = (/** @type {'ms_alone' | 'ms_batch' | 'share'} */ key) => median(rounds.map((round) => round[key]));
console.log(
  JSON.stringify({ films: FILMS, ms_alone: middle('ms_alone'), ms_batch: middle('ms_batch'), share: middle('share') }),
);

/** So many films more than it takes to get every reader going. @param {string} name @param {number} more */
function makeFolder(name, more) {
  const path = join(folder, name);
  mkdirSync(path);
  for (let i = 0; i < 10 * CORES + more; i++) copyFileSync(FILM, join(path, `${i}.jpg`));
  return path;
}

/** A film read by one reader with one thread and the machine to itself. */
async function aloneMs() {
  const reader = await createReader({ threads: 1, viewSide: 0 });
  const film = await readFile(FILM);
  const totals = [];
  for (let i = 0; i < 30; i++) totals.push((await reader.read(film)).timing.total);
  reader.close();
  return median(totals.slice(10));
}

/** @param {string} path */
function batchMs(path) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [
    join(DIST, 'package/cli.js'),
    '--threads',
    String(CORES),
    '--json',
    path,
  ]);
  if (status !== 0) throw new Error(`The batch ended with status ${status}.`);
  return performance.now() - started;
}
