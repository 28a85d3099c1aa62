// How often a change is drawn: at once, then once a frame; and that the last one is.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import { launch, SUITE } from '../fixtures/browser.js';

const path = new URL('../../web/view/frame.js', import.meta.url).pathname;
const options = /** @type {const} */ ({ bundle: true, format: 'iife', globalName: 'frame', write: false });

/** In the page: changes something for a second, a thousand times and more, and notes what was drawn when. */
const CHANGE = `new Promise((done) => {
  const drawn = [], begin = performance.now(), channel = new MessageChannel();
  let [value, frames] = [0, 0];
  const count = () => { frames++; requestAnimationFrame(count); };
  requestAnimationFrame(count);
  const ask = frame.onceAFrame(() => drawn.push(value));
  channel.port1.onmessage = () => {
    value++;
    ask();
    if (performance.now() < begin + 1000) channel.port2.postMessage(0);
    else setTimeout(() => done({ drawn, value, frames }), 1000);
  };
  channel.port2.postMessage(0);
})`;

describe('once a frame', SUITE, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {string} */
  let script;
  before(async () => {
    browser = await launch();
    script = (await build({ entryPoints: [path], ...options })).outputFiles[0].text;
  });
  after(() => browser?.close());

  test('the first change is drawn at once, the others once a frame, and the last one always', async () => {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    const { drawn, value, frames } = /** @type {any} */ (await page.evaluate(CHANGE));
    assert.equal(drawn[0], 1);
    assert.equal(drawn.at(-1), value);
    assert.equal(new Set(drawn).size, drawn.length, 'nothing is drawn twice');
    assert.ok(drawn.length > 1 && drawn.length <= frames + 1, `${drawn.length} drawings in ${frames} frames`);
    assert.ok(value > 2 * drawn.length, `${value} changes`);
  });

  test('where no frame comes the last change is drawn all the same', async () => {
    const page = await browser.newPage();
    await page.setContent('<iframe sandbox="allow-scripts" style="display: none"></iframe>'); // the browser draws none of it
    const told = page.evaluate(() => new Promise((done) => addEventListener('message', ({ data }) => done(data))));
    await page.evaluate(
      (content) => /** @type {HTMLIFrameElement} */ (document.querySelector('iframe').srcdoc = content),
      `<script>${script}; ${CHANGE}.then((all) => parent.postMessage(all, '*'))</script>`,
    );
    const { drawn, value, frames } = /** @type {any} */ (await told);
    assert.equal(frames, 0);
    assert.equal(drawn[0], 1);
    assert.equal(drawn.at(-1), value);
    assert.ok(drawn.length > 1 && drawn.length < 50, `${drawn.length} drawings`);
  });
});
