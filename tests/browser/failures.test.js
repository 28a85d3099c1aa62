// What goes wrong on real machines, in Chromium made that way or on a site damaged that way: each time a sentence, what
// can be done, and the way on. What lies damaged in the cache is in offline.test.js, wrong answers are in proof.test.js.

import assert from 'node:assert/strict';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { greyPng } from '../fixtures/images.js';
import { expectAccessible, launch, MODEL, SUITE, serveSite, siteCopy } from '../fixtures/browser.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} Test */
/** @typedef {import('node:http').Server} Server */

const pngFile = (/** @type {string} */ name, /** @type {number} */ width, /** @type {number} */ height) => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from(greyPng({ width, height })),
});
const film = pngFile('film.png', 900, 700);
const largeFilm = pngFile('large.png', 5000, 4000);

describe('what goes wrong', SUITE, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  /** A page whose engine need not start. @param {Test} t @param {string[]} switches of Chromium's
   * @param {Parameters<typeof serveSite>[0] & { before?: () => void, serving?: (server: Server) => void }} [options]
   *   `before` runs in the page first; `serving` gets the server before the page asks for anything */
  async function open(t, switches = [], { before: first, serving, ...options } = {}) {
    const [site, own] = await Promise.all([serveSite(options), switches.length ? launch(switches) : undefined]);
    const context = await (own ?? browser).newContext();
    t.after(() => Promise.all([own?.close() ?? context.close(), site.close()]));
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    if (first) await page.addInitScript(first);
    serving?.(site.server);
    await page.goto(site.url);
    return page;
  }

  test('no SIMD in WebAssembly', async (t) => {
    const page = await open(t, ['js-flags=--no-enable-sse4-1']); // V8 gives none on such a processor
    await expectTrouble(page, 'This browser cannot run the engine', /lacks or forbids/, /recent Firefox/);
  });

  test('no memory for the engine', async (t) => {
    const page = await open(t, ['js-flags=--wasm-max-mem-pages=400']); // 25 MiB; the engine starts with 32
    await expectTrouble(page, 'There is not enough memory', /Cannot allocate Wasm memory[^.]*\.$/, /Close other pages/);
  });

  test('no memory for one film: the next is read', async (t) => {
    const page = await open(t, ['js-flags=--wasm-max-mem-pages=600']);
    await page.setInputFiles('#file', largeFilm);
    await expectTrouble(page, 'There is not enough memory', /memory/, /smaller copy/);
    await page.setInputFiles('#file', film);
    await expectAnswer(page);
  });

  test('the worker is killed while it reads: one without threads reads the film; killed again: the user is asked', async (t) => {
    const page = await open(t, [], { before: watchWorkers });
    await page.getByText('Ready for a film.').waitFor({ state: 'attached' });
    const readWith = async (/** @type {typeof film} */ file) => {
      await page.evaluate(() => (globalThis.doomed = true));
      await page.setInputFiles('#file', file);
      await page.waitForFunction(() => !globalThis.doomed);
    };
    await readWith(largeFilm);
    await page.locator('#film-name', { hasText: 'large.png' }).waitFor();
    await readWith({ ...largeFilm, buffer: Buffer.concat([largeFilm.buffer, Buffer.from('x')]) });
    await expectTrouble(page, 'The engine ended unexpectedly', /ended unasked/, /a new engine starts/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#film-name', { hasText: 'large.png' }).waitFor();
  });

  test('threads that do not come: films are read without them', async (t) => {
    const folder = await siteCopy(t);
    await holdThreads(folder);
    const page = await open(t, [], { folder });
    await page.setInputFiles('#file', film);
    await expectAnswer(page);
    assert.match((await page.textContent('#engine-line')) ?? '', / relaxed-threads, /);
  });

  test('threads that do not come: a model that lacks a tensor is refused without them', async (t) => {
    const folder = await siteCopy(t);
    await holdThreads(folder);
    const model = await readFile(join(folder, MODEL));
    model.write('x', model.indexOf('features.18.0.weight"'));
    await writeFile(join(folder, MODEL), model);
    const page = await open(t, [], { folder });
    await expectTrouble(
      page,
      'The model file is damaged',
      /lacks the tensor "features.18.0.weight"/,
      /not copied whole/,
    );
  });

  test('threads that cannot be had: reading goes on with one, and the page says so', async (t) => {
    const folder = await siteCopy(t);
    const refuse = "export default async () => { throw new Error('No thread can be had'); };";
    await writeFile(join(folder, 'engine/relaxed-threads.mjs'), refuse);
    const page = await open(t, [], { folder });
    await page.setInputFiles('#file', film);
    await expectAnswer(page);
    assert.match((await page.textContent('#engine-line')) ?? '', / relaxed, 1 thread,/);
    assert.match((await page.textContent('#engine-note')) ?? '', /Threads did not start/);
  });

  for (const part of ['worker.js', 'engine/relaxed-threads.mjs', 'engine/relaxed-threads.wasm', MODEL])
    test(`a page in place of ${part}: it is named, and trying again mends it`, async (t) => {
      const folder = await siteCopy(t);
      const path = join(folder, part);
      await rename(path, `${path}.kept`);
      await writeFile(path, '<!doctype html><title>Sign in to the hospital network</title>');
      /** @type {Server | undefined} */
      let server;
      const page = await open(t, [], { folder, serving: (one) => (server = one) });
      const sentence = new RegExp(`${part.replace(/^.*\//, '')} is not a .*"<!doctype html>`);
      await expectTrouble(page, 'Part of Pneumoscope could not be loaded', sentence, /Check the connection/);
      const servedAgain = served(/** @type {Server} */ (server), part);
      await page.setInputFiles('#file', film); // starts the engine anew
      await servedAgain;
      await rename(`${path}.kept`, path);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.setInputFiles('#file', film);
      await expectAnswer(page);
    });

  test('a page that is frozen in the middle of many films reads on when it wakes', async (t) => {
    const page = await open(t);
    const films = Array.from({ length: 12 }, (_, i) => pngFile(`${i}.png`, 2500 + i, 2000));
    await page.setInputFiles('#file', films);
    await page.locator('.list-head', { hasText: / of 12 done/ }).waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await page.locator('.list-head', { hasText: '12 of 12 done.' }).waitFor({ timeout: 60_000 });
    assert.doesNotMatch((await page.textContent('.list-head')) ?? '', /could not be read/);
  });

  test('a site without its service worker reads films, and says that it is not kept', async (t) => {
    const folder = await siteCopy(t);
    await rm(join(folder, 'sw.js'));
    const page = await open(t, [], { folder });
    await page.locator('#proof-kept', { hasText: 'keeps nothing' }).waitFor({ state: 'attached' });
    await page.setInputFiles('#file', film);
    await expectAnswer(page);
  });
});

/** A site whose engine's threads never come. @param {string} folder */
async function holdThreads(folder) {
  const script = join(folder, 'engine/relaxed-threads.mjs');
  const hold = "if (self.name.startsWith('em-pthread')) await new Promise(() => {});\n";
  await writeFile(script, hold + (await readFile(script, 'utf8')));
}

/** Where `doomed` is set, the next worker that is asked to read a film is killed as soon as it has been asked. */
function watchWorkers() {
  globalThis.Worker = class extends Worker {
    /** @param {any[]} details */
    postMessage(...details) {
      super.postMessage(.../** @type {[any]} */ (details));
      if (globalThis.doomed && details[0].call === 'read') {
        globalThis.doomed = false;
        this.terminate();
      }
    }
  };
}

/** @param {Server} server @param {string} part @returns {Promise<void>} when the server has sent this part once more */
const served = (server, part) =>
  new Promise((resolve) => {
    server.on('request', (request, response) => {
      if (request.url?.split('?')[0].endsWith(`/${part}`)) response.on('finish', () => resolve());
    });
  });

/** @param {Page} page @param {string} title @param {RegExp} sentence @param {RegExp} way */
async function expectTrouble(page, title, sentence, way) {
  await page.getByRole('heading', { name: title }).waitFor();
  assert.match((await page.textContent('#trouble-text')) ?? '', sentence);
  assert.match((await page.textContent('#trouble-way')) ?? '', way);
  await expectAccessible(page, title);
}

/** @param {Page} page */
async function expectAnswer(page) {
  await page.locator('#film-name', { hasText: 'film.png' }).waitFor();
  assert.match((await page.textContent('#decision')) ?? '', /\S/);
}
