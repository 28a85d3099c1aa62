// The built site in Firefox and WebKit: what Chromium's tests ask in depth is asked here once, and the answers have the same bits.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createReader } from 'pneumoscope';
import { DIST, serveSite } from '../fixtures/browser.js';
import { ENGINES } from './browsers.js';

const SAMPLES = fileURLToPath(new URL('../../web/samples/', import.meta.url));
const AXE = createRequire(import.meta.url).resolve('axe-core');
const films = readdirSync(SAMPLES).filter((name) => /\.(png|jpg)$/.test(name));

/** In the page: waits until something is there. @param {string} selector @param {string} text that it has */
const waitFor = async (selector, text) => {
  for (let tries = 0; tries < 400; tries++) {
    const roots = [document, document.querySelector('pneumo-scope')?.shadowRoot];
    const found = roots.map((root) => root?.querySelector(selector)).find(Boolean);
    if (found?.textContent?.includes(text)) return found.textContent;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${selector} with "${text}" did not come: ${document.body.innerText.slice(0, 400)}`);
};

for (const [name, { absent, start }] of Object.entries(ENGINES))
  describe(name, { skip: absent, timeout: 300_000 }, () => {
    /** @type {import('./browsers.js').Browser} */
    let browser;
    /** @type {Awaited<ReturnType<typeof serveSite>>} */
    let site;
    before(async () => {
      [browser, site] = await Promise.all([start(), serveSite()]);
    });
    after(async () => {
      await browser?.close();
      site?.close();
    });

    test('reads the sample films to the bits that Node reads', async (t) => {
      const reader = await createReader({ threads: 1 });
      const expected = await Promise.all(
        films.map(async (film) => (await reader.read(readFileSync(join(SAMPLES, film)))).logit),
      );
      reader.close();
      await browser.open(site.url);
      await browser.run(waitFor, '#status', 'Ready');
      const [logits, variant, threads] = await browser.run(async (paths) => {
        const { createReader } = await import(/** @type {any} */ ('./reader.js'));
        const reader = await createReader();
        const read = async (/** @type {string} */ path) =>
          (await reader.read(await (await fetch(`samples/${path}`)).blob())).logit;
        const found = [];
        for (const path of paths) found.push(await read(path));
        const { engine } = reader;
        reader.close();
        return [found, engine.variant, engine.threads];
      }, films);
      t.diagnostic(`${name}: ${variant} ${threads}`);
      assert.deepEqual(logits, expected);
      if (name === 'firefox') assert.equal(threads, 1, 'Firefox may stop for good when a worker starts a thread');
    });

    test('a chosen film and a dropped one are answered, and axe finds nothing', async () => {
      await browser.open(site.url);
      await browser.run(waitFor, '#status', 'Ready');
      await browser.choose('#file', join(SAMPLES, films[0]));
      await browser.run(waitFor, '#film-name', films[0]);
      await browser.run(async (path) => {
        const bytes = await (await fetch(`samples/${path}`)).blob();
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], 'dropped.png'));
        const event = new Event('drop', { bubbles: true, cancelable: true });
        Object.defineProperty(event, 'dataTransfer', { value: transfer });
        document.querySelector('main')?.dispatchEvent(event);
      }, films[2]);
      await browser.run(waitFor, '#film-name', 'dropped.png');
      const found = await axe(browser);
      assert.deepEqual(found, []);
    });

    test('after one visit it reads without a server', async () => {
      await browser.open(site.url);
      await browser.run(waitFor, '#status', 'Ready');
      const kept = await browser.run(async () => {
        for (let tries = 0; tries < 200 && navigator.serviceWorker; tries++) {
          const names = await caches.keys();
          const sizes = await Promise.all(names.map(async (one) => (await (await caches.open(one)).keys()).length));
          const parts = names.findIndex((one) => one.includes('parts'));
          if (parts >= 0 && sizes[parts] >= 5 && navigator.serviceWorker.controller) return true;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return false;
      });
      assert.equal(kept, true);
      site.close();
      await browser.open(site.url);
      await browser.run(waitFor, '#status', 'Ready');
      await browser.choose('#file', join(SAMPLES, films[1]));
      await browser.run(waitFor, '#film-name', films[1]);
      site = await serveSite();
    });

    test('the edition in one file reads from the disk', async () => {
      await browser.open(pathToFileURL(join(DIST, 'pneumoscope.html')).href);
      await browser.run(waitFor, '#status', 'Ready');
      await browser.choose('#file', join(SAMPLES, films[0]));
      await browser.run(waitFor, '#film-name', films[0]);
    });

    test('the element in a frame answers a page', async () => {
      await browser.open(`${site.url}embed.html`);
      const decision = await browser.run(async (path) => {
        const scope = /** @type {any} */ (document.querySelector('pneumo-scope'));
        const film = await (await fetch(`samples/${path}`)).blob();
        await customElements.whenDefined('pneumo-scope');
        return (await scope.read(film, 'x')).decision;
      }, films[0]);
      assert.equal(decision, 'normal');
    });
  });

/** What axe finds, by rule. @param {import('./browsers.js').Browser} browser @returns {Promise<string[]>} */
async function axe(browser) {
  await browser.inject(readFileSync(AXE, 'utf8'));
  return browser.run(async () => {
    const { violations } = await /** @type {any} */ (window).axe.run(document);
    return violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes[0].html}`);
  });
}
