// In eight bits the same film gives the same bits, whatever build of the engine reads it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReader } from 'pneumoscope';
import { relaxedSimd } from 'wasm-feature-detect';
import { EXPECTED, films, hash } from '../fixtures/same-bits.js';

const pictures = films();
const levels = (await relaxedSimd()) ? ['simd', 'relaxed'] : ['simd'];

for (const level of levels)
  for (const threads of [1, 2, 3, 4])
    test(`${level}, threads: ${threads}`, async () => {
      const variant = /** @type {any} */ (threads > 1 ? `${level}-threads` : level);
      const reader = await createReader({ precision: 'int8', variant, threads, viewSide: 0 });
      const logits = [];
      for (const film of pictures) logits.push((await reader.read(film)).logit);
      assert.deepEqual(reader.engine, { ...reader.engine, variant, threads, precision: 'int8' });
      reader.close();
      assert.ok(new Set(logits).size > 40, 'the films differ, and so do their logits');
      assert.equal(hash(logits), EXPECTED);
    });
