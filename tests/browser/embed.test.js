// <pneumo-scope> in somebody else's page, which has nothing of ours but pneumo-scope.js.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { browserAndSite, drop, expectAccessible, isDrawn, noBrowser, sampleFilms, WORDS } from './browser.js';

const [film] = sampleFilms();
const HOST = `<!doctype html><html lang="en"><title>A ward's page</title>
  <style>button { display: none } p { text-transform: uppercase }</style>
  <main><h1>Ward 3</h1><pneumo-scope data-theme="light"></pneumo-scope><p>Ours</p></main>
  <script type="module" src="/lib/pneumo-scope.js"></script>
  <script>addEventListener('findings', ({ detail }) => (window.findings = detail))</script>`;

describe('<pneumo-scope> alone', { skip: noBrowser, timeout: 300_000 }, () => {
  const here = browserAndSite();

  /** The host's page on an address of its own, the package in a folder of it. */
  async function openHost(lang = 'en') {
    const context = await here.browser.newContext({ viewport: { width: 1000, height: 800 } });
    const page = await context.newPage();
    /** @type {string[]} */
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.route('**/ward.html', (route) =>
      route.fulfill({ contentType: 'text/html', body: HOST.replace('lang="en"', `lang="${lang}"`) }),
    );
    await page.route('**/lib/**', async (route) => {
      const response = await route.fetch({ url: route.request().url().replace('/lib/', '/') });
      await route.fulfill({ response });
    });
    await page.goto(`${here.site.url}ward.html`);
    return { context, page, complaints };
  }

  test('reads a film dropped on it, shows it, and tells the page', async () => {
    const { context, page, complaints } = await openHost();
    await drop(page, 'pneumo-scope', film);
    await page.locator('#film-name', { hasText: film.name }).waitFor();
    await page.waitForFunction(() => 'findings' in window);
    const { decision, width } = await page.evaluate(() => /** @type {any} */ (window).findings);
    assert.deepEqual([decision, width], ['normal', 480]);
    assert.ok(await isDrawn(page.locator('.frame > .picture')));
    assert.equal(
      await page.getByRole('button', { name: 'Invert' }).isVisible(),
      true,
      "the page's style stays outside",
    );
    await expectAccessible(page, 'embedded');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test("speaks the page's language, and English where it has not got that one", async () => {
    for (const [lang, spoken] of [
      ['es-MX', 'es'],
      ['de', 'en'],
      ['no language', 'en'],
    ]) {
      const { context, page, complaints } = await openHost(lang);
      await page.getByText(String(WORDS[spoken]['intake.drop'])).waitFor();
      assert.equal(await page.getAttribute('pneumo-scope', 'lang'), spoken);
      assert.deepEqual(complaints, []);
      await page.unrouteAll({ behavior: 'ignoreErrors' }); // the model is still on its way
      await context.close();
    }
  });

  test('reads what the page hands it, and ends its engine when it is taken out', async () => {
    const { context, page } = await openHost();
    await page.evaluate(
      async (bytes) => {
        await customElements.whenDefined('pneumo-scope');
        const scope = /** @type {any} */ (document.querySelector('pneumo-scope'));
        scope.read(new Blob([Uint8Array.from(bytes)]), 'from the ward');
      },
      [...film.buffer],
    );
    await page.locator('#film-name', { hasText: 'from the ward' }).waitFor();
    assert.ok(page.workers().length > 0);
    await page.evaluate(() => document.querySelector('pneumo-scope')?.remove());
    for (let tries = 0; page.workers().length > 0 && tries < 50; tries++) await page.waitForTimeout(100);
    assert.equal(page.workers().length, 0);
    await context.close();
  });
});
