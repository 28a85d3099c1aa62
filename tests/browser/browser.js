// Chromium on the built site, and what it did that it should not have.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { MODEL } from '../node/package.js';
import { siteServer } from '../../web/site/site.js';

/** The model that the page loads. */
export { MODEL };

export const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why there is no browser test on this machine, if so. */
export const noBrowser = existsSync(executablePath)
  ? false
  : `there is no ${executablePath}; $CHROMIUM may name another`;

const messages = new URL('../../web/element/messages/', import.meta.url);

/** What the page says, by language and key. @type {Record<string, Record<string, string | Record<string, string>>>} */
export const WORDS = Object.fromEntries(
  await Promise.all(
    readdirSync(messages).map(async (name) => [
      name.replace('.js', ''),
      (await import(new URL(name, messages).href)).default,
    ]),
  ),
);
const READY = new RegExp(
  Object.values(WORDS)
    .map((words) => words['status.ready'])
    .join('|'),
);

const QUIET = [
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
];

/** A name for this machine that is no `localhost`: a page from there, without TLS, is no secure context. */
export const PLAIN_HOST = 'hospital.test';

/** @param {string[]} [more] switches of Chromium's */
export function launch(more = []) {
  const names = `host-resolver-rules=MAP ${PLAIN_HOST} localhost`;
  const args = ['no-sandbox', 'disable-gpu', names, ...QUIET, ...more].map((name) => `--${name}`);
  return chromium.launch({ executablePath, args });
}

/**
 * @param {{ isolated?: boolean, folder?: string }} [options]
 * @returns {Promise<{ url: string, server: import('node:http').Server, close: () => void }>}
 */
export async function serveSite({ folder = DIST, ...options } = {}) {
  const server = siteServer(folder, options).listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${port}/`, server, close };
}

/**
 * For a suite: a browser and the built site, there when its first test begins and gone after its last.
 * @returns {{ browser: import('playwright-core').Browser, site: Awaited<ReturnType<typeof serveSite>> }}
 */
export function browserAndSite() {
  const here = /** @type {ReturnType<typeof browserAndSite>} */ ({});
  before(async () => {
    [here.browser, here.site] = await Promise.all([launch(), serveSite()]);
  });
  after(async () => {
    await here.browser?.close();
    here.site?.close();
  });
  return here;
}

/** @param {{ after: (done: () => Promise<void>) => void }} t a test, or whatever else calls the function when it is done
 * @returns {Promise<string>} a copy of the site for a test to change */
export async function siteCopy(t) {
  const folder = await mkdtemp(join(tmpdir(), 'pneumoscope-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(DIST, folder, { recursive: true });
  return folder;
}

/**
 * Opens the page in a fresh context and waits until the engine runs.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {import('playwright-core').BrowserContextOptions} [options]
 * @param {(context: import('playwright-core').BrowserContext) => Promise<void>} [prepare] before the page is asked for
 * @returns `requests` and `complaints` grow as the page and its workers ask for addresses and log errors or warnings; what
 *   the service worker fetches for later is not among them
 */
export async function openPage(browser, url, options, prepare) {
  const context = await browser.newContext(options);
  await prepare?.(context);
  /** @type {string[]} */
  const requests = [];
  /** @type {string[]} */
  const complaints = [];
  context.on('request', (request) => {
    if (!request.serviceWorker()) requests.push(request.url());
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.getByRole('status').filter({ hasText: READY }).waitFor({ state: 'attached' });
  return { context, page, requests, complaints };
}

/** @typedef {{ name: string, mimeType: string, buffer: Buffer }} FilmFile */

/** Drops a file on an element as a person's mouse would.
 * @param {import('playwright-core').Page} page @param {string} selector @param {FilmFile} file */
export const drop = (page, selector, file) => dropAll(page, selector, [file]);

/** Drops files on an element, or pastes them there.
 * @param {import('playwright-core').Page} page @param {string} selector @param {FilmFile[]} files
 * @param {'drop' | 'paste'} [how] */
export async function dropAll(page, selector, files, how = 'drop') {
  const transfer = await page.evaluateHandle(
    (all) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, bytes } of all)
        transfer.items.add(new File([Uint8Array.from(bytes)], name, { type: mimeType }));
      return transfer;
    },
    files.map(({ name, mimeType, buffer }) => ({ name, mimeType, bytes: [...buffer] })),
  );
  if (how === 'paste')
    return page.evaluate(
      (clipboardData) => window.dispatchEvent(new ClipboardEvent('paste', { clipboardData })),
      transfer,
    );
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(selector, event, { dataTransfer: transfer });
}

/** The sample films of the site. @returns {FilmFile[]} */
export function sampleFilms() {
  const folder = new URL('../../web/samples/', import.meta.url);
  const names = readdirSync(folder).filter((name) => /\.(png|jpg)$/.test(name));
  return names.map((name) => ({ name, mimeType: 'image/png', buffer: readFileSync(new URL(name, folder)) }));
}

/** Whether a canvas is seen and has something on it. @param {import('playwright-core').Locator} canvas */
export async function isDrawn(canvas) {
  await canvas.waitFor();
  return canvas.evaluate((/** @type {HTMLCanvasElement} */ element) => {
    const blank = Object.assign(document.createElement('canvas'), { width: element.width, height: element.height });
    return element.toDataURL() !== blank.toDataURL();
  });
}

/** Finds what axe objects to, under all its rules. @param {import('playwright-core').Page} page @param {string} state */
export async function expectAccessible(page, state) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  assert.deepEqual(found, [], state);
}

/** In both themes. @param {import('playwright-core').Page} page @param {string} state */
export async function expectAccessibleInBoth(page, state) {
  for (const theme of ['light', 'dark']) {
    await page.selectOption('#theme', theme);
    await expectAccessible(page, `${state}, ${theme}`);
  }
}

/** What a page might be made to run is refused by its policy. @param {import('playwright-core').Page} page */
export async function expectNoTextAsCode(page) {
  const outcomes = await page.evaluate(() => {
    const tries = [
      () => (document.createElement('div').innerHTML = '<b onclick="x()">text</b>'),
      () => (document.createElement('script').text = 'x()'),
      () => (document.createElement('script').src = 'https://example.org/x.js'),
      () => new Worker('https://example.org/x.js'),
    ];
    return tries.map((run) => {
      try {
        return String(run());
      } catch (error) {
        return /** @type {Error} */ (error).name;
      }
    });
  });
  assert.deepEqual(outcomes, ['TypeError', 'TypeError', 'TypeError', 'TypeError']);
}

/** The page is no wider than its window. @param {import('playwright-core').Page} page */
export async function expectNoSidewaysScroll(page) {
  const { wide, seen } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, seen: innerWidth }));
  assert.ok(wide <= seen, `${wide} pixels in a window of ${seen}`);
}
