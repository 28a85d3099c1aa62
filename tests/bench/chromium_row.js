// A row that runs in a page of its own in Chromium.

import { setTimeout as pause } from 'node:timers/promises';

const START_MS = 120_000;
const SETTLE_MS = 1000; // Chromium takes half a second of both cores to open a window

/** @param {string} url of the server @param {import('./rows.js').Row} row */
function address(url, { engine, precision, threads, network, variant }) {
  const query = new URLSearchParams({ engine, precision });
  if (threads) query.set('threads', String(threads));
  if (network) query.set('network', network);
  if (variant) query.set('variant', variant);
  return `${url}/page/index.html?${query}`;
}

/** Waits until the page says that it has its first findings; rejects with what the page complained of. To ask for them
 * meanwhile would cost the page 15 ms: Playwright first brings in a script of 330 KB.
 * @param {import('playwright-core').Page} page @param {() => Promise<unknown>} go starts the navigation */
async function firstFindings(page, go) {
  const broken = new Promise((_, reject) => page.once('pageerror', reject));
  broken.catch(() => {}); // after the race it concerns nobody
  const predicate = (/** @type {import('playwright-core').ConsoleMessage} */ said) => said.text() === 'first findings';
  await Promise.race([Promise.all([page.waitForEvent('console', { predicate, timeout: START_MS }), go()]), broken]);
  return page.evaluate(() => ({ ms: globalThis.bench.firstFindingsMs, outputs: globalThis.bench.outputs }));
}

/**
 * @param {import('playwright-core').Browser} browser @param {string} url @param {import('./rows.js').Row} row
 * @returns {Promise<{ outputs: number[], burst: (n: number) => Promise<any[]>, whole: (film: string) => Promise<number>,
 *   close: () => Promise<void> }>}
 */
export async function openChromiumRow(browser, url, row) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const { outputs } = await firstFindings(page, () => page.goto(address(url, row)));
    const burst = (/** @type {number} */ n) => page.evaluate((n) => globalThis.bench.burst(n), n);
    const whole = (/** @type {string} */ film) => page.evaluate((film) => globalThis.bench.whole(film), film);
    return { outputs, burst, whole, close: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/**
 * Navigation to first findings, with nothing cached and once more with everything cached.
 * @param {import('playwright-core').Browser} browser @param {string} url @param {import('./rows.js').Row} row
 * @returns {Promise<{ empty: number, warm: number, requests: string[] }>} milliseconds; paths on the server
 */
export async function coldStart(browser, url, row) {
  const context = await browser.newContext();
  /** @type {Set<string>} */
  const requests = new Set();
  context.on('request', (request) => requests.add(request.url()));
  try {
    const page = await context.newPage();
    await pause(SETTLE_MS);
    const empty = await firstFindings(page, () => page.goto(address(url, row)));
    await pause(SETTLE_MS);
    const warm = await firstFindings(page, () => page.reload());
    const paths = [...requests].filter((each) => each.startsWith(`${url}/`)).map((each) => each.slice(url.length));
    return { empty: empty.ms, warm: warm.ms, requests: paths };
  } finally {
    await context.close();
  }
}
