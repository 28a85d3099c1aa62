// node tests/bench/start.js [--rounds N]
//
// How fast the page itself is, in headless Chromium on localhost: from the navigation to the first answer, the longest task of the
// main thread, the Tab key's stops before the answer, the memory of ten large films, and a drag of the window tool. Other work
// on the machine falls on every figure: the load is printed with them.

import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { dicomFile } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import { launch, sampleFilms, serveSite } from '../fixtures/browser.js';
import { median } from './statistics.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('../fixtures/browser.js').FilmFile} FilmFile */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const viewport = { width: 1366, height: 768 };
const [sample] = sampleFilms();
const [browser, site] = await Promise.all([launch(), serveSite()]);

const cold = [];
const warm = [];
const tasks = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const context = await browser.newContext({ viewport });
  await context.addInitScript(watchTasks);
  const page = await context.newPage();
  cold.push(await firstAnswer(page));
  tasks.push(await longest(page));
  await page.locator('#proof-kept').waitFor({ state: 'attached' });
  warm.push(await firstAnswer(page));
  await context.close();
}
print('navigation to the first answer, cold, ms', cold);
print('navigation to the first answer, warm, ms', warm);
print('longest task at start, ms', tasks);
await withPage(async (page) => {
  await firstAnswer(page);
  console.log(`Tab stops to the answer: ${await tabStops(page)}`);
});
await withPage(async (page) => {
  await firstAnswer(page);
  await page.evaluate(() => /** @type {any} */ (window.longest = 0));
  const tiny = Buffer.from(greyPng({ width: 64, height: 48 }));
  await page.setInputFiles('#file', copies(300, { ...sample, buffer: tiny }));
  await page.locator('.list-head', { hasText: '301 of 301 done.' }).waitFor({ state: 'attached', timeout: 120_000 });
  console.log(`longest task while 300 films are read: ${Math.round(await longest(page))} ms`);
});
await withPage(async (page) => {
  const large = { ...sample, buffer: Buffer.from(greyPng({ width: 4000, height: 3000 })) };
  await firstAnswer(page);
  const mib = [await memory()];
  for (const film of copies(10, large)) {
    await page.setInputFiles('#file', film);
    await page.locator('#film-name', { hasText: film.name }).waitFor({ timeout: 60_000 });
    await page.locator('.busy').waitFor({ state: 'detached', timeout: 60_000 });
    mib.push(await memory());
  }
  console.log(`memory of all of Chromium, before and after each of ten films of 12 megapixels, MiB: ${mib.join(', ')}`);
});
await withPage(async (page) => {
  const film = Buffer.from(dicomFile(largeFilm()));
  await firstAnswer(page, { name: 'drag.dcm', mimeType: 'application/dicom', buffer: film });
  const { whole, frames } = await drag(page);
  console.log(
    `drag of 30 moves, 3.6 megapixels: ${Math.round(whole)} ms; 90 % of frames below ${Math.round(frames)} ms`,
  );
});
console.log(`load of the machine: ${loadavg().map((one) => one.toFixed(1))}`);
await browser.close();
site.close();

/** @param {(page: Page) => Promise<void>} act */
async function withPage(act) {
  const context = await browser.newContext({ viewport });
  await context.addInitScript(watchTasks);
  await act(await context.newPage());
  await context.close();
}

/** @param {Page} page @param {FilmFile} [film] @returns {Promise<number>} ms */
async function firstAnswer(page, film = sample) {
  const begin = performance.now();
  await page.goto(site.url);
  await page.locator('#file').waitFor({ state: 'attached' });
  await page.setInputFiles('#file', film);
  await page.locator('#result').waitFor({ timeout: 60_000 });
  return performance.now() - begin;
}

/** In the page, before its scripts. */
function watchTasks() {
  /** @type {any} */ (window).longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      /** @type {any} */ (window).longest = Math.max(/** @type {any} */ (window).longest, duration);
  }).observe({ type: 'longtask', buffered: true });
}

/** @param {Page} page @returns {Promise<number>} */
function longest(page) {
  return page.evaluate(() => /** @type {any} */ (window).longest);
}

/** From the top of the page. @param {Page} page */
async function tabStops(page) {
  await page.evaluate(() => {
    const scope = document.querySelector('pneumo-scope');
    /** @type {HTMLElement | null | undefined} */ (scope?.shadowRoot?.activeElement)?.blur();
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  for (let stops = 1; stops < 100; stops++) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate(() => {
      const inner = document.querySelector('pneumo-scope')?.shadowRoot?.activeElement;
      return Boolean(inner?.closest('pneumo-answer'));
    });
    if (there) return stops;
  }
  return Infinity;
}

/** Resident memory of Chromium's processes in MiB, as Linux counts it. */
async function memory() {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const kib = processInfo.map(({ id }) => {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  });
  return Math.round(kib.reduce((sum, one) => sum + one, 0) / 1024);
}

/** @param {Page} page */
async function drag(page) {
  const box = await page.locator('.frame').boundingBox();
  if (!box) throw new Error('There is no film to drag.');
  await page.locator('[data-action=tool-window]').click();
  await page.evaluate(() => {
    const times = /** @type {number[]} */ ([]);
    const note = (/** @type {number} */ now) => (times.push(now), requestAnimationFrame(note));
    requestAnimationFrame(note);
    /** @type {any} */ (window).times = times;
  });
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.down();
  await page.evaluate(() => /** @type {any} */ (window.times.length = 0));
  const begin = performance.now();
  for (let move = 1; move <= 30; move++) await page.mouse.move(box.x + 200 + 3 * move, box.y + 200 + 2 * move);
  await page.mouse.up();
  const times = await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => done(/** @type {any} */ (window).times))),
  );
  const whole = performance.now() - begin;
  const gaps = times.slice(1).map((/** @type {number} */ time, /** @type {number} */ i) => time - times[i]);
  gaps.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
  return { whole, frames: gaps[Math.floor(0.9 * gaps.length)] ?? NaN };
}

/** A DICOM film of 1841 x 1955 pixels of 12 bits. */
function largeFilm() {
  const [width, height] = [1841, 1955];
  const pixels = Uint16Array.from({ length: width * height }, (_, i) => (((i % width) * 2) ^ (i >> 9)) & 4095);
  return {
    tags: {
      0x00280010: /** @type {const} */ ([0x00280010, 'US', height]),
      0x00280011: /** @type {const} */ ([0x00280011, 'US', width]),
      0x00280100: /** @type {const} */ ([0x00280100, 'US', 16]),
      0x00280101: /** @type {const} */ ([0x00280101, 'US', 12]),
      0x00280102: /** @type {const} */ ([0x00280102, 'US', 11]),
    },
    pixels: new Uint8Array(pixels.buffer),
  };
}

/** Films that differ in their last bytes. @param {number} count @param {FilmFile} film @returns {FilmFile[]} */
function copies(count, film) {
  return Array.from({ length: count }, (_, i) => ({
    ...film,
    name: `${i + 1}.png`,
    buffer: Buffer.concat([film.buffer, Buffer.from(`copy ${i}`)]),
  }));
}

/** @param {string} what @param {number[]} ms */
function print(what, ms) {
  console.log(`${what}: median ${Math.round(median(ms))} of ${ms.map(Math.round).join(', ')}`);
}
