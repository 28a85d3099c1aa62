// What read() takes: the same film in every form gives the same answer, and what is no film a sentence.

import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decode } from 'fast-png';
import { createPool, createReader } from '../../dist/package/reader.js';

const FILM = fileURLToPath(new URL('../../web/samples/synthetic-normal-20.png', import.meta.url));
const bytes = readFileSync(FILM);
const { data: grey, width, height, channels, depth } = decode(bytes);

/** @type {import('../../web/reader/types.d.ts').Reader} */
let reader;
/** @type {import('node:http').Server} */
let server;
let address = '';
before(async () => {
  reader = await createReader({ threads: 1 });
  server = createServer(({ url }, response) => {
    if (url === '/film') return void response.end(bytes);
    if (url === '/cut') {
      response.writeHead(200, { 'Content-Length': bytes.length }).write(bytes.subarray(0, 1000));
      return void setTimeout(() => response.destroy(), 50);
    }
    response.writeHead(404).end('none');
  }).listen(0, 'localhost');
  await once(server, 'listening');
  address = `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
});
after(() => {
  reader.close();
  server.close();
  server.closeAllConnections();
});

/** @param {any} film */
const read = async (film) => (await reader.read(film)).logit;
const bytesOf = (/** @type {(grey: number) => number[]} */ pixel) =>
  Uint8ClampedArray.from(Array.from(grey).flatMap((value) => pixel(value)));

test('a file in every form', async () => {
  const logit = await read(bytes);
  const forms = {
    path: FILM,
    'file URL': pathToFileURL(FILM),
    'file URL as a text': pathToFileURL(FILM).href,
    'stream of Node': createReadStream(FILM),
    'stream in small pieces': Readable.from(
      (function* () {
        for (let i = 0; i < bytes.length; i += 777) yield bytes.subarray(i, i + 777);
      })(),
    ),
    'web stream': new Blob([bytes]).stream(),
    response: await fetch(`${address}/film`),
    'response made here': new Response(bytes),
    request: new Request(address, { method: 'POST', body: bytes }),
    'view of a part': new DataView(Uint8Array.from([1, 2, ...bytes]).buffer, 2),
  };
  for (const [form, film] of Object.entries(forms)) assert.equal(await read(film), logit, form);
});

test('samples of 8 bits, grey and coloured, are what the file is', async () => {
  assert.deepEqual([channels, depth], [1, 8]);
  const logit = await read(bytes);
  const warningsOf = async (/** @type {any} */ film) => (await reader.read(film)).warnings;
  const forms = {
    grey: { data: Uint8Array.from(grey), width, height },
    clamped: { data: Uint8ClampedArray.from(grey), width, height },
    buffer: { data: Buffer.from(grey), width, height },
    RGB: { data: bytesOf((value) => [value, value, value]), width, height },
    RGBA: { data: bytesOf((value) => [value, value, value, 255]), width, height },
  };
  for (const [form, film] of Object.entries(forms)) {
    assert.equal(await read(film), logit, form);
    assert.equal((await reader.read(/** @type {any} */ (film))).film.kind, 'samples', form);
  }
  assert.equal(
    await read({ data: Uint8Array.from(grey, (value) => value >> 4), width, height, bits: 4 }),
    await read({ data: Uint16Array.from(grey, (value) => value >> 4), width, height, bits: 4 }),
  );
  assert.deepEqual(await warningsOf({ data: bytesOf((v) => [v, 255 - v, v, 255]), width, height }), ['colour']);
  assert.ok((await warningsOf({ data: bytesOf((v) => [v, v, v, v]), width, height })).includes('transparency'));
  const pixels = Uint8ClampedArray.from(grey);
  await read({ data: pixels, width, height });
  assert.deepEqual(pixels, Uint8ClampedArray.from(grey), 'the caller keeps its samples');
});

test('what is no film is told in a sentence, and the next film is read', async () => {
  const used = new Response(bytes);
  await used.arrayBuffer();
  const logit = await read(bytes);
  /** @type {[any, string, RegExp][]} */
  const cases = [
    ['/there/is/no/film.png', 'not-readable', /^There is no file \/there\/is\/no\/film\.png\.$/],
    ['film.png', 'not-readable', /^There is no file film\.png\.$/],
    ['file:///there/is/none', 'not-readable', /^There is no file/],
    ['', 'not-readable', /^There is no file/],
    ['a\0b', 'not-readable', /cannot be opened/],
    [`${FILM}/inside`, 'not-readable', /cannot be opened: ENOTDIR/],
    [tmpdir(), 'not-readable', /is a folder/],
    [`data:image/png;base64,${bytes.toString('base64')}`, 'bad-argument', /await fetch/],
    ['https://user:secret@example.test/film.png', 'bad-argument', /await fetch/],
    [bytes.toString('base64'), 'not-readable', /Buffer\.from\(text, 'base64'\)/],
    [fetch(`${address}/film`), 'bad-argument', /promise.*await/],
    [await fetch(`${address}/none`), 'not-readable', /answered 404/],
    [await fetch(`${address}/cut`), 'not-readable', /broke off/],
    [used, 'bad-argument', /was read before/],
    [Readable.from(['text', 'more']), 'bad-argument', /something else than bytes/],
    [{ data: new Uint8Array(10), width: 3, height: 3 }, 'bad-argument', /10 samples; 3 x 3 would be 9 of grey/],
    [{ data: new Uint8Array(9), width: 0, height: 3 }, 'bad-argument', /width/],
    [{ data: [1, 2, 3], width: 3, height: 1 }, 'bad-argument', /Uint8Array/],
    [{ data: new Uint8Array(9), width: 3, height: 3, bits: 9 }, 'bad-argument', /bits/],
    [undefined, 'bad-argument', /must be/],
    [null, 'bad-argument', /must be/],
    [7, 'bad-argument', /must be/],
    [{}, 'bad-argument', /must be/],
  ];
  for (const [film, code, sentence] of cases)
    await assert.rejects(reader.read(film), (/** @type {any} */ error) => {
      assert.equal(error.code, code, String(film).slice(0, 40));
      assert.match(error.message, sentence);
      assert.ok(error.message.length < 400 && !error.message.includes('secret'), error.message.slice(0, 400));
      return true;
    });
  assert.equal(await read(bytes), logit);
});

test('`using` closes a reader and a pool', async () => {
  for (const made of [await createReader({ threads: 1 }), await createPool({ size: 1 })]) {
    made[/** @type {typeof Symbol.dispose} */ (Symbol.dispose ?? Symbol.for('Symbol.dispose'))]();
    await assert.rejects(made.read(bytes), { code: 'closed' });
  }
});
