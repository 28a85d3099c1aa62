// The page in Chromium, on the built site with the real engine.

import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import { describe, test } from 'node:test';
import { greyPng } from '../fixtures/images.js';
import {
  browserAndSite,
  drop,
  expectAccessible,
  expectAccessibleInBoth,
  goOffline,
  isDrawn,
  WITH_SERVICE_WORKER,
  MODEL,
  SUITE,
  openMenu,
  openPage,
  PLAIN_HOST,
  sampleFilms,
  set,
  serveSite,
} from '../fixtures/browser.js';

const film = { name: 'film.png', mimeType: 'image/png', buffer: Buffer.from(greyPng({ width: 900, height: 700 })) };
/** The same picture in other bytes; the same bytes twice would be one film. @param {string} name */
const another = (name) => ({ ...film, name, buffer: Buffer.concat([film.buffer, Buffer.from(name)]) });
const broken = { name: 'broken.png', mimeType: 'image/png', buffer: film.buffer.subarray(0, 2000) };

describe('the page', SUITE, () => {
  const here = browserAndSite();

  test('a chosen film is read, and no request leaves meanwhile', async () => {
    const { context, page, requests, complaints } = await openPage(here.browser, here.site.url, WITH_SERVICE_WORKER);
    const loaded = requests.length;
    assert.ok(requests.includes(`${here.site.url}${MODEL}`), 'the worker is watched too');
    await page.setInputFiles('#file', film);
    await expectAnswer(page, 'film.png');
    assert.deepEqual(requests.slice(loaded), []);

    await goOffline(page);
    await page.setInputFiles('#file', another('offline.png'));
    await expectAnswer(page, 'offline.png');
    assert.deepEqual(requests.slice(loaded), []);

    const { origin } = new URL(here.site.url);
    assert.ok(requests.every((url) => url.startsWith(origin) || /^(data|blob):/.test(url)));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('a dropped film is read, wherever on the page it falls', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url);
    await drop(page, '#zone', film);
    await expectAnswer(page, 'film.png');
    await drop(page, 'h1', another('second.png'));
    await expectAnswer(page, 'second.png');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('an isolated page computes with threads', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    await page.setInputFiles('#file', film);
    await expectAnswer(page, 'film.png');
    const threads = Math.min(cpus().length, 4);
    assert.match(
      await page.textContent('#engine-line'),
      threads > 1 ? new RegExp(`relaxed-threads, ${threads} threads`) : /1 thread/,
    );
    await context.close();
  });

  test('a page from a host without TLS computes with one thread, and gives the same answer', async (t) => {
    const bare = await serveSite({ isolated: false });
    t.after(bare.close);
    const plain = bare.url.replace('localhost', PLAIN_HOST);
    const [one, two] = [
      await openPage(here.browser, here.site.url, WITH_SERVICE_WORKER),
      await openPage(here.browser, plain, WITH_SERVICE_WORKER),
    ];
    for (const { page } of [one, two]) {
      await page.setInputFiles('#file', film);
      await expectAnswer(page, 'film.png');
    }
    assert.equal(await two.page.evaluate(() => crossOriginIsolated), false);
    assert.match(await two.page.textContent('#engine-line'), /relaxed, 1 thread,/);
    assert.equal(await one.page.textContent('#result'), await two.page.textContent('#result'));
    assert.deepEqual(two.complaints, []);
    await Promise.all([one.context.close(), two.context.close()]);
  });

  test('a broken file gets a sentence, and the next film is read', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', broken);
    await page.getByRole('heading', { name: 'This file cannot be read as an X-ray' }).waitFor();
    assert.match(await page.textContent('#trouble-text'), /^[A-Z].*\.$/);
    assert.equal(await page.isVisible('#result'), false);
    await page.setInputFiles('#file', film);
    await expectAnswer(page, 'film.png');
    assert.equal(await page.isVisible('.trouble'), false);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('after the death of its worker the page goes on', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const main = page.workers().find((worker) => worker.url().endsWith('/worker.js'));
    await main?.evaluate(() => globalThis.close());
    await page.setInputFiles('#file', film);
    await expectAnswer(page, 'film.png');
    await context.close();
  });

  test('a page in place of the engine is named, and trying again mends it', async () => {
    const context = await here.browser.newContext();
    const page = await context.newPage();
    const wasm = '**/engine/*.wasm';
    await page.route(wasm, (route) => route.fulfill({ contentType: 'text/html', body: '<!DOCTYPE html>' }));
    await page.goto(here.site.url);
    await page.getByRole('heading', { name: 'Part of Pneumoscope could not be loaded' }).waitFor();
    const sentence = (await page.textContent('#trouble-text')) ?? '';
    assert.match(sentence, /engine\/.*\.wasm is not a WebAssembly module: text\/html, 200, .*"<!DOCTYPE html>"/);
    await page.unroute(wasm);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.setInputFiles('#file', film);
    await expectAnswer(page, 'film.png');
    await context.close();
  });

  test('a sample is read at the press of its button', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url);
    await page.locator('#sample-buttons button').first().press('Enter');
    await page.locator('#film-name', { hasText: /^synthetic-/ }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('before the engine is there the page says how far it is, takes films and changes its looks', async () => {
    const context = await here.browser.newContext();
    const page = await context.newPage();
    const held = holdBack();
    await page.route('**/engine/*.wasm', async (route) => {
      await held.until;
      await route.continue();
    });
    await page.goto(here.site.url);
    await page.locator('.loading', { hasText: /Fetching the engine and the model: \d/ }).waitFor();
    await expectAccessibleInBoth(page, 'starting');
    await page.setInputFiles('#file', film);
    await page.locator('.busy', { hasText: 'Fetching the engine and the model' }).waitFor();
    await page.waitForFunction(() => {
      const root = document.querySelector('pneumo-scope')?.shadowRoot;
      const canvas = /** @type {HTMLCanvasElement | null} */ (root?.querySelector('.frame > .picture'));
      const [x, y] = [(canvas?.width ?? 0) >> 1, (canvas?.height ?? 0) >> 1];
      return canvas?.getContext('2d')?.getImageData(x, y, 1, 1).data[3] === 255;
    }); // the browser's own picture of it
    await expectAccessible(page, 'reading');
    held.release();
    await expectAnswer(page, 'film.png');
    assert.equal(await page.locator('.loading').count(), 0);
    await context.close();
  });

  test('once the engine is there a film is decoded once, by the engine', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const ndecoded = await page.evaluateHandle(() => {
      const [decode, count] = [createImageBitmap.bind(window), { films: 0 }];
      window.createImageBitmap = (/** @type {any[]} */ ...details) => {
        count.films += Number(details[0] instanceof Blob);
        return /** @type {any} */ (decode)(...details);
      };
      return count;
    });
    await page.setInputFiles('#file', film);
    await expectAnswer(page, 'film.png');
    assert.deepEqual(await ndecoded.jsonValue(), { films: 0 });
    await context.close();
  });

  test('with the keyboard alone: from the first key to the answer, its details and another film', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const reach = async (/** @type {string} */ selector) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        const there = page.locator(`${selector}:focus`);
        if (await there.count()) return;
      }
      assert.fail(`${selector} cannot be reached with the Tab key`);
    };
    await reach('#file');
    await reach('#sample-buttons button');
    await page.keyboard.press('Enter');
    await page.locator('#film-name').waitFor();
    await page.locator('.frame:focus').waitFor();
    await page.keyboard.press('i');
    await page.locator('[data-action=invert][aria-pressed=true]').waitFor({ state: 'attached' });
    await reach('#print');
    await reach('#tab-evidence');
    await page.keyboard.press('ArrowRight');
    await reach('#check');
    await page.keyboard.press('Enter');
    await page.locator('#holds').waitFor();
    await context.close();
  });

  test('five stops of the Tab key lead from the top of the page to the answer', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', sampleFilms()[0]);
    await page.locator('#result').waitFor();
    await page.locator('pneumo-tools').waitFor();
    await page.evaluate(() => {
      const { shadowRoot } = /** @type {Element} */ (document.querySelector('pneumo-scope'));
      /** @type {HTMLElement | null | undefined} */ (shadowRoot?.activeElement)?.blur();
      document.body.tabIndex = -1;
      document.body.focus();
    });
    for (let stop = 1; stop <= 5; stop++) await page.keyboard.press('Tab');
    assert.equal(await page.locator('pneumo-answer :focus').count(), 1);
    await page.locator('#menu summary').focus();
    for (const reached of ['#show-about', '#show-proof']) {
      await page.keyboard.press('ArrowLeft');
      await page.locator(`${reached}:focus`).waitFor();
    }
    await context.close();
  });

  test('axe finds nothing before the first film, nor where one could not be read', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await expectAccessibleInBoth(page, 'no film');
    await page.setInputFiles('#file', broken);
    await page.locator('#trouble-title').waitFor();
    await expectAccessibleInBoth(page, 'a broken film');
    await context.close();
  });

  test('while films are read the page itself is not changed, which would have all its style worked out again', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.evaluate(() => {
      const changed = /** @type {(string | null)[]} */ ([]);
      new MutationObserver((changes) => changed.push(...changes.map(({ attributeName }) => attributeName))).observe(
        document.documentElement,
        { attributes: true },
      );
      new MutationObserver((changes) => changed.push(...changes.map(() => 'title'))).observe(
        /** @type {Element} */ (document.querySelector('title')),
        { childList: true },
      );
      Object.assign(window, { changed });
    });
    await page.setInputFiles('#file', sampleFilms());
    await page.locator('.list-head', { hasText: '3 of 3 done.' }).waitFor({ state: 'attached' });
    const changed = () => page.evaluate(() => /** @type {any} */ (window).changed);
    assert.deepEqual(await changed(), []);
    await set(page, '#language', 'ar');
    await page.locator('html[lang=ar][dir=rtl]').waitFor();
    assert.deepEqual((await changed()).sort(), ['dir', 'lang', 'title']);
    await context.close();
  });

  test('the heatmap can be put on and taken off, with the keyboard too', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const sample = sampleFilms()[2]; // with pneumonia, as far as it goes
    await page.setInputFiles('#file', sample);
    await page.locator('#film-name', { hasText: sample.name }).waitFor();
    const heat = page.locator('.frame > .heat');
    assert.equal(await heat.isVisible(), false, 'nobody has asked for it');
    await page.locator('[data-action=heat]').focus();
    await page.keyboard.press('Space');
    assert.ok(await isDrawn(heat));
    await page.keyboard.press('o');
    assert.equal(await heat.isVisible(), false);
    await openMenu(page, '.tools details');
    await page.getByLabel('Strength').fill('0.8');
    assert.equal(await heat.evaluate((canvas) => canvas.style.opacity), '0.8');
    await context.close();
  });
});

/** Something to wait for until it is released. */
function holdBack() {
  let release = () => {};
  const until = new Promise((resolve) => (release = () => resolve(undefined)));
  return { until, release: () => release() };
}

/** @param {import('playwright-core').Page} page @param {string} name of the film */
async function expectAnswer(page, name) {
  await page.locator('#film-name', { hasText: `${name}, 900 × 700 pixels` }).waitFor();
  const decision = ((await page.textContent('#decision')) ?? '').trim();
  assert.match(decision, /^(Signs of pneumonia|No signs found|Uncertain|Not judged)$/);
  if (!decision.startsWith('Not judged'))
    assert.match((await page.textContent('#probability')) ?? '', /^(over |under )?\d+\.\d%$/);
  assert.match((await page.textContent('#status')) ?? '', new RegExp(`^${name}: `));
  assert.ok(await isDrawn(page.locator('.frame > .picture')));
}
