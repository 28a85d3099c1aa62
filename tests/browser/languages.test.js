// The page in each of its languages, in Chromium: on a phone nothing sticks out and axe finds nothing, no English is left,
// and a language is fetched when it is chosen and not before.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  browserAndSite,
  DIST,
  expectAccessible,
  expectNoSidewaysScroll,
  goOffline,
  WITH_SERVICE_WORKER,
  SUITE,
  openPage,
  openTab,
  sampleFilms,
  set,
  WORDS,
} from '../fixtures/browser.js';

const films = sampleFilms().map((film, i) => ({ ...film, name: `film-${i}.png` })); // no names that are words
const pneumonia = films[2];
const broken = { ...pneumonia, name: 'broken.png', buffer: pneumonia.buffer.subarray(0, 2000) };
/** What measured sets are called in the file that holds them. @type {string[]} */
const sets = JSON.parse(readFileSync(join(DIST, 'model/metrics.json'), 'utf8')).sets.map(
  (/** @type {any} */ { name }) => name,
);
const phone = { viewport: { width: 320, height: 740 } };
const others = Object.keys(WORDS).filter((code) => code !== 'en');

describe('the languages', SUITE, () => {
  const here = browserAndSite();

  test('on a phone each fits with everything open, is accessible, and has no English in it', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url, {
      ...WITH_SERVICE_WORKER,
      ...phone,
    });
    await page.setInputFiles('#file', [...films, broken]);
    await page.locator('.list-head', { hasText: '4 of 4 done.' }).waitFor({ state: 'attached' });
    await page.locator('.thumbs button').first().click();
    await page.locator('.rows .row').first().click();
    await page.locator('.busy').waitFor({ state: 'detached' });
    await openTab(page, 'model');
    const english = await sentences(page);
    assert.ok(english.length > 20, String(english.length));
    for (const code of others) {
      await choose(page, code);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page, code);
      const left = (await sentences(page)).filter((text) => english.includes(text));
      assert.deepEqual(left, [], code);
      const evidence = await page.locator('pneumo-evidence').innerText();
      for (const name of sets) assert.ok(evidence.includes(text(code, `set.${name}`)), `${code}: ${name}`);
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('numbers, dates and the title follow the language', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', films[0]);
    await page.locator('#film-name', { hasText: films[0].name }).waitFor();
    const probability = Number.parseFloat((await page.textContent('#probability')) ?? '');
    for (const code of others) {
      await choose(page, code);
      const percent = new Intl.NumberFormat(code, { style: 'percent', minimumFractionDigits: 1 });
      assert.equal(await page.textContent('#probability'), percent.format(probability / 100));
      assert.equal(await page.title(), WORDS[code]['app.title']);
      await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
      const today = new Intl.DateTimeFormat(code, { dateStyle: 'long' }).format(new Date());
      await page.locator('pneumo-report', { hasText: today }).waitFor({ state: 'attached' });
      await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    }
    await context.close();
  });

  test('Arabic turns the page round, and never the film, nor the lens', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1280, height: 800 } });
    await page.setInputFiles('#file', films[0]);
    await page.locator('#film-name', { hasText: films[0].name }).waitFor();
    await page.locator('.busy').waitFor({ state: 'detached' });
    const canvas = page.locator('.frame > canvas.picture');
    const picture = () => canvas.evaluate((one) => /** @type {HTMLCanvasElement} */ (one).toDataURL());
    const left = async (/** @type {string} */ selector) => (await page.locator(selector).boundingBox())?.x ?? 0;
    const before = await picture();
    assert.ok((await left('pneumo-answer')) > (await left('pneumo-stage')));
    await choose(page, 'ar');
    assert.equal(await page.getAttribute('html', 'dir'), 'rtl');
    assert.ok((await left('pneumo-answer')) < (await left('pneumo-stage')));
    assert.equal(await picture(), before);

    await page.keyboard.press('m');
    const frame = await page.locator('.frame').boundingBox();
    assert.ok(frame);
    await page.mouse.move(frame.x + 200, frame.y + 300);
    const lens = page.locator('.lens');
    await lens.waitFor();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const box = await lens.boundingBox();
    assert.ok(box);
    assert.deepEqual([box.x + box.width / 2 - frame.x, box.y + box.height / 2 - frame.y].map(Math.round), [200, 300]);

    // A name in Latin letters does not change places with the numbers beside it.
    assert.match((await page.textContent('#film-name')) ?? '', /^\u2068film-0\.png\u2069/);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await page.locator('pneumo-report', { hasText: text('ar', 'caution.normal') }).waitFor({ state: 'attached' });
    await context.close();
  });

  test("a trouble has its sentences in the language, and the engine's own below, marked as English", async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await choose(page, 'pt');
    await page.setInputFiles('#file', broken);
    await page.getByRole('heading', { name: text('pt', 'trouble.bad-image') }).waitFor();
    assert.equal(await page.textContent('#trouble-way'), text('pt', 'way.bad-image'));
    assert.equal(await page.getAttribute('#trouble-text', 'lang'), 'en');
    await context.close();
  });

  test("the browser's language is taken, and nothing of the others is fetched", async () => {
    for (const [locale, code] of [
      ['pt-PT', 'pt'],
      ['zh-CN', 'zh-Hans'],
      ['ar-EG', 'ar'],
      ['de-DE', 'en'],
    ]) {
      const { context, page, requests } = await openPage(here.browser, here.site.url, { locale });
      assert.equal(await page.getAttribute('html', 'lang'), code);
      assert.equal(await page.inputValue('#language'), code);
      const fetched = requests.flatMap((url) => others.filter((one) => url.startsWith(`${here.site.url}${one}-`)));
      assert.deepEqual(fetched, code === 'en' ? [] : [code]);
      await context.close();
    }
  });

  test('after one visit every language is there without a network, and in the single file too', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, WITH_SERVICE_WORKER);
    await goOffline(page);
    await page.reload();
    for (const code of others) await choose(page, code);
    await context.close();

    const file = pathToFileURL(join(DIST, 'pneumoscope.html')).href;
    const single = await openPage(here.browser, file, { offline: true });
    for (const code of others) await choose(single.page, code);
    assert.deepEqual(single.complaints, []);
    await single.context.close();
  });
});

/** @param {string} code @param {string} key of a message without plural forms */
const text = (code, key) => /** @type {string} */ (WORDS[code][key]);

/** @param {import('playwright-core').Page} page @param {string} code */
async function choose(page, code) {
  await set(page, '#language', code);
  await page.locator(`html[lang="${code}"]`).waitFor();
  await page.locator('#show-about', { hasText: text(code, 'about.short') }).waitFor();
}

/** What stands in the page's elements, in texts of four words and more; code is left out, and what names the engine and the
 * model.
 * @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
async function sentences(page) {
  const texts = await page.evaluate(() => {
    /** @param {Node} node @returns {string[]} */
    const below = (node) =>
      node instanceof Text
        ? [node.data]
        : node instanceof Element && node.matches('code, style, pneumo-engine')
          ? []
          : [...(node instanceof Element && node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes)].flatMap(
              below,
            );
    return below(document.body);
  });
  return texts.map((one) => one.trim()).filter((one) => /(\p{L}+\P{L}+){3}\p{L}/u.test(one));
}
