import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createReader, decide, PneumoscopeError } from 'pneumoscope';
import { colourPng, greyPng } from '../fixtures/images.js';
import { DIST, hasRelaxedSimd, MODEL } from '../fixtures/package.js';

const film = greyPng();

/** @type {Awaited<ReturnType<typeof createReader>>} */
let reader;
before(async () => void (reader = await createReader({ threads: 1 })));
after(() => reader?.close());

test('a film is read into complete findings', async () => {
  const findings = await reader.read(film, { heatmap: true, view: true, input: true });
  const { probability, threshold, logit, heatmap, view, input, timing, engine, model } = findings;
  assert.equal(findings.decision, decide(findings, findings));
  assert.ok(probability > 0 && probability < 1 && threshold > 0 && threshold < 1 && Number.isFinite(logit));
  assert.deepEqual([findings.width, findings.height, findings.bits], [320, 256, 8]);
  assert.equal(heatmap.values.length, heatmap.side ** 2);
  assert.ok(heatmap.values.every(Number.isFinite));
  assert.deepEqual([view.width, view.height, view.data.length], [320, 256, 320 * 256]);
  assert.equal(input.values.length, input.side ** 2);
  assert.ok(input.values.every((grey) => grey >= 0 && grey <= 1));
  assert.ok(timing.infer > 0 && timing.total >= timing.decode + timing.prepare + timing.infer);
  assert.equal(engine.threads, 1);
  assert.deepEqual(engine, reader.engine);
  assert.deepEqual(model, reader.model);
});

test('what is not asked for is null', async () => {
  const { heatmap, view, input } = await reader.read(film);
  assert.deepEqual([heatmap, view, input], [null, null, null]);
});

test('the model is named, with the hash of its file', async () => {
  const file = await readFile(`${DIST}${MODEL}`);
  assert.equal(reader.model.sha256, createHash('sha256').update(file).digest('hex'));
  assert.ok(reader.model.name && reader.model.version);
});

test('the engine says the version of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal(reader.engine.version, version);
});

test('every kind of input gives the same answer and is left as it was', async () => {
  const padded = new Uint8Array(film.length + 20);
  padded.set(film, 10);
  const kinds = {
    Uint8Array: film,
    ArrayBuffer: film.buffer.slice(film.byteOffset, film.byteOffset + film.length),
    view: padded.subarray(10, 10 + film.length),
    DataView: new DataView(padded.buffer, 10, film.length),
    Buffer: Buffer.from(film),
    Blob: new Blob([film]),
  };
  const { logit } = await reader.read(film);
  for (const [kind, input] of Object.entries(kinds)) assert.equal((await reader.read(input)).logit, logit, kind);
  assert.ok(padded.length > 0 && kinds.ArrayBuffer.byteLength === film.length);
});

test('films asked for at once are read in order, each with its own answer', async () => {
  const films = [greyPng(), greyPng({ width: 400 }), greyPng({ width: 500, depth: 16 })];
  const findings = await Promise.all(films.map((one) => reader.read(one)));
  assert.deepEqual(
    findings.map(({ width, bits }) => [width, bits]),
    [
      [320, 8],
      [400, 8],
      [500, 16],
    ],
  );
});

test('warnings are named', async () => {
  assert.deepEqual((await reader.read(greyPng())).warnings, []);
  assert.deepEqual((await reader.read(colourPng())).warnings, ['colour']);
  assert.deepEqual((await reader.read(greyPng({ width: 100, height: 90 }))).warnings, ['low-resolution']);
  assert.deepEqual((await reader.read(greyPng({ width: 700, height: 300 }))).warnings, ['aspect']);
});

test('the view is at most as long as was asked for', async () => {
  const small = await createReader({ threads: 1, viewSide: 64 });
  const { view } = await small.read(greyPng({ width: 320, height: 160 }), { view: true });
  assert.deepEqual([view.width, view.height], [64, 32]);
  small.close();
  const none = await createReader({ threads: 1, viewSide: 0 });
  assert.equal((await none.read(film, { view: true })).view, null);
  none.close();
});

test('the model may be given as bytes, a Blob or an address', async () => {
  const path = pathToFileURL(join(DIST, MODEL));
  const bytes = await readFile(path);
  for (const model of [bytes, new Blob([bytes]), path, path.href]) {
    const other = await createReader({ threads: 1, model });
    assert.equal(other.model.sha256, reader.model.sha256);
    other.close();
  }
});

for (const variant of ['simd', 'simd-threads', 'relaxed', 'relaxed-threads']) {
  const skip = variant.startsWith('relaxed') && !hasRelaxedSimd && 'this Node has no relaxed SIMD';
  test(`the variant ${variant} gives the same answer`, { skip }, async () => {
    const threads = variant.endsWith('-threads') ? 2 : 1;
    const other = await createReader({ variant, threads });
    const [one, two] = [await reader.read(film), await other.read(film)];
    other.close();
    assert.ok(Math.abs(one.logit - two.logit) < 1e-3, `${one.logit} and ${two.logit}`);
    assert.ok(Math.abs(one.probability - two.probability) < 1e-4);
    assert.deepEqual([two.engine.variant, two.engine.threads], [variant, threads]);
  });
}

test('left to itself the reader takes the fastest variant and several threads', async () => {
  const own = await createReader();
  const base = hasRelaxedSimd ? 'relaxed' : 'simd';
  const { availableParallelism } = await import('node:os');
  const threads = Math.min(availableParallelism(), 4);
  assert.deepEqual([own.engine.variant, own.engine.threads], [threads > 1 ? `${base}-threads` : base, threads]);
  assert.equal((await own.read(film)).engine.threads, threads);
  own.close();
});

test('options out of their range are refused', async () => {
  const wrong = [
    { threads: 0 },
    { threads: 65 },
    { threads: 1.5 },
    { variant: 'avx' },
    { variant: 'simd', threads: 2 },
    { precision: 'int4' },
    { viewSide: 4097 },
    { model: 7 },
    { model: 'http://' },
  ];
  for (const options of wrong)
    await assert.rejects(createReader(options), (error) => {
      assert.ok(error instanceof PneumoscopeError);
      assert.equal(error.code, 'bad-argument', JSON.stringify(options));
      return true;
    });
  await assert.rejects(reader.read({}), { code: 'bad-argument', message: /not Object/ });
});
