// Abort, close, and what the reader does when its worker or its engine dies.

import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import workerThreads from 'node:worker_threads';
import { createReader } from 'pneumoscope';
import { greyPng } from '../fixtures/images.js';
import { MODEL, packageCopy } from '../fixtures/package.js';

const film = greyPng();
const largeFilm = greyPng({ width: 2400, height: 2000, depth: 16 });

/** Every worker that readers start, so that a test can end one. @type {import('node:worker_threads').Worker[]} */
const workers = [];
const { Worker } = workerThreads;
workerThreads.Worker = class extends Worker {
  /** @param {ConstructorParameters<typeof Worker>} details */
  constructor(...details) {
    super(...details);
    workers.push(this);
  }
};

/** @param {import('node:test').TestContext} test @param {import('pneumoscope').ReaderOptions} [options] */
async function openReader(test, options) {
  const reader = await createReader(options);
  test.after(() => reader.close());
  return reader;
}

/** Ends the worker that is there now after some milliseconds, unless that is taken back: none that is started later, for the
 * same test or the next, is touched. @param {number} delay */
function endWorkerIn(delay) {
  const worker = workers.at(-1);
  const timer = setTimeout(() => worker?.terminate(), delay);
  return { takeBack: () => clearTimeout(timer) };
}

test('a signal that is aborted already', async (t) => {
  const signal = AbortSignal.abort();
  await assert.rejects(createReader({ signal }), { name: 'AbortError' });
  const reader = await openReader(t);
  await assert.rejects(reader.read(film, { signal }), { name: 'AbortError' });
  await reader.read(film);
});

test('a start can be aborted', async () => {
  const before = workers.length;
  await assert.rejects(createReader({ signal: AbortSignal.timeout(1) }), { name: 'TimeoutError' });
  assert.ok(workers.length <= before + 1);
});

test('a worker may die at any moment of a read: an answer or a sentence, and the next film is read', async (t) => {
  const reader = await openReader(t, { threads: 1 });
  const want = { view: true, heatmap: true, picture: true };
  const { logit } = await reader.read(largeFilm, want);
  const { timing } = await reader.read(largeFilm, want);
  let [ndied, nread] = [0, 0];
  // Ever later, until a film is read before its worker is ended; then again from between the first two moments. However fast the
  // machine is, there are deaths first and an answer at last.
  for (let delay = 0; ndied < 4 || nread < 2; delay += timing.total / 6) {
    const before = nread;
    const reading = reader.read(largeFilm, want).then(
      (findings) => (nread++, assert.equal(findings.logit, logit)),
      ({ code, message }) => (ndied++, assert.deepEqual([code, /ended unasked/.test(message)], ['worker-died', true])),
    );
    const end = endWorkerIn(delay);
    await reading;
    end.takeBack();
    assert.equal((await reader.read(largeFilm, want)).logit, logit);
    if (nread > before) delay = -timing.total / 12;
  }
});

test('an abort drops a read that waits, and no other', async (t) => {
  const reader = await openReader(t);
  const started = workers.length;
  const abort = new AbortController();
  const [first, dropped, last] = [undefined, abort.signal, undefined].map((signal) => reader.read(film, { signal }));
  abort.abort();
  await assert.rejects(dropped, { name: 'AbortError' });
  assert.equal((await first).logit, (await last).logit);
  assert.equal(workers.length, started, 'the worker was kept');
});

test('an abort ends the read that runs, and the next read gets a fresh worker', async (t) => {
  const reader = await openReader(t);
  const { logit } = await reader.read(film);
  const started = workers.length;
  const abort = new AbortController();
  const running = reader.read(largeFilm, { signal: abort.signal });
  const waiting = reader.read(film);
  setTimeout(() => abort.abort(), 20);
  await assert.rejects(running, { name: 'AbortError' });
  assert.equal((await waiting).logit, logit);
  assert.equal(workers.length, started + 1, 'a fresh worker was started');
});

test('a worker that a large film has swollen is let go after its answer', async (t) => {
  const reader = await openReader(t, { threads: 1 });
  const { logit } = await reader.read(film);
  const [started, swollen] = [workers.length, workers.at(-1)];
  const gone = new Promise((resolve) => swollen?.once('exit', resolve));
  const { film: facts } = await reader.read(greyPng({ width: 9000, height: 7000, depth: 16 }));
  assert.deepEqual([facts.width, facts.height], [9000, 7000]);
  const held = setInterval(() => {}, 1000); // a worker that is idle or on its way out does not keep Node from ending
  t.after(() => clearInterval(held));
  await gone;
  assert.equal(workers.length, started, 'none is started before it is needed');
  assert.equal((await reader.read(film)).logit, logit);
  assert.equal(workers.length, started + 1);
  await reader.read(largeFilm);
  await reader.read(film);
  assert.equal(workers.length, started + 1, 'ten megapixels are no reason');
});

test('after the death of its worker a reader goes on with a fresh one', async (t) => {
  const reader = await openReader(t, { threads: 1 });
  const { logit } = await reader.read(film);
  await workers.at(-1)?.terminate();
  assert.equal((await reader.read(film)).logit, logit);

  const running = reader.read(largeFilm);
  endWorkerIn(20);
  await assert.rejects(running, { code: 'worker-died' });
  assert.equal((await reader.read(film)).logit, logit);
});

test('a read whose worker dies of its threads is done by one thread, and so are all after it', async (t) => {
  const reader = await openReader(t, { threads: 2 });
  const { logit } = await reader.read(film);
  const running = reader.read(largeFilm);
  endWorkerIn(20);
  assert.equal((await running).engine.threads, 1);
  const { engine, logit: again } = await reader.read(film);
  assert.deepEqual([engine.threads, engine.variant.includes('threads'), again], [1, false, logit]);
});

test('a film may be of another realm', async (t) => {
  const reader = await openReader(t, { threads: 1 });
  const { logit } = await reader.read(film);
  const foreign = runInNewContext('Uint8Array.from(bytes)', { bytes: [...film] });
  assert.ok(!(foreign.buffer instanceof ArrayBuffer));
  assert.equal((await reader.read(foreign.buffer)).logit, logit);
  assert.equal((await reader.read(foreign)).logit, logit);
  for (const wrong of [null, {}, [1, 2], 7])
    await assert.rejects(reader.read(/** @type {any} */ (wrong)), {
      code: 'bad-argument',
      message: /must be a File, a Blob/,
    });
});

test('after a WebAssembly trap the next read gets a fresh engine', async (t) => {
  const { folder, assets } = await packageCopy(t);
  const engine = join(folder, 'engine/simd.mjs');
  await rename(engine, join(folder, 'engine/real.mjs'));
  await writeFile(
    engine,
    `import factory from './real.mjs';
     const trap = new WebAssembly.Module(Uint8Array.of(
       0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,116,0,0,10,5,1,3,0,0,11));
     export default async (options) => {
       const module = await factory(options);
       let nread = 0;
       const judge = (...film) => nread++ === 1 ? new WebAssembly.Instance(trap).exports.t() : module._wasm_judge(...film);
       return new Proxy(module, { get: (_, key) => key === '_wasm_judge' ? judge : module[key] });
     };`,
  );
  const reader = await openReader(t, { assets, variant: 'simd' });
  const { logit } = await reader.read(film);
  await assert.rejects(reader.read(film), { code: 'engine-failed', message: /unreachable/ });
  assert.equal((await reader.read(film)).logit, logit);
});

test('threads that do not come are not waited for', async (t) => {
  const { folder, assets } = await packageCopy(t);
  const hold = "if ((await import('node:worker_threads')).workerData === 'em-pthread') await new Promise(() => {});\n";
  for (const variant of ['simd-threads', 'relaxed-threads']) {
    const script = join(folder, `engine/${variant}.mjs`);
    await writeFile(script, hold + (await readFile(script, 'utf8')));
  }
  const [late, alone] = [await openReader(t, { assets, threads: 2 }), await openReader(t, { threads: 1 })];
  assert.equal(late.engine.threads, 2);
  assert.equal((await late.read(film)).logit, (await alone.read(film)).logit);
});

test('an engine that dies of its threads is replaced by one with one thread', async (t) => {
  const { folder, assets } = await packageCopy(t);
  const dying = 'export default () => new Promise(() => setTimeout(() => { throw new Error("no thread"); }));';
  for (const variant of ['simd-threads', 'relaxed-threads'])
    await writeFile(join(folder, `engine/${variant}.mjs`), dying);
  const reader = await openReader(t, { assets, threads: 2 });
  assert.equal(reader.engine.threads, 1);
});

test('close ends what runs and what waits, and a closed reader says so', async () => {
  const reader = await createReader();
  const reads = [reader.read(largeFilm), reader.read(film)];
  setTimeout(() => reader.close(), 10);
  for (const read of reads) await assert.rejects(read, { code: 'closed' });
  await assert.rejects(reader.read(film), { code: 'closed' });
  reader.close();
});

test('an idle reader does not keep Node from ending', async () => {
  const { spawnSync } = await import('node:child_process');
  const program = `import { createReader } from 'pneumoscope'; await createReader();`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 });
  assert.equal(status, 0);
});

test('a hundred reads take one worker', async (t) => {
  const started = workers.length;
  const reader = await openReader(t, { threads: 1, viewSide: 0 });
  const { logit } = await reader.read(film);
  for (let i = 0; i < 100; i++) assert.equal((await reader.read(film)).logit, logit);
  assert.equal(workers.length, started + 1);
});

test('files of the package that are missing or something else are named', async (t) => {
  const { folder, assets } = await packageCopy(t);
  const page = '<!DOCTYPE html><p>Not found';
  const cases = [
    [MODEL, page, /pneumonia-int8\.safetensors is not a model file: .*start with "<!DOCTYPE html>/],
    ['engine/simd.wasm', page, /simd\.wasm is not a WebAssembly module: .*start with "<!DOCTYPE html>/],
    ['engine/simd.mjs', page, /simd\.mjs is not a script: .*start with "<!DOCTYPE html>/],
    ['worker.js', page, /worker\.js is not a script: .*start with "<!DOCTYPE html>/],
    ['engine/simd.wasm', null, /simd\.wasm could not be read: ENOENT/],
    ['engine/simd.mjs', null, /simd\.mjs could not be read: ENOENT/],
    ['worker.js', null, /worker\.js could not be read: ENOENT/],
  ];
  for (const [file, content, message] of cases) {
    const path = join(folder, file);
    const whole = await readFile(path);
    await rename(path, `${path}.kept`);
    if (content) await writeFile(path, content);
    await assert.rejects(createReader({ assets, variant: 'simd' }), { code: 'bad-asset', message });
    await writeFile(path, whole);
  }
});
