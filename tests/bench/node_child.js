// One engine in Node: started with a row as its argument, it answers a number with that many runs.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { CACHE, DIST } from './places.js';

const engines = { pneumoscope, 'onnxruntime-node': onnxruntime };

/** @type {import('./rows.js').Row} */
const row = JSON.parse(process.argv[2]);
const started = engines[row.engine](row);
started.catch(() => {}); // told when asked

process.on('message', async (/** @type {number} */ n) => {
  try {
    const run = await started;
    await run(); // the caches are full of another engine's data
    const runs = [];
    for (let i = 0; i < n; i++) runs.push(await run());
    process.send({ runs });
  } catch (error) {
    process.send({ error: error.message });
  }
});

/** @param {import('./rows.js').Row} row */
async function pneumoscope({ threads, variant, precision }) {
  const { createReader } = await import(pathToFileURL(join(DIST, 'package/reader.js')).href);
  const film = await readFile(join(CACHE, 'films/film_224.jpg'));
  const reader = await createReader({ threads, variant, precision, viewSide: 0 });
  return async () => {
    const { timing, logit } = await reader.read(film);
    return { ms: timing.infer, outputs: [logit] };
  };
}

/** onnxruntime's native build. @param {import('./rows.js').Row} row */
async function onnxruntime({ threads }) {
  const ort = createRequire(join(CACHE, 'package.json'))('onnxruntime-node');
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all' };
  const session = await ort.InferenceSession.create(join(CACHE, 'networks/mobilenet_v2.onnx'), options);
  const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => (i % 251) / 125 - 1);
  const film = new ort.Tensor('float32', values, [1, 3, 224, 224]);
  return async () => {
    const before = performance.now();
    const { logits } = await session.run({ film });
    return { ms: performance.now() - before, outputs: Array.from(logits.data) };
  };
}
