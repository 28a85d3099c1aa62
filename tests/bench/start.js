// node tests/bench/start.js [--rounds N] [--beside DIST] [--slow N] [--causes]
//
// How fast the page itself is, in headless Chromium on localhost: from the navigation to the first answer, the longest tasks of the
// main thread at start and while 300 films are read, the Tab key's stops before the answer, the memory of ten large films, and a
// drag of the window tool. Other work on the machine falls on every figure: the load is printed with them.
// --beside: another build, measured in turn with this one. --slow: Chromium makes the processor so many times slower.
// --causes: only the main thread's tasks, by the time that the processor worked at them, and what the longest spent it on.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dicomFile } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import { DIST, launch, sampleFilms, serveSite } from '../fixtures/browser.js';
import { median } from './statistics.js';
import { CATEGORIES, describe, tasksOf } from './tasks.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('../fixtures/browser.js').FilmFile} FilmFile */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    slow: { type: 'string', default: '1' },
    beside: { type: 'string' },
    causes: { type: 'boolean', default: false },
  },
});
const MANY = 300;
const viewport = { width: 1366, height: 768 };
const [sample] = sampleFilms();
const browser = await launch();
const folders = [DIST, ...(values.beside ? [`${resolve(values.beside)}/`] : [])];
const builds = await Promise.all(
  folders.map(async (folder, i) => ({ name: ['this build', folder][i], site: await serveSite({ folder }) })),
);
let { site } = builds[0];
const folder = mkdtempSync(join(tmpdir(), 'pneumoscope-'));
const films = manyFiles();

if (values.causes) await printCauses();
else {
  await printTimes();
  await printRest();
}
console.log(`load of the machine: ${loadavg().map((one) => one.toFixed(1))}`);
await browser.close();
for (const { site } of builds) site.close();
rmSync(folder, { recursive: true });

/** Of each build in turn. */
async function printTimes() {
  const kinds = /** @type {const} */ ([
    'navigation to the first answer, cold, ms',
    'navigation to the first answer, warm, ms',
    'longest task at start, ms',
    'tasks at start, what is above 50 ms, ms',
    'longest task while 300 films are read, ms',
    'tasks while 300 films are read, what is above 50 ms, ms',
    '300 films from the drop to the last answer, ms',
  ]);
  const times = builds.map(() => kinds.map(() => /** @type {number[]} */ ([])));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [which, build] of builds.entries()) {
      site = build.site;
      await withPage(async (page) => {
        const cold = await firstAnswer(page);
        const start = await tasks(page);
        await page.locator('#proof-kept').waitFor({ state: 'attached' });
        const warm = await firstAnswer(page);
        await quiet(page);
        const whole = await dropMany(page);
        const reading = await tasks(page);
        [cold, warm, start.longest, start.above, reading.longest, reading.above, whole].forEach((ms, i) =>
          times[which][i].push(ms),
        );
      });
    }
  for (const [i, kind] of kinds.entries())
    for (const [which, { name }] of builds.entries()) print(`${kind}, ${name}`, times[which][i]);
  site = builds[0].site;
}

/** Of each build in turn what the processor did for the main thread, and of its last round the longest tasks. */
async function printCauses() {
  const kinds = ['at start', `while ${MANY} films are read`];
  const found = builds.map(() => kinds.map(() => /** @type {ReturnType<typeof tasksOf>[]} */ ([])));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [which, build] of builds.entries()) {
      site = build.site;
      await withPage(async (page) => {
        found[which][0].push(await traced(page, () => firstAnswer(page)));
        await page.locator('.busy').waitFor({ state: 'detached' });
        found[which][1].push(await traced(page, () => dropMany(page)));
      });
    }
  for (const [i, kind] of kinds.entries())
    for (const [which, { name }] of builds.entries()) {
      const rounds = found[which][i];
      print(
        `longest task ${kind}, processor, ms, ${name}`,
        rounds.map(({ longest }) => longest[0].processor),
      );
      print(
        `all tasks ${kind}, processor, ms, ${name}`,
        rounds.map(({ all }) => all),
      );
      for (const task of rounds[rounds.length - 1].longest) console.log(`  ${describe(task)}`);
    }
}

/** @param {Page} page @param {() => Promise<unknown>} act */
async function traced(page, act) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  return tasksOf(await browser.stopTracing(), site.url);
}

async function printRest() {
  await withPage(async (page) => {
    await firstAnswer(page);
    console.log(`Tab stops to the answer: ${await tabStops(page)}`);
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
    console.log(
      `memory of all of Chromium, before and after each of ten films of 12 megapixels, MiB: ${mib.join(', ')}`,
    );
  });
  await withPage(async (page) => {
    const film = Buffer.from(dicomFile(largeFilm()));
    await firstAnswer(page, { name: 'drag.dcm', mimeType: 'application/dicom', buffer: film });
    const { whole, frames } = await drag(page);
    console.log(
      `drag of 30 moves, 3.6 megapixels: ${Math.round(whole)} ms; 90 % of frames below ${Math.round(frames)} ms`,
    );
  });
}

/** @param {(page: Page) => Promise<void>} act */
async function withPage(act) {
  const context = await browser.newContext({ viewport });
  await context.addInitScript(watchTasks);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: Number(values.slow) });
  await act(page);
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
  const seen = { longest: 0, above: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      seen.longest = Math.max(seen.longest, duration);
      seen.above += duration - 50;
    }
  }).observe({ type: 'longtask', buffered: true });
  Object.assign(window, { seen });
}

/** Longest task, and what all tasks took above 50 ms; 0 where none took as long. @param {Page} page
 * @returns {Promise<{ longest: number, above: number }>} ms */
function tasks(page) {
  return page.evaluate(() => /** @type {any} */ (window.seen));
}

/** Forgets the tasks so far, once there is nothing left of the first answer. @param {Page} page */
async function quiet(page) {
  await page.locator('.busy').waitFor({ state: 'detached' });
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  await page.evaluate(() => Object.assign(/** @type {any} */ (window).seen, { longest: 0, above: 0 }));
}

/** Small films on disk: the browser takes them as it takes a person's, and no script makes them in the page. */
function manyFiles() {
  const tiny = Buffer.from(greyPng({ width: 64, height: 48 }));
  return copies(MANY, { ...sample, buffer: tiny }).map(({ name, buffer }) => {
    const path = join(folder, name);
    writeFileSync(path, buffer);
    return path;
  });
}

/** Drops them as a person's mouse does, and waits for the last answer. @param {Page} page @returns {Promise<number>} ms */
async function dropMany(page) {
  const session = await page.context().newCDPSession(page);
  const begin = performance.now();
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop']))
    await session.send('Input.dispatchDragEvent', {
      ...{ type, x: 600, y: 400 },
      data: { items: [], files: films, dragOperationsMask: 1 },
    });
  const all = `${MANY + 1} of ${MANY + 1} done.`;
  await page.locator('.list-head', { hasText: all }).waitFor({ state: 'attached', timeout: 240_000 });
  return performance.now() - begin;
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
