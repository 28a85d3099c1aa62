// A row that runs in a page of its own in Chromium.

const START_MS = 120_000;

/** @param {string} url of the server @param {import('./rows.js').Row} row */
function address(url, { engine, precision, threads, network, variant }) {
  const query = new URLSearchParams({ engine, precision });
  if (threads) query.set('threads', String(threads));
  if (network) query.set('network', network);
  if (variant) query.set('variant', variant);
  return `${url}/page/index.html?${query}`;
}

/** Waits until the page has its first findings; rejects with what the page complained of.
 * @param {import('playwright-core').Page} page @param {() => Promise<unknown>} go starts the navigation */
async function firstFindings(page, go) {
  const broken = new Promise((_, reject) => page.once('pageerror', reject));
  broken.catch(() => {}); // after the race it concerns nobody
  const started = go().then(() => page.waitForFunction(() => 'bench' in globalThis, null, { timeout: START_MS }));
  await Promise.race([started, broken]);
  return page.evaluate(() => ({ ms: globalThis.bench.firstFindingsMs, outputs: globalThis.bench.outputs }));
}

/**
 * @param {import('playwright-core').Browser} browser @param {string} url @param {import('./rows.js').Row} row
 * @returns {Promise<{ outputs: number[], burst: (n: number) => Promise<any[]>, close: () => Promise<void> }>}
 */
export async function openChromiumRow(browser, url, row) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const { outputs } = await firstFindings(page, () => page.goto(address(url, row)));
    const burst = (/** @type {number} */ n) => page.evaluate((n) => globalThis.bench.burst(n), n);
    return { outputs, burst, close: () => context.close() };
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
    const empty = await firstFindings(page, () => page.goto(address(url, row)));
    const warm = await firstFindings(page, () => page.reload());
    const paths = [...requests].filter((each) => each.startsWith(`${url}/`)).map((each) => each.slice(url.length));
    return { empty: empty.ms, warm: warm.ms, requests: paths };
  } finally {
    await context.close();
  }
}
