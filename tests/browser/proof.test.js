// What the page says of itself, held against what the browser saw; and the self-test, with an engine that computes wrongly.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { siteServer } from '../../web/site/site.js';
import { greyPng } from '../fixtures/images.js';
import {
  browserAndSite,
  DIST,
  expectAccessible,
  expectNoTextAsCode,
  WITH_SERVICE_WORKER,
  MODEL,
  SUITE,
  openPage,
  serveSite,
  siteCopy,
} from '../fixtures/browser.js';

const film = { name: 'film.png', mimeType: 'image/png', buffer: Buffer.from(greyPng({ width: 900, height: 700 })) };

/** An engine whose log-odds are off by a hundredth, which nobody would notice. @param {string} real */
const lyingEngine = (real) => `
  import factory from './${real}';
  export default async (options) => {
    const module = await factory(options);
    const judge = (...film) => {
      const findings = module._wasm_judge(...film);
      module.HEAPF32[(findings >>> 2) + 2] += 0.01;
      return findings;
    };
    return new Proxy(module, { get: (_, key) => (key === '_wasm_judge' ? judge : module[key]) });
  };`;

/** @param {string} folder of a site @param {string} variant */
async function makeLie(folder, variant) {
  await rename(join(folder, `engine/${variant}.mjs`), join(folder, `engine/real-${variant}.mjs`));
  await writeFile(join(folder, `engine/${variant}.mjs`), lyingEngine(`real-${variant}.mjs`));
}

describe('the proof', SUITE, () => {
  const here = browserAndSite();

  /** @param {import('playwright-core').Page} page */
  const proofOf = async (page) => {
    const [, all, since] =
      /asked for (\d+) files.*, (\d+) of them since/.exec((await page.textContent('#proof-requests')) ?? '') ?? [];
    return { all: Number(all), since: Number(since) };
  };

  /** @param {import('playwright-core').Page} page */
  async function read(page) {
    await page.setInputFiles('#file', film);
    await page.locator('#film-name', { hasText: 'film.png' }).waitFor();
  }

  test('counts every request of the page and its worker, as the browser saw them', async () => {
    const { context, page, requests } = await openPage(here.browser, here.site.url, WITH_SERVICE_WORKER);
    const seen = () => requests.length - 1; // all but the page's own
    await read(page);
    assert.deepEqual(await proofOf(page), { all: seen(), since: 0 });
    await page.evaluate(() => fetch('style.css?asked'));
    await page.locator('#proof-requests', { hasText: 'style.css?asked' }).waitFor({ state: 'attached' });
    assert.deepEqual(await proofOf(page), { all: seen(), since: 1 });
    await page.workers()[0].evaluate(() => fetch('style.css?fromWorker'));
    await page.locator('#proof-requests', { hasText: 'style.css?fromWorker' }).waitFor({ state: 'attached' });
    assert.deepEqual(await proofOf(page), { all: seen(), since: 2 });
    await context.close();
  });

  test('a thread that comes after the engine was ready was asked for before', async (t) => {
    const site = siteServer(DIST);
    /** @type {() => void} */
    let release;
    const released = new Promise((resolve) => (release = () => resolve(undefined)));
    let nscripts = 0;
    const server = createServer(async (request, response) => {
      if (/-threads\.mjs$/.test(request.url ?? '') && ++nscripts > 1) await released;
      site.emit('request', request, response);
    }).listen(0, 'localhost');
    t.after(() => server.close());
    await once(server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const { context, page } = await openPage(here.browser, `http://localhost:${port}/`, WITH_SERVICE_WORKER);
    t.after(() => context.close());
    const { all } = await proofOf(page);
    await read(page);
    const [, threads] = /(\d+) threads/.exec((await page.textContent('#engine-line')) ?? '') ?? [];
    if (!threads) return t.skip('one core: there are no threads');
    release();
    const sum = all + Number(threads) - 1;
    await page.locator('#proof-requests', { hasText: `asked for ${sum} files` }).waitFor({ state: 'attached' });
    assert.deepEqual(await proofOf(page), { all: sum, since: 0 });
  });

  test('shows what its policy has stopped', async () => {
    const { context, page, requests } = await openPage(here.browser, here.site.url, WITH_SERVICE_WORKER);
    const before = requests.length;
    await assert.rejects(page.evaluate(() => fetch('http://127.0.0.1:9/film')));
    await page.locator('#proof-blocked', { hasText: 'http://127.0.0.1:9/film' }).waitFor({ state: 'attached' });
    await assert.rejects(page.workers()[0].evaluate(() => fetch('http://127.0.0.1:9/film')));
    assert.equal(requests.length, before, 'neither page nor worker sent anything');
    const [meta, shown] = await page.evaluate(() => [
      document.querySelector('meta[http-equiv]')?.getAttribute('content'),
      [...document.querySelectorAll('#proof-policy li')].map((item) => item.textContent).join('; '),
    ]);
    assert.equal(shown, meta);
    await page.locator('#show-proof').click();
    await page.getByRole('dialog', { name: '0 bytes sent' }).waitFor();
    await expectAccessible(page, 'the proof');
    await context.close();
  });

  test('no text becomes code: neither markup nor a foreign script', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, WITH_SERVICE_WORKER);
    await expectNoTextAsCode(page);
    await context.close();
  });

  test('a fast engine that computes wrongly is replaced by the plainest', async (t) => {
    const folder = await siteCopy(t);
    for (const variant of ['relaxed', 'relaxed-threads']) await makeLie(folder, variant);
    const copy = await serveSite({ folder });
    t.after(copy.close);
    const { context, page } = await openPage(here.browser, copy.url, WITH_SERVICE_WORKER);
    await read(page);
    assert.match((await page.textContent('#engine-line')) ?? '', / simd, 1 thread,/);
    assert.match((await page.textContent('#proof-self-test')) ?? '', /as it should.* was replaced/);
    await context.close();
  });

  test('where every engine computes wrongly, or the model is another, the page refuses to answer', async (t) => {
    const [lies, model] = [await siteCopy(t), await siteCopy(t)];
    for (const variant of ['simd', 'relaxed', 'relaxed-threads']) await makeLie(lies, variant);
    const weights = join(model, MODEL);
    const bytes = await readFile(weights);
    bytes[bytes.length - 1] ^= 1; // the last weight's sign or exponent: no answer tells, but the file's hash does
    await writeFile(weights, bytes);
    for (const folder of [lies, model]) {
      const copy = await serveSite({ folder });
      t.after(copy.close);
      const page = await here.browser.newPage();
      await page.goto(copy.url);
      await page.getByRole('heading', { name: 'The engine computes wrongly on this device' }).waitFor();
      assert.match((await page.textContent('#trouble-text')) ?? '', /no film is read/);
      await page.setInputFiles('#file', film);
      await page.locator('#trouble-code', { hasText: 'self-test-failed' }).waitFor();
      await page.locator('.loading').waitFor({ state: 'hidden' });
      assert.equal(await page.locator('#decision').count(), 0);
      assert.doesNotMatch((await page.textContent('#proof-self-test')) ?? '', /as it should/);
      await page.close();
    }
  });
});
