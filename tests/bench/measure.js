// The measurements: everything that takes time, nothing that judges it.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { openPage, serveSite } from '../fixtures/browser.js';
import { disagreements } from './agree.js';
import { coldStart, openChromiumRow } from './chromium_row.js';
import { openNodeRow } from './node_row.js';
import { DIST, NODE, V8_FLAGS } from './places.js';
import { COLD_ROWS, label, ROWS } from './rows.js';
import { fileOf } from './serve.js';
import { median } from './statistics.js';
import { weighAll } from './weigh.js';

/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('playwright-core').Browser} Browser */

const BURST = 4;
const WARM_UP = 20; // runs of each, for compilers, caches and what an engine tries out
const PAUSE_MS = 100; // for the spinning threads of the last engine to fall asleep
const COLD_ROUNDS = 5;
const LARGE_ROUNDS = 11;

/** The peak takes part like an engine. */
const PEAK = { name: 'peak', engine: 'peak', host: 'chromium', precision: 'f32', network: '/built/peak_relaxed.wasm' };

const say = (/** @type {string} */ sentence) => console.error(`notice: ${sentence}`);
/** @param {string} what @param {any} error */
const notice = (what, error) => say(`${what}: ${String(error.message).split('\n')[0]}`);

/**
 * Opens every row, then takes a burst of each in turn, round after round.
 * @param {Browser} browser @param {string} url @param {Row[]} rows @param {number} rounds
 * @returns {Promise<{ times: Map<Row, number[]>, peaks: Record<string, number>[] }>} milliseconds; GMAC/s
 */
export async function measureRows(browser, url, rows, rounds) {
  const open = await openRows(browser, url, [PEAK, ...rows]);
  disagreements(open).forEach(say);
  for (const { burst } of open.values()) await burst(WARM_UP);
  const times = new Map([...open.keys()].map((row) => [row, []]));
  const peaks = [];
  for (let round = 0; round < rounds; round++)
    for (const [row, { burst }] of open) {
      const runs = await burst(BURST);
      if (row === PEAK) peaks.push(...runs.map((run) => run.peaks));
      else times.get(row).push(...runs.map(({ ms }) => ms));
      await pause(PAUSE_MS);
    }
  for (const { close } of open.values()) await close();
  times.delete(PEAK);
  return { times, peaks };
}

async function openRows(browser, url, rows) {
  const open = new Map();
  for (const row of rows)
    try {
      const opened = row.host === 'node' ? await openNodeRow(row) : await openChromiumRow(browser, url, row);
      open.set(row, opened);
    } catch (error) {
      notice(`${label(row)} is left out`, error);
    }
  return open;
}

/** From the file of a film of twelve megapixels to findings, against the browser's own decoder and LiteRT.js.
 * @param {Browser} browser @param {string} url
 * @returns {Promise<{ ours: number, peer: number } | null>} milliseconds, medians; null where one of them does not run */
export async function measureLargeFilm(browser, url) {
  const names = ['Pneumoscope relaxed, chromium, int8, 2 threads', 'LiteRT.js, int8, 2 threads'];
  const rows = await openRows(
    browser,
    url,
    ROWS.filter((row) => names.includes(label(row))),
  );
  const open = [...rows.values()]; // in the order of ROWS, ours first
  const times = open.map(() => []);
  for (let round = 0; round < LARGE_ROUNDS; round++)
    for (const [i, { whole }] of open.entries()) times[i].push(await whole('/films/film_12mp.jpg'));
  for (const { close } of open) await close();
  return open.length === names.length ? { ours: median(times[0]), peer: median(times[1]) } : null;
}

/** @param {Browser} browser @param {string} url @param {(row: Row) => boolean} wanted */
export async function measureColdStarts(browser, url, wanted) {
  const found = new Map();
  for (let round = 0; round < COLD_ROUNDS; round++)
    for (const row of COLD_ROWS.filter(wanted))
      try {
        const start = await coldStart(browser, url, row);
        found.set(row, [...(found.get(row) ?? []), start]);
      } catch (error) {
        if (round === 0) notice(`the cold start of ${label(row)} is left out`, error);
      }
  return [...found].map(([row, starts]) => ({
    row,
    empty: median(starts.map(({ empty }) => empty)),
    warm: median(starts.map(({ warm }) => warm)),
    requests: starts[0].requests,
  }));
}

/** Of an engine, without the page around it, network and film. @param {string[]} requests paths on the server */
export function engineBytes(requests) {
  const ofEngine = requests.filter(
    (path) => !/^\/(films|networks|shared)\/|\/model\/|\/page\.js|\/index\.html/.test(path),
  );
  return weighAll(ofEngine.map(fileOf));
}

/** All that our own page asks for. @param {Browser} browser */
export async function pageBytes(browser) {
  const site = await serveSite();
  const { context, requests } = await openPage(browser, site.url);
  await context.close();
  site.close();
  const paths = [...new Set(requests)]
    .filter((each) => each.startsWith(site.url))
    .map((each) => each.slice(site.url.length));
  return weighAll(paths.map((path) => DIST + (path || 'index.html')));
}

/** What a script of this folder prints, or null. @param {'films.js' | 'batch.js'} name @param {string} what it measures */
export function runScript(name, what) {
  try {
    const script = fileURLToPath(new URL(name, import.meta.url));
    return JSON.parse(execFileSync(NODE, [...V8_FLAGS, script], { encoding: 'utf8' }));
  } catch (error) {
    notice(`${what} are left out`, error);
    return null;
  }
}
