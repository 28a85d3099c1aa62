// The package's files of two versions in one folder, as a cache or half a copy leaves them: a sentence, never a hang.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { MARK } from '../../web/contract/contract.js';
import { generate } from '../../web/contract/generate.js';
import { createReader } from '../../dist/package/reader.js';
import { PACKAGE } from '../fixtures/package.js';

const home = mkdtempSync(join(tmpdir(), 'versions-'));
after(() => rmSync(home, { recursive: true }));

/** @param {string} name @param {(folder: string) => void} change @returns {URL} a copy of the package's folder that was changed */
function packageWith(name, change) {
  const folder = join(home, name);
  cpSync(PACKAGE, folder, { recursive: true });
  change(folder);
  return pathToFileURL(`${folder}/`);
}

/** @param {string} path @param {(text: string) => string} change */
function rewrite(path, change) {
  const before = readFileSync(path, 'latin1');
  const changed = change(before);
  assert.notEqual(changed, before, path);
  writeFileSync(path, changed, 'latin1');
}

const newerWorker = (/** @type {string} */ folder) =>
  rewrite(join(folder, 'worker.js'), (text) => text.replaceAll(String(MARK), String((MARK ^ 1) >>> 0)));
/** An engine from before there was a number. */
const olderEngine = (/** @type {string} */ folder) => {
  for (const variant of ['simd', 'simd-threads', 'relaxed', 'relaxed-threads'])
    rewrite(join(folder, `engine/${variant}.mjs`), (text) => text.replace(/_wasm_contract/g, '_wasm_was_not_here'));
};
/** The script of one build beside the code of another. */
const mixedEngine = (/** @type {string} */ folder) => {
  const [plain, threads, aside] = ['simd', 'simd-threads', 'aside'].map((name) => join(folder, `engine/${name}.wasm`));
  renameSync(plain, aside);
  renameSync(threads, plain);
  renameSync(aside, threads);
};

const ANOTHER =
  /engine\/(simd|relaxed).* is an engine of another version than the script.*Copy the package's whole folder/;

for (const threads of [1, 2]) {
  test(`an engine of another version is refused with a sentence, threads: ${threads}`, async () => {
    for (const [name, change] of Object.entries({ newerWorker, olderEngine })) {
      const assets = packageWith(`${name}${threads}`, change);
      await assert.rejects(createReader({ threads, assets }), { code: 'bad-asset', message: ANOTHER }, name);
    }
  });
}

test('an engine whose code is not that of its script is refused', async () => {
  const assets = packageWith('mixed', mixedEngine);
  for (const variant of /** @type {const} */ (['simd', 'simd-threads']))
    await assert.rejects(createReader({ variant, assets }), { code: 'bad-asset', message: ANOTHER });
});

test('the number is another one if a call, a word or a struct changes, and the same if a comment does', async () => {
  const header = readFileSync(new URL('../../src/pneumoscope.h', import.meta.url), 'utf8');
  const calls = readFileSync(new URL('../../src/wasm.c', import.meta.url), 'utf8');
  const markOf = async (/** @type {string} */ changedHeader, changedCalls = calls) =>
    Number(/MARK = .*?\((\d+)\)/.exec((await generate(changedHeader, changedCalls))['web/contract/contract.js'])?.[1]);
  assert.equal(await markOf(header), MARK);
  assert.equal(await markOf(header.replace('/* ', '/* Another word. '), calls.replace('/* ', '/* One more. ')), MARK);
  const others = [
    [header, calls.replace('uint32_t nthreads,', '')],
    [header.replace('float logit;', ''), calls],
    [header.replace('PNEUMOSCOPE_WARNING_ASPECT', 'PNEUMOSCOPE_WARNING_SHAPE'), calls],
  ];
  for (const [changedHeader, changedCalls] of others) {
    assert.ok(changedHeader !== header || changedCalls !== calls);
    assert.notEqual(await markOf(changedHeader, changedCalls), MARK);
  }
});
