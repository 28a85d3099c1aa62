// LiteRT.js: XNNPACK in WebAssembly behind Google's runtime.

import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import { normalised, rgbPixels, timed } from '../pixels.js';

/** @param {import('../page.js').Wish} wish @param {string} filmUrl */
export async function start({ precision, threads, network }, filmUrl) {
  const [pixels] = await Promise.all([rgbPixels(filmUrl), loadLiteRt('/litert/', { threads: threads > 1 })]);
  const model = await loadAndCompile(network, { accelerator: 'wasm', cpuOptions: { numThreads: threads } });
  const input = new Tensor(precision === 'f32' ? normalised(pixels) : pixels, [1, 224, 224, 3]);
  const infer = async () => {
    const [output] = await model.run([input]);
    const values = (await output.data()).slice();
    output.delete();
    return values;
  };
  return { run: () => timed(infer) };
}
