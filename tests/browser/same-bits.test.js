// In eight bits Chromium gives the same bits as every other engine.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXPECTED, films, hash } from '../fixtures/same-bits.js';
import { launch, SUITE, serveSite } from '../fixtures/browser.js';

test('the same bits in Chromium', SUITE, async (t) => {
  const [browser, site] = await Promise.all([launch(), serveSite()]);
  t.after(async () => {
    await browser.close();
    site.close();
  });
  const page = await browser.newPage();
  await page.goto(site.url);
  const pictures = films().map((film) => Buffer.from(film).toString('base64'));
  for (const threads of [1, 2]) {
    const logits = await page.evaluate(readAll, { pictures, threads });
    assert.equal(hash(logits), EXPECTED, `threads: ${threads}`);
  }
});

/** Runs in the page. @param {{ pictures: string[], threads: number }} task */
async function readAll({ pictures, threads }) {
  const { createReader } = await import(/** @type {string} */ ('/reader.js'));
  const reader = await createReader({ precision: 'int8', threads, viewSide: 0 });
  const logits = [];
  for (const picture of pictures) {
    const film = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    logits.push((await reader.read(film)).logit);
  }
  reader.close();
  return logits;
}
