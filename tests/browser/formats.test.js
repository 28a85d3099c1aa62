// What people have besides DICOM, JPEG and PNG: zips, TIFF, and what the browser itself decodes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decode } from 'fast-png';
import { browserAndSite, dropAll, SUITE, openPage, sampleFilms } from '../fixtures/browser.js';
import { tiffFile } from '../fixtures/tiff.js';
import { zipOf } from '../fixtures/zip.js';

describe('formats', SUITE, () => {
  const here = browserAndSite();
  const [first, second] = sampleFilms().filter(({ name }) => name.endsWith('.png'));

  test('a zip, a TIFF and a WebP are dropped, and every film in them is read', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const { data, width, height } = decode(first.buffer);
    const samples = Array.from({ length: width * height }, (_, i) => data[i * (data.length / (width * height))]);
    const tiff = tiffFile([
      { width, height, samples: samples.map((value) => value * 257), bits: 16, compression: 'deflate' },
    ]);
    const webp = Buffer.from(
      await page.evaluate(
        async (bytes) => {
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
          const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 1 });
          return [...new Uint8Array(await blob.arrayBuffer())];
        },
        [...second.buffer],
      ),
    );
    assert.equal(webp.toString('latin1', 8, 12), 'WEBP');
    const zip = zipOf({
      'ward/one.png': first.buffer,
      'ward/notes.txt': Buffer.from('a text'),
      'two.png': second.buffer,
    });
    const file = (/** @type {string} */ name, /** @type {Uint8Array} */ bytes) => ({
      name,
      mimeType: '',
      buffer: Buffer.from(bytes),
    });
    await dropAll(page, 'body', [file('films.zip', zip), file('film.tif', tiff), file('film.webp', webp)]);
    await page.locator('.rows li[data-decision]').nth(3).waitFor();
    const names = await page.locator('.rows .name').allTextContents();
    assert.deepEqual([...names].sort(), ['film.tif', 'film.webp', 'films.zip/two.png', 'films.zip/ward/one.png']);
    await page.locator('.rows .row', { hasText: 'ward/one.png' }).click(); // read again, from the archive
    await page.locator('#film-name', { hasText: 'ward/one.png' }).waitFor();
    await context.close();
  });

  test('a zip without a film is a row that says so', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await dropAll(page, 'body', [
      { name: 'texts.zip', mimeType: '', buffer: Buffer.from(zipOf({ 'a.txt': Buffer.from('a text') })) },
    ]);
    await page
      .getByText(/holds no film among its 1 files: unpack it/)
      .first()
      .waitFor();
    await context.close();
  });
});
