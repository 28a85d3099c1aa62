// Whole films, from a JPEG's bytes to the answer, on one core: ours beside sharp and onnxruntime, both native, in each Node at
// hand, round by round.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { CACHE, NODE, V8_FLAGS } from './places.js';
import { median } from './statistics.js';

const FILMS = 200;
const FILM = join(CACHE, 'films/film_2.5mp.jpg');
const CHILD = fileURLToPath(new URL('whole_films_child.js', import.meta.url));
const OURS = 'pneumoscope';
const PEER = 'sharp + onnxruntime-node';
const KEYS = ['films_a_second', 'first_ms', 'peak_mib'];

/** @typedef {{ node: string, engine: string, films_a_second: number, first_ms: number, peak_mib: number }} WholeFilms */

/** @param {number} rounds @returns {WholeFilms[]} medians. `first_ms` counts from the start of the process */
export function measureWholeFilms(rounds) {
  const rows = [...new Set([NODE, process.execPath])].flatMap((node) =>
    [OURS, PEER].map((engine) => ({ node, engine, runs: /** @type {any[]} */ ([]) })),
  );
  for (let round = 0; round < rounds; round++) for (const { node, engine, runs } of rows) runs.push(run(node, engine));
  return rows.map(({ node, engine, runs }) => ({
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    engine,
    .../** @type {any} */ (Object.fromEntries(KEYS.map((key) => [key, median(runs.map((one) => one[key]))]))),
  }));
}

/** Ours to the peer in films a second, by Node's major version: { whole_films_node24: 1.3 }. @param {WholeFilms[]} rows */
export function wholeFilmRatios(rows) {
  const ours = rows.filter(({ engine }) => engine === OURS);
  const ratio = (/** @type {WholeFilms} */ { node, films_a_second }) =>
    films_a_second / (rows.find((row) => row.node === node && row.engine === PEER)?.films_a_second ?? NaN);
  return Object.fromEntries(ours.map((row) => [`whole_films_node${parseInt(row.node.slice(1))}`, ratio(row)]));
}

const oneCore = spawnSync('taskset', ['--version']).status === 0 ? ['taskset', '-c', String(cpus().length - 1)] : [];

/** @param {string} node @param {string} engine */
function run(node, engine) {
  const [program, ...words] = [...oneCore, node, ...V8_FLAGS, CHILD, engine, FILM, String(FILMS)];
  return JSON.parse(execFileSync(program, words, { encoding: 'utf8' }));
}
