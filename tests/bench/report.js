// Makes the table that people read and the object that --json writes.

import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { V8_FLAGS } from './places.js';
import { peakOf, ratiosOf } from './ratios.js';
import { versions } from './setup.js';
import { median, summary as summaryOf } from './statistics.js';
import { wholeFilmRatios } from './whole_films.js';

/** @typedef {ReturnType<typeof summarise>} Summary */

/** @param {{ times: Map<import('./rows.js').Row, number[]>, peaks: Record<string, number>[], coldStarts: any[],
 *   films: any, large: { ours: number, peer: number } | null, batch: any, whole: import('./whole_films.js').WholeFilms[],
 *   pageBytes: number }} measured */
export function summarise({ times, peaks, coldStarts, films, large, batch, whole, pageBytes }) {
  const results = [...times].map(([row, values]) => ({ ...row, ...summaryOf(values) }));
  const ratios = { ...ratiosOf(results, peaks, coldStarts, films, batch, large), ...wholeFilmRatios(whole) };
  const engine = coldStarts.find(({ row }) => row.ours)?.bytes ?? null;
  const json = {
    results: results.map(({ name, precision, threads, median_ms, min_ms, spread }) => ({
      name,
      precision,
      threads,
      median_ms,
      min_ms,
      spread,
    })),
    ratios,
    whole_films: whole,
    bytes: { engine_brotli: engine, page_brotli: pageBytes },
    memory: films?.memory ?? { film_12mp_mib: null, film_224_mib: null },
  };
  return { json, results, peaks, coldStarts, films, large, batch, whole };
}

/** @param {Summary} summary @param {number} rounds */
export function printReport(summary, rounds) {
  console.log(`${cpus()[0].model} (${vectorUnits()}), ${cpus().length} cores; ${versions().join(', ')}`);
  console.log(`${rounds} rounds of four runs in a row, after twenty that warm up. Milliseconds of the network alone:`);
  console.log('input ready, output fetched; ours with its heatmap, MediaPipe with its preparation of the picture.\n');
  printResults(summary);
  printColdStarts(summary.coldStarts);
  printWholeFilms(summary.whole);
  printFigures(summary);
}

/** @param {import('./whole_films.js').WholeFilms[]} rows */
export function printWholeFilms(rows) {
  console.log('\nWhole films of 2.5 megapixels in Node on one core, decoded and judged:\n');
  line('engine', 'Node', 'films a second', 'to the first answer, ms', 'peak MiB');
  line('---', '---', '--:', '--:', '--:');
  for (const { engine, node, films_a_second, first_ms, peak_mib } of rows)
    line(engine, node, fixed(films_a_second), fixed(first_ms, 0), fixed(peak_mib, 0));
  for (const [name, ratio] of Object.entries(wholeFilmRatios(rows))) console.log(`  ${name} ${fixed(ratio, 2)}`);
}

/** What the processor has, and what V8 was told to leave out. */
function vectorUnits() {
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const units = ['avx2', 'avx512f', 'avx_vnni', 'avx512_vnni'].filter((unit) => RegExp(`\\b${unit}\\b`).test(flags));
  return [units.join(' ') || 'vector units not known', ...V8_FLAGS].join(', V8 with ');
}

/** @param {string[]} cells */
const line = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const fixed = (/** @type {number} */ value, digits = 1) => value.toFixed(digits);

/** @param {Summary} summary */
function printResults({ results }) {
  line('engine', 'precision', 'threads', 'median', 'min', 'spread', 'to the best peer', 'by min');
  line('---', '---', '--:', '--:', '--:', '--:', '--:', '--:');
  for (const row of results) {
    const { name, precision, threads } = row;
    const times = [row.median_ms, row.min_ms, row.spread].map((value) => fixed(value));
    line(name, precision, String(threads), ...times, toBest(row, results, 'median_ms'), toBest(row, results, 'min_ms'));
  }
}

/** A row's ratio to the best peer of its kind. @param {'median_ms' | 'min_ms'} by */
function toBest(row, results, by) {
  const same = (other) => ['host', 'precision', 'threads'].every((key) => other[key] === row[key]);
  const peers = results.filter((other) => !other.ours && same(other));
  return peers.length > 0 ? fixed(row[by] / Math.min(...peers.map((peer) => peer[by])), 2) : '–';
}

/** @param {any[]} coldStarts */
function printColdStarts(coldStarts) {
  console.log(
    '\nNavigation to the first findings, and the engine over the wire (brotli 11, without network and film):\n',
  );
  line('engine', 'precision', 'cache empty, ms', 'cache warm, ms', 'KB');
  line('---', '---', '--:', '--:', '--:');
  for (const { row, empty, warm, bytes } of coldStarts)
    line(row.name, row.precision, fixed(empty, 0), fixed(warm, 0), fixed(bytes / 1000));
}

/** @param {Summary} summary */
function printFigures({ json, peaks, films, large, batch }) {
  console.log('\nMultiply-adds at best, one thread of WebAssembly in Chromium, GMAC/s:');
  for (const name of Object.keys(peaks[0] ?? {}))
    console.log(`  ${name} ${fixed(median(peaks.map((each) => each[name])))}`);
  if (films) printDecoding('a grey JPEG of 2.5 megapixels', films.decode.grey);
  if (films) printDecoding('the same film as a coloured JPEG', films.decode.rgb);
  if (large)
    console.log(
      `A JPEG of 12 megapixels, int8, 2 threads: ours ${fixed(large.ours)} ms, createImageBitmap and LiteRT.js ${fixed(large.peer)} ms.`,
    );
  if (batch) printBatch(batch);
  console.log(
    `f32 is measured against ${peakOf(peaks, 'f32')?.toFixed(1)}, int8 against ${peakOf(peaks, 'int8')?.toFixed(1)}.`,
  );
  for (const part of ['ratios', 'bytes', 'memory'])
    for (const [name, value] of Object.entries(json[part]))
      console.log(`  ${name} ${value === null ? 'not measured' : fixed(value, part === 'ratios' ? 2 : 0)}`);
}

/** @param {string} what @param {{ ours_ms: number, plain_ms: number }} times */
function printDecoding(what, { ours_ms, plain_ms }) {
  const [ours, plain] = [fixed(ours_ms), fixed(plain_ms)];
  console.log(`Decoding ${what}: ours ${ours} ms, stb_image without SIMD ${plain} ms.`);
}

/** @param {{ ms_alone: number, ms_batch: number }} batch */
function printBatch({ ms_alone, ms_batch }) {
  const [alone, each] = [fixed(ms_alone), fixed(ms_batch)];
  console.log(`A film of 2.5 megapixels in Node: alone on one core ${alone} ms, of a folder on two cores ${each} ms.`);
}
