// An engine that gets less and less memory: it opens and reads, or says that there is none, and reads what is smaller.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createReader, PneumoscopeError } from 'pneumoscope';
import { dicomFile } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import { packageCopy } from '../fixtures/package.js';

const PAGE = 65536;
const MEMORY_SECTION = 5;

/** A module's own memory: where its maximum stands, and from how many pages to how many it may grow. @param {Uint8Array} wasm */
function memoryOf(wasm) {
  let at = 8;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < wasm.length) {
    const [id, size] = [wasm[at++], number()];
    if (id !== MEMORY_SECTION) {
      at += size;
      continue;
    }
    const [count, flags, least] = [number(), number(), number()];
    assert.deepEqual([count, flags & 1], [1, 1]);
    const start = at;
    return { least, most: number(), start, end: at };
  }
  throw new Error('no memory section');
}

/** @param {Uint8Array} wasm @param {number} most pages, in as many bytes as the number had */
function withMost(wasm, most) {
  const { start, end } = memoryOf(wasm);
  const changed = Uint8Array.from(wasm);
  for (let at = start; at < end; at++, most = Math.floor(most / 128))
    changed[at] = (most % 128) | (at < end - 1 ? 0x80 : 0);
  assert.equal(most, 0);
  return changed;
}

const small = dicomFile();
const large = greyPng({ width: 2400, height: 2000, depth: 16 });
const want = { view: true, heatmap: true, picture: true };

test('less and less memory: the same answers, or "no memory"', async (t) => {
  const { folder, assets } = await packageCopy(t);
  const path = join(folder, 'engine/simd.wasm');
  const wasm = await readFile(path);
  const { least, most } = memoryOf(wasm);
  const enough = await createReader({ variant: 'simd' });
  t.after(() => enough.close());
  const expected = [(await enough.read(small)).logit, (await enough.read(large)).logit];
  const codeOf = (/** @type {unknown} */ thrown) => {
    assert.ok(thrown instanceof PneumoscopeError, String(thrown));
    assert.ok(thrown.message.length > 20 && !/undefined|NaN/.test(thrown.message));
    return thrown.code;
  };
  const outcomes = [];
  const step = Math.ceil((64 * 2 ** 20) / PAGE / 40);
  for (let pages = least; pages < Math.min(most, least + 40 * step); pages += step) {
    await writeFile(path, withMost(wasm, pages));
    const reader = await createReader({ variant: 'simd', assets }).catch(codeOf);
    if (typeof reader === 'string') {
      outcomes.push(reader);
      continue;
    }
    const answers = [];
    for (const film of [small, large, small])
      answers.push(await reader.read(film, want).then(({ logit }) => logit, codeOf));
    reader.close();
    answers.forEach((answer, i) =>
      assert.ok(answer === expected[i % 2] || answer === 'no-memory', `${pages} pages: ${answer}`),
    );
    assert.deepEqual(answers[0], answers[2], `${pages} pages: a large film takes nothing from the next`);
    outcomes.push(answers.map((answer) => (answer === 'no-memory' ? '-' : 'read')).join(' '));
  }
  t.diagnostic([...new Set(outcomes)].join('; '));
  assert.ok(
    outcomes.every((outcome) => !['engine-failed', 'worker-died'].includes(outcome)),
    outcomes.join(),
  );
  assert.ok(new Set(outcomes).size >= 2, 'the steps cross a limit');
  assert.equal(outcomes.at(-1), 'read read read');
});
