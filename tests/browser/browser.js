// Chromium on the built site, and what it did that it should not have.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { siteServer } from '../../web/site.js';

export const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why there is no browser test on this machine, if so. */
export const noBrowser = existsSync(executablePath)
  ? false
  : `there is no ${executablePath}; $CHROMIUM may name another`;

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

/** @param {import('node:test').TestContext} t @returns {Promise<string>} a copy of the site for a test to change */
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
 * @returns `requests` and `complaints` grow as the page and its workers ask for addresses and log errors or warnings; what
 *   the service worker fetches for later is not among them
 */
export async function openPage(browser, url, options) {
  const context = await browser.newContext(options);
  /** @type {string[]} */
  const requests = [];
  /** @type {string[]} */
  const complaints = [];
  context.on('request', (request) => {
    if (!request.serviceWorker()) requests.push(request.url());
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.getByRole('status').filter({ hasText: 'Ready for a film.' }).waitFor({ state: 'attached' });
  return { context, page, requests, complaints };
}

/** Drops a file on an element as a person's mouse would.
 * @param {import('playwright-core').Page} page
 * @param {string} selector
 * @param {{ name: string, mimeType: string, buffer: Buffer }} file */
export async function drop(page, selector, { name, mimeType, buffer }) {
  const transfer = await page.evaluateHandle(
    ({ name, mimeType, bytes }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], name, { type: mimeType }));
      return transfer;
    },
    { name, mimeType, bytes: [...buffer] },
  );
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(selector, event, { dataTransfer: transfer });
}

/** Whether a canvas is seen and has something on it. @param {import('playwright-core').Locator} canvas */
export async function isDrawn(canvas) {
  await canvas.waitFor();
  return canvas.evaluate((/** @type {HTMLCanvasElement} */ element) => {
    const blank = Object.assign(document.createElement('canvas'), { width: element.width, height: element.height });
    return element.toDataURL() !== blank.toDataURL();
  });
}
