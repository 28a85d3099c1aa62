// What a poor line has to carry. The limits are the project's own promises; what the files weigh is printed.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { DIST, MODEL } from '../fixtures/package.js';

const page = readFileSync(join(DIST, 'index.html'), 'utf8');
const [scripts, styles] = [/(?:src|modulepreload" href)="([^"]+\.js)"/g, /stylesheet" href="([^"]+)"/g].map((address) =>
  [...page.matchAll(address)].map(([, path]) => path),
);

/** @param {string} path @param {(bytes: Buffer) => Buffer} pack @returns {number} bytes */
const packed = (path, pack) => pack(readFileSync(join(DIST, path))).length;
const sum = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0);
const gzip = (/** @type {Buffer} */ bytes) => gzipSync(bytes, { level: 9 });
const brotli = (/** @type {Buffer} */ bytes, quality = 9) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }); // 11 takes seconds for a model

test("the page's scripts, readable as they are, take at most 70 KB as gzip", (t) => {
  assert.ok(scripts.includes('app.js') && scripts.length > 1);
  const nbytes = sum(scripts.map((path) => packed(path, gzip)));
  t.diagnostic(`${scripts.length} scripts: ${nbytes} bytes`);
  assert.ok(nbytes <= 70_000, `${nbytes} bytes`);
});

/** The package's reader with the scripts that it cannot begin without. */
const READER = ['reader.js', ...importsOf('reader.js')].map((name) => `package/${name}`);

/** @param {string} script @returns {string[]} */
function importsOf(script) {
  const text = readFileSync(join(DIST, 'package', script), 'utf8');
  const next = [...text.matchAll(/(?:from|import) "\.\/([^"]+)"/g)];
  return [...new Set(next.map(([, name]) => name).flatMap((name) => [name, ...importsOf(name)]))];
}

test('an engine with its JavaScript takes at most 114 KiB as brotli', (t) => {
  for (const variant of ['simd', 'simd-threads', 'relaxed', 'relaxed-threads']) {
    const engine = ['mjs', 'wasm'].map((end) => `engine/${variant}.${end}`);
    const best = (/** @type {Buffer} */ bytes) => brotli(bytes, 11);
    const nbytes = sum([...engine, ...READER, 'worker.js'].map((path) => packed(path, best)));
    t.diagnostic(`${variant}: ${nbytes} bytes`);
    assert.ok(nbytes <= 114 * 1024, `${variant}: ${nbytes} bytes`);
  }
});

test('the page, its largest engine and the model take at most 2.8 MB as brotli', (t) => {
  const engine = ['relaxed-threads.mjs', 'simd-threads.wasm'].map((name) => `engine/${name}`);
  const nbytes = sum(
    [...scripts, ...styles, 'index.html', 'worker.js', ...engine, MODEL].map((path) => packed(path, brotli)),
  );
  t.diagnostic(`${nbytes} bytes`);
  assert.ok(nbytes <= 2_800_000, `${nbytes} bytes`);
});

test('the single file takes at most 4.8 MB', (t) => {
  const nbytes = statSync(join(DIST, 'pneumoscope.html')).size;
  t.diagnostic(`${nbytes} bytes`);
  assert.ok(nbytes <= 4_800_000, `${nbytes} bytes`);
});
