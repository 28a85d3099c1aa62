// The edition that is one file, opened from the disk, with the network off from the start.

import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DIST, expectNoTextAsCode, launch, SUITE, openPage, serveSite, sampleFilms } from '../fixtures/browser.js';

const path = join(DIST, 'pneumoscope.html');
const [sample] = sampleFilms();
/** In other bytes than the sample, with which it would be one film. */
const film = { ...sample, name: 'film.jpg', buffer: Buffer.concat([sample.buffer, Buffer.from('copy')]) };

describe('the single file', SUITE, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test('reads a film from a disk as the site does, asking for nothing', async (t) => {
    const site = await serveSite();
    t.after(site.close);
    const hosted = await openPage(browser, site.url);
    const { page, requests, complaints } = await openPage(browser, pathToFileURL(path).href, { offline: true });
    await page.locator('#sample-buttons button').first().click();
    await page.locator('#film-name', { hasText: 'synthetic-' }).waitFor();
    const answers = [];
    for (const one of [hosted.page, page]) {
      await one.setInputFiles('#file', film);
      await one.locator('#film-name', { hasText: 'film.jpg' }).waitFor();
      answers.push(await one.textContent('#probability'));
    }
    assert.equal(answers[0], answers[1]);
    assert.match((await page.textContent('#engine-line')) ?? '', /relaxed, 1 thread,/);
    assert.match((await page.textContent('#proof-self-test')) ?? '', /as it should/);
    assert.match((await page.textContent('#proof-requests')) ?? '', /asked for 0 files/);
    assert.deepEqual(
      requests.filter((url) => !/^(blob|data):/.test(url)),
      [pathToFileURL(path).href],
    );
    assert.deepEqual(complaints, []);
  });

  test('may connect to nothing: the policy has no origin in it, and the browser enforces it', async () => {
    const { page, requests } = await openPage(browser, pathToFileURL(path).href);
    const policy = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
    assert.match(
      policy ?? '',
      /^default-src 'none'; connect-src 'none'; script-src 'sha256-[^']+' 'wasm-unsafe-eval'; /,
    );
    assert.doesNotMatch(policy ?? '', /'self'|unsafe-inline|unsafe-eval' 'unsafe|https?:|\*/);
    await expectNoTextAsCode(page);
    const before = requests.length;
    await assert.rejects(page.evaluate(() => fetch('http://localhost:9/')));
    await page.locator('#proof-blocked', { hasText: 'http://localhost:9/' }).waitFor({ state: 'attached' });
    const fromWorker = page.workers()[0].evaluate(() => fetch('http://localhost:9/'));
    await assert.rejects(fromWorker);
    assert.equal(requests.length, before);
  });

  test('has no address of another file in it', async () => {
    const html = await readFile(path, 'utf8');
    assert.doesNotMatch(html, /<(script|link|img)[^>]+(src|href)="(?!data:)/);
  });
});
