// Several readers with one compiled engine, and several models about one decoded film.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPool, createReader } from 'pneumoscope';
import { garbage, greyPng } from '../fixtures/images.js';
import { DIST, MODELS } from '../fixtures/package.js';

test('a pool reads several films at once, as one reader does, and goes on after a bad one', async (t) => {
  const pool = await createPool({ size: 3 });
  t.after(() => pool.close());
  assert.deepEqual([pool.size, pool.engine.threads, pool.model.name], [3, 1, MODELS[0].name]);
  const films = Array.from({ length: 8 }, (_, i) => (i === 4 ? garbage(100) : greyPng({ width: 200 + 10 * i })));
  const reads = await Promise.allSettled(films.map((film) => pool.read(film)));
  const reader = await createReader({ threads: 1 });
  t.after(() => reader.close());
  for (const [i, read] of reads.entries()) {
    if (i === 4) assert.equal(read.reason?.code, 'bad-image');
    else assert.equal(read.value?.logit, (await reader.read(films[i])).logit);
  }
});

test('results of inOrder come in the order of the items', async (t) => {
  const pool = await createPool({ size: 2 });
  t.after(() => pool.close());
  const widths = [900, 100, 500, 120, 130, 800, 140];
  const found = [];
  for await (const width of pool.inOrder(
    widths,
    async (one, reader) => (await reader.read(greyPng({ width: one }))).width,
  ))
    found.push(width);
  assert.deepEqual(found, widths);
});

test('a pool that is closed rejects what is not done, and one that cannot start says why', async () => {
  const pool = await createPool({ size: 2 });
  const reading = pool.read(greyPng({ width: 3000, height: 3000 }));
  pool.close();
  await assert.rejects(reading, { code: 'closed' });
  await assert.rejects(createPool({ size: 0 }), {
    code: 'bad-argument',
    message: /size must be a whole number from 1 to 64/,
  });
  await assert.rejects(createPool({ size: 2, model: garbage(50) }), { code: 'bad-model' });
});

test('a film is decoded once and judged by every model', async (t) => {
  const [own, other] = MODELS;
  const reader = await createReader({ threads: 1, also: [await readFile(join(DIST, other.file))] });
  t.after(() => reader.close());
  const alone = await createReader({ threads: 1, precision: other.precision });
  t.after(() => alone.close());
  for (const film of [
    greyPng(),
    { data: new Uint16Array(10_000).map((_, i) => i % 251), width: 100, height: 100, bits: 8 },
  ]) {
    const { model, also } = await reader.read(film);
    const { logit, decision, scope } = await alone.read(film);
    assert.deepEqual([model.sha256, also.length], [own.sha256, 1]);
    assert.deepEqual(
      [also[0].model.sha256, also[0].logit, also[0].decision, also[0].scope],
      [other.sha256, logit, decision, scope],
    );
  }
  assert.deepEqual((await alone.read(greyPng())).also, []);
});
