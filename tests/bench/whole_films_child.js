// One way to read whole films in Node. Its arguments are its name, a film and how often to read it. Prints one line of JSON:
// { films_a_second, first_ms, peak_mib }.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { CACHE, DIST } from './places.js';

const SIDE = 224;
const WARM_UP = 20;
const engines = { pneumoscope, 'sharp + onnxruntime-node': sharpAndOnnxruntime };

const [engine, path, count] = process.argv.slice(2);
const read = await engines[engine]();
await read(await readFile(path));
const first_ms = performance.now(); // since the process began
for (let i = 0; i < WARM_UP; i++) await read(await readFile(path));
const started = performance.now();
for (let i = 0; i < Number(count); i++) await read(await readFile(path));
const films_a_second = (1000 * Number(count)) / (performance.now() - started);
console.log(JSON.stringify({ films_a_second, first_ms, peak_mib: process.resourceUsage().maxRSS / 1024 }));
process.exit();

/** As a server would: int8, checked for scope, without a heatmap. */
async function pneumoscope() {
  const { createPool } = await import(pathToFileURL(join(DIST, 'package/reader.js')).href);
  const pool = await createPool({ size: 1, threads: 1, viewSide: 0 });
  return (/** @type {Buffer} */ film) => pool.read(film);
}

/** The same network in float32. sharp decodes a JPEG at half or a quarter of its size where that is enough. */
async function sharpAndOnnxruntime() {
  const require = createRequire(join(CACHE, 'package.json'));
  const [sharp, ort] = [require('sharp'), require('onnxruntime-node')];
  sharp.concurrency(1);
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' };
  const session = await ort.InferenceSession.create(join(CACHE, 'networks/mobilenet_v2.onnx'), options);
  return async (/** @type {Buffer} */ film) => {
    const greys = await sharp(film).greyscale().resize(SIDE, SIDE, { fit: 'fill' }).raw().toBuffer();
    const values = new Float32Array(3 * SIDE * SIDE);
    for (let i = 0; i < greys.length; i++) values[i] = greys[i] / 127.5 - 1;
    values.copyWithin(SIDE * SIDE, 0, SIDE * SIDE);
    values.copyWithin(2 * SIDE * SIDE, 0, SIDE * SIDE);
    const { logits } = await session.run({ film: new ort.Tensor('float32', values, [1, 3, SIDE, SIDE]) });
    return logits.data;
  };
}
