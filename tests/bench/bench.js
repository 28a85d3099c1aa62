// npm run bench [-- --json FILE --rounds N --only NAME --profile --whole-films --without-vnni]
//
// Compares the engine with its peers on the same network: in headless Chromium on localhost, cross-origin isolated, and
// in Node; all in one run, round by round, so that what else the machine does falls on everybody. --only keeps the rows
// whose names ("LiteRT.js, f32, 2 threads") contain NAME. --profile times every layer of ours instead. --whole-films compares only
// whole films in Node, decoding included. --without-vnni has V8 do without the instruction that processors before about 2021
// lack, for us and for all peers in WebAssembly.

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { launch, noBrowser } from '../fixtures/browser.js';
import { engineBytes, measureColdStarts, measureLargeFilm, measureRows, pageBytes, runScript } from './measure.js';
import { NODE, V8_FLAGS } from './places.js';
import { printReport, printWholeFilms, summarise } from './report.js';
import { label, ROWS } from './rows.js';
import { serve } from './serve.js';
import { setUp } from './setup.js';
import { measureWholeFilms } from './whole_films.js';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    profile: { type: 'boolean', default: false },
    'whole-films': { type: 'boolean', default: false },
    'without-vnni': { type: 'boolean', default: false },
  },
});

const WHOLE_FILM_ROUNDS = 5; // of some 20 seconds each
const rounds = Number(values.rounds);
const wanted = (/** @type {import('./rows.js').Row} */ row) =>
  label(row).toLowerCase().includes(values.only.toLowerCase());

if (!Number.isInteger(rounds) || rounds < 1) fail('--rounds must be a whole number from 1.');
if (noBrowser) fail(noBrowser);
await setUp();
if (values.profile) profile();
else if (values['whole-films']) printWholeFilms(measureWholeFilms(rounds));
else await compare();

function profile() {
  const script = fileURLToPath(new URL('profile.js', import.meta.url));
  process.exitCode = spawnSync(NODE, [...V8_FLAGS, script, String(rounds)], { stdio: 'inherit' }).status ?? 1;
}

async function compare() {
  const [browser, server] = [await launch(V8_FLAGS.map((flag) => `js-flags=${flag}`)), await serve()];
  const coldStarts = await measureColdStarts(browser, server.url, wanted);
  const { times, peaks } = await measureRows(browser, server.url, ROWS.filter(wanted), rounds);
  const large = await measureLargeFilm(browser, server.url);
  const films = runScript('films.js', 'memory and decoding');
  const batch = runScript('batch.js', 'folders of films');
  const whole = measureWholeFilms(WHOLE_FILM_ROUNDS);
  const page = await pageBytes(browser);
  await browser.close();
  server.close();
  const weighed = coldStarts.map((start) => ({ ...start, bytes: engineBytes(start.requests) }));
  const summary = summarise({ times, peaks, coldStarts: weighed, films, large, batch, whole, pageBytes: page });
  printReport(summary, rounds);
  if (values.json) await writeFile(values.json, `${JSON.stringify(summary.json, null, 2)}\n`);
}

/** @param {string} sentence */
function fail(sentence) {
  console.error(sentence);
  process.exit(2);
}
