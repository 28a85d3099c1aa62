// Files that cannot be read, amid good ones: each gets its code and a sentence, and the reader goes on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createReader } from 'pneumoscope';
import { REFUSALS } from '../../web/contract/contract.js';
import { bytesOf, garbage, greyPng, HTML_PAGE, hugeHeaderPng } from '../fixtures/images.js';

const film = greyPng();

/** @type {Awaited<ReturnType<typeof createReader>>} */
let reader;
let logit = 0;
before(async () => {
  reader = await createReader();
  ({ logit } = await reader.read(film));
});
after(() => reader?.close());

const files = {
  'nothing at all': [new Uint8Array(0), 'bad-image'],
  'an HTML page': [bytesOf(HTML_PAGE), 'bad-image'],
  '20 MB of garbage': [garbage(20e6), 'bad-image'],
  'a film cut in half': [film.slice(0, film.length / 2), 'bad-image'],
  'a film without its last bytes': [film.slice(0, Math.floor(0.9 * film.length)), 'bad-image'],
  'a header of 65,535 x 65,535 pixels': [hugeHeaderPng(), 'image-too-large'],
  'a GIF': [bytesOf('GIF89a\x10\x00\x10\x00\x00\x00\x00;'), 'unsupported-image'],
  '257 MiB': [new ArrayBuffer(257 * 2 ** 20), 'image-too-large'],
};

for (const [name, [bytes, code]] of Object.entries(files))
  test(`${name}: ${code}, and the next film reads as before`, async () => {
    await assert.rejects(reader.read(bytes), (error) => {
      assert.equal(error.name, 'PneumoscopeError');
      assert.equal(error.code, code, error.message);
      assert.ok(REFUSALS.includes(error.reason), `${error.reason}: ${error.message}`);
      assert.match(error.message, /^[A-Z].*\.$/s);
      return true;
    });
    assert.equal((await reader.read(film)).logit, logit);
  });

test('bad files among good ones, all asked for at once', async () => {
  const settled = await Promise.allSettled(
    [film, files['an HTML page'][0], film, new Uint8Array(3), film].map((one) => reader.read(one)),
  );
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
  );
});

test('a Blob whose bytes cannot be had', async () => {
  class LostBlob extends Blob {
    async arrayBuffer() {
      throw new DOMException('The file has gone.', 'NotReadableError');
    }
  }
  await assert.rejects(reader.read(new LostBlob([film])), { code: 'not-readable' });
  assert.equal((await reader.read(film)).logit, logit);
});
