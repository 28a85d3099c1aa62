// Memory and decoding, in Node because a page cannot look into its worker's heap. Prints one line of JSON:
// { memory: { film_12mp_mib, film_224_mib }, decode: { grey: { ours_ms, plain_ms }, rgb: { ours_ms, plain_ms } } }

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../../web/worker/engine.js';
import { BUILT, CACHE, DIST, MODEL } from './places.js';
import { median } from './statistics.js';

const ROUNDS = 15;
const SETTINGS = { threads: 1, viewSide: 1024, limits: { megapixels: 100, fileMib: 256 } };

const film = (/** @type {string} */ name) => readFile(join(CACHE, `films/${name}.jpg`));
const factory = async (/** @type {string} */ path) => (await import(path)).default;

/** A fresh engine of the variant that runs everywhere. */
async function open() {
  const module = await (await factory(join(DIST, 'engine/simd.mjs')))();
  return { module, engine: new Engine(module, await readFile(MODEL), SETTINGS) };
}

/** Memory grows and never shrinks, so its size after a reading is its peak. @param {string} name of the film */
async function peakMib(name) {
  const { module, engine } = await open();
  engine.read(await film(name), { heatmap: true, view: true });
  return module.HEAPU8.byteLength / 2 ** 20;
}

/** @returns {Promise<() => number>} milliseconds of stb_image without SIMD */
async function plainDecoder(/** @type {Uint8Array} */ file) {
  const module = await (await factory(join(BUILT, 'decode_plain.mjs')))();
  const pointer = module._malloc(file.length);
  module.HEAPU8.set(file, pointer);
  return () => {
    const started = performance.now();
    if (!module._decode_plain(pointer, file.length)) throw new Error('stb_image cannot decode the film.');
    return performance.now() - started;
  };
}

/** @param {string} name of the film */
async function decodeTimes(name) {
  const file = await film(name);
  const [{ engine }, plain] = [await open(), await plainDecoder(file)];
  const times = { ours: [], plain: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(engine.read(file, {}).timing.decode);
    times.plain.push(plain());
  }
  return { ours_ms: median(times.ours), plain_ms: median(times.plain) };
}

const memory = { film_12mp_mib: await peakMib('film_12mp'), film_224_mib: await peakMib('film_224') };
const decode = { grey: await decodeTimes('film_2.5mp'), rgb: await decodeTimes('film_2.5mp_rgb') };
console.log(JSON.stringify({ memory, decode }));
