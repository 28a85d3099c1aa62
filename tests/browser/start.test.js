// The first seconds: what is painted, and what can be done, while engine and model are still on their way.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { siteServer } from '../../web/site/site.js';
import { greyPng } from '../fixtures/images.js';
import { DIST, launch, MODEL, SUITE } from '../fixtures/browser.js';

const film = { name: 'film.png', mimeType: 'image/png', buffer: Buffer.from(greyPng({ width: 900, height: 700 })) };
const model = readFileSync(join(DIST, MODEL));

/** What Chromium's own tools call slow 4G. */
const POOR_LINE = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 };

test('the page is painted and takes films before the engine is there', SUITE, async (t) => {
  const site = siteServer(DIST);
  /** @type {(() => void) | undefined} */
  let finish;
  const server = createServer((request, response) => {
    if (request.url !== `/${MODEL}`) return site.emit('request', request, response);
    response.writeHead(200, { 'Content-Length': model.length }).write(model.subarray(0, model.length / 2));
    finish = () => response.end(model.subarray(model.length / 2));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    server.close();
  });

  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', POOR_LINE);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await page.goto(`http://localhost:${port}/`);
  await page.locator('#file').waitFor({ state: 'attached' });
  const [paint, usable] = await page.evaluate(() => [
    performance.getEntriesByName('first-contentful-paint')[0].startTime,
    performance.now(),
  ]);
  t.diagnostic(
    `a processor four times slower, 150 ms and 1.6 Mbit/s: painted at ${Math.round(paint)} ms, usable before ${Math.round(usable)} ms`,
  );

  await session.detach(); // and with it the poor line

  const bar = page.locator('.loading progress');
  await page.waitForFunction(() => (document.querySelector('.loading progress')?.getAttribute('value') ?? 0) >= 0.5);
  assert.ok(Number(await bar.getAttribute('value')) < 0.6);
  assert.match((await page.textContent('.loading')) ?? '', /Fetching the engine and the model: \d\.\d/);
  await page.setInputFiles('#file', film);
  await page.getByText('Reading film.png').first().waitFor();
  finish?.();
  await page.locator('#film-name', { hasText: 'film.png' }).waitFor();
  assert.equal(await bar.count(), 0);
});
