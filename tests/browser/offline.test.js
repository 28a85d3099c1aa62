// The hosted edition in Chromium: kept for use offline, isolated, updated when told to, and sound.

import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { siteServer } from '../../web/site/site.js';
import { writeServiceWorker } from '../../web/build/service-worker.js';
import {
  DIST,
  expectAccessibleInBoth,
  goOffline,
  WITH_SERVICE_WORKER,
  kept,
  launch,
  MODEL,
  SUITE,
  openPage,
  serveSite,
  siteCopy,
  sampleFilms,
} from '../fixtures/browser.js';

const film = { ...sampleFilms()[0], name: 'film.jpg' };

describe('the hosted edition', SUITE, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  /** @param {import('node:test').TestContext} t @param {Parameters<typeof serveSite>[0]} [options] */
  async function open(t, options) {
    const site = await serveSite(options);
    t.after(site.close);
    /** What the server sent with a body, in order. @type {string[]} */
    const sent = [];
    site.server.on('request', (request, response) =>
      response.on('finish', () => response.statusCode === 200 && sent.push(request.url)),
    );
    const opened = await openPage(browser, site.url, WITH_SERVICE_WORKER);
    t.after(() => opened.context.close());
    return { site, sent, ...opened };
  }

  test('after one visit it works with the network and the server gone, from the smallest cache', async (t) => {
    const { site, page, context, sent, complaints } = await open(t);
    await kept(page);
    const answer = await read(page);
    const engine = await page.textContent('#engine-line');
    const [, variant] = /, (\S+), \d/.exec(engine ?? '') ?? [];
    const once = ['codecs', variant]
      .flatMap((name) => [`/engine/${name}.mjs`, `/engine/${name}.wasm`])
      .concat('/engine/tiff.mjs', `/${MODEL}`);
    for (const path of [...once, '/app.js', '/worker.js', '/style.css'])
      assert.equal(sent.filter((one) => one === path).length, 1, `${path} came once`);

    const paths = (await cached(page)).map(({ path }) => path);
    const onDemand = paths.filter((path) => /\.(mjs|wasm|safetensors)$/.test(path));
    assert.deepEqual(
      onDemand.sort(),
      once.sort(),
      'one build of the engine, the decoders of DICOM and TIFF, and one model',
    );
    for (const path of ['/index.html', '/app.js', '/worker.js', '/style.css']) assert.ok(paths.includes(path), path);
    for (const path of ['/cli.js', '/pneumoscope.html', '/reader.d.ts']) assert.ok(!paths.includes(path), path);

    site.close();
    await context.setOffline(true);
    await page.reload();
    assert.equal(await read(page), answer);
    assert.equal(await page.textContent('#engine-line'), engine);
    assert.match((await page.textContent('#proof-network')) ?? '', /no network/);
    assert.deepEqual(complaints, []);
  });

  test('a host that cannot set headers gets threads and the policy through the service worker', async (t) => {
    const { page, complaints } = await open(t, { isolated: false });
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    await read(page);
    assert.match((await page.textContent('#engine-line')) ?? '', /relaxed-threads, \d+ threads/);
    const { headers } = await page.evaluate(async () => {
      const response = await fetch('worker.js');
      return { headers: Object.fromEntries(response.headers) };
    });
    assert.match(headers['content-security-policy'], /^default-src 'none'/);
    assert.deepEqual(complaints, []);
  });

  test('who has begun before the page could be isolated is not interrupted', async (t) => {
    const site = siteServer(DIST, { isolated: false });
    /** @type {(answer: () => void) => void} */
    let ask;
    const asked = new Promise((resolve) => (ask = resolve));
    const server = createServer((request, response) => {
      const answer = () => void site.emit('request', request, response);
      if (request.url === '/sw.js') ask(answer);
      else answer();
    }).listen(0, 'localhost');
    await once(server, 'listening');
    const context = await browser.newContext();
    t.after(() => Promise.all([context.close(), server.close()]));
    const page = await context.newPage();
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    await page.goto(`http://localhost:${port}/`);
    await page.setInputFiles('#file', film);
    const answer = await asked;
    answer();
    await page.locator('#film-name', { hasText: 'film.jpg' }).waitFor();
    await kept(page);
    assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  });

  test('a new version waits for a word, then takes over and leaves nothing of the old one behind', async (t) => {
    const folder = await siteCopy(t);
    const { page, context, complaints } = await open(t, { folder });
    await kept(page);
    const before = await cached(page);

    await change(join(folder, 'style.css'), (css) => `${css}\n:root { --version: 2; }\n`);
    await change(join(folder, 'engine/relaxed-threads.mjs'), (script) => `${script}\n// version 2\n`);
    await writeServiceWorker(folder);
    await page.reload();
    await page.getByText('A new version is ready').waitFor();
    await expectAccessibleInBoth(page, 'a new version');
    const other = await context.newPage();
    await other.goto(page.url());
    await kept(other); // Chromium, while it is debugged, leaves a service worker in place that is asked something just then
    const version = (one) =>
      one.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--version'));
    assert.equal(await version(page), '', 'what runs is the old version still');
    assert.equal(await version(other), '', 'for other tabs too');

    await page.getByRole('button', { name: 'Reload' }).click();
    await page.waitForFunction(() => getComputedStyle(document.documentElement).getPropertyValue('--version') === '2');
    await other.getByText('A new version is ready').waitFor();
    await goOffline(page);
    await page.reload();
    await read(page);
    const now = await cached(page);
    const changed = now.filter(({ path, revision }) =>
      before.some((old) => old.path === path && old.revision !== revision),
    );
    assert.deepEqual(changed.map(({ path }) => path).sort(), ['/engine/relaxed-threads.mjs', '/style.css']);
    assert.equal(now.length, before.length);
    assert.deepEqual(complaints, []);
  });

  test('what was damaged in the cache is fetched again, and without a network the page says what to do', async (t) => {
    const { page, context } = await open(t);
    await kept(page);
    const answer = await read(page);
    const damage = (/** @type {string} */ end) =>
      page.evaluate(async (end) => {
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const request of await cache.keys()) {
            if (!new URL(request.url).pathname.endsWith(end)) continue;
            const bytes = new Uint8Array(await (await cache.match(request))?.arrayBuffer());
            bytes[bytes.length >> 1] ^= 1;
            await cache.put(request, new Response(bytes));
          }
        }
      }, end);
    await damage('.safetensors');
    await page.reload();
    assert.equal(await read(page), answer);

    await context.setOffline(true);
    await page.reload();
    assert.equal(await read(page), answer, 'it was mended while there was a network');
    await damage('.wasm');
    await page.reload();
    await page.getByRole('heading', { name: 'Part of Pneumoscope could not be loaded' }).waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    assert.equal(await read(page), answer);

    for (const file of ['app.js', 'index.html']) {
      await damage(file);
      await context.setOffline(true);
      await page.reload();
      await page.getByText('Connect to the network and reload').waitFor();
      await context.setOffline(false);
      await page.reload();
      assert.equal(await read(page), answer);
    }
  });

  test('a browser that throws away what it kept gets all of it again', async (t) => {
    const { page, context } = await open(t);
    await kept(page);
    const before = await cached(page);
    await page.evaluate(async () => {
      for (const name of await caches.keys()) await caches.delete(name);
    });
    const answer = await read(page);
    await page.reload();
    await kept(page);
    assert.deepEqual((await cached(page)).sort(byPath), before.sort(byPath));
    await context.setOffline(true);
    await page.reload();
    assert.equal(await read(page), answer);
  });

  test('storage that is full: films are read, the page says that it is not kept, and once there is room it is', async (t) => {
    const site = await serveSite();
    t.after(site.close);
    for (const quotaSize of [100_000, 1_000_000, 3_000_000]) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      const { origin } = new URL(site.url);
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
      await page.goto(site.url);
      const answer = await read(page);
      await page.locator('#proof-kept', { hasText: 'needs a network' }).waitFor({ state: 'attached' });
      await session.send('Storage.overrideQuotaForOrigin', { origin });
      await page.reload();
      await goOffline(page);
      await page.reload();
      assert.equal(await read(page), answer);
      await context.close();
    }
  });

  test('two tabs that change to a new version in the same moment', async (t) => {
    const folder = await siteCopy(t);
    const { page, context } = await open(t, { folder });
    await kept(page);
    const answer = await read(page);
    await change(join(folder, 'style.css'), (css) => `${css}\n:root { --version: 2; }\n`);
    await writeServiceWorker(folder);
    const other = await context.newPage();
    await other.goto(page.url());
    const tabs = [page, other];
    await page.reload();
    for (const tab of tabs) await tab.getByText('A new version is ready').waitFor();
    for (const tab of tabs) await kept(tab);
    await Promise.all(tabs.map((tab) => tab.getByRole('button', { name: 'Reload' }).click()));
    for (const tab of tabs) {
      await tab.waitForFunction(() => getComputedStyle(document.documentElement).getPropertyValue('--version') === '2');
      assert.equal(await read(tab), answer);
    }
  });

  test('whatever the clock says, it is the same page and the same answer', async (t) => {
    const { page, context } = await open(t);
    await kept(page);
    const answer = await read(page);
    await context.setOffline(true);
    for (const year of ['1970', '2009', '2099']) {
      await page.clock.setSystemTime(`${year}-01-01T00:00:00Z`);
      assert.equal(await read(page), answer);
      await page.reload();
      assert.equal(await read(page), answer);
    }
  });

  test('it can be installed: every icon of the manifest is there in its size', async (t) => {
    const { page } = await open(t);
    const session = await page.context().newCDPSession(page);
    const { errors } = await session.send('Page.getAppManifest');
    assert.deepEqual(errors, []);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    assert.deepEqual(
      installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
      [],
    );
    const manifest = JSON.parse(await readFile(join(DIST, 'manifest.webmanifest'), 'utf8'));
    for (const { src, sizes } of manifest.icons)
      if (sizes !== 'any') {
        const size = await page.evaluate(async (url) => {
          const { width, height } = await createImageBitmap(await (await fetch(url)).blob());
          return `${width}x${height}`;
        }, src);
        assert.equal(size, sizes, src);
      } else assert.ok((await stat(join(DIST, src))).size > 0);
  });

  test('a film that another app shares opens in the page, and is stored nowhere', async (t) => {
    const { page } = await open(t);
    await page.reload();
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await page.evaluate(
      async (bytes) => {
        const form = new FormData();
        form.append('films', new File([Uint8Array.from(bytes)], 'shared.jpg', { type: 'image/jpeg' }));
        await fetch('./share', { method: 'POST', body: form, redirect: 'manual' });
        location.hash = 'shared';
        location.reload();
      },
      [...film.buffer],
    );
    await page.locator('#film-name', { hasText: 'shared.jpg' }).waitFor();
    assert.equal(new URL(page.url()).hash, '');
    const kept = await page.evaluate(async () => {
      const keys = await Promise.all(
        (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)),
      );
      return keys.flat().filter((url) => /share/.test(url));
    });
    assert.deepEqual(kept, []);
  });

  test('index.html from a disk says what to open instead', async (t) => {
    const { page } = await open(t);
    await page.goto(pathToFileURL(join(DIST, 'index.html')).href);
    await page.getByRole('link', { name: 'pneumoscope.html' }).waitFor();
  });
});

/** @param {import('playwright-core').Page} page @returns {Promise<string | null>} the probability */
async function read(page) {
  await page.setInputFiles('#file', film);
  await page.locator('#film-name', { hasText: 'film.jpg' }).waitFor();
  return page.textContent('#probability');
}

/** @param {import('playwright-core').Page} page */
function cached(page) {
  return page.evaluate(async () => {
    const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    const urls = requests.flat().map(({ url }) => new URL(url));
    return urls.map(({ pathname, search }) => ({ path: pathname, revision: search }));
  });
}

const byPath = (/** @type {{ path: string }} */ a, /** @type {{ path: string }} */ b) => (a.path < b.path ? -1 : 1);

/** @param {string} path @param {(text: string) => string} edit */
async function change(path, edit) {
  await writeFile(path, edit(await readFile(path, 'utf8')));
}
