// LiteRT.js: XNNPACK in WebAssembly behind Google's runtime.

import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import { normalised, rgbOf, rgbPixels, timed } from '../pixels.js';

/** @param {import('../page.js').Wish} wish @param {string} filmUrl */
export async function start({ precision, threads, network }, filmUrl) {
  const [pixels] = await Promise.all([rgbPixels(filmUrl), loadLiteRt('/litert/', { threads: threads > 1 })]);
  const model = await loadAndCompile(network, { accelerator: 'wasm', cpuOptions: { numThreads: threads } });
  const tensor = (/** @type {Uint8Array} */ rgb) =>
    new Tensor(precision === 'f32' ? normalised(rgb) : rgb, [1, 224, 224, 3]);
  const infer = async (/** @type {Tensor} */ input) => {
    const [output] = await model.run([input]);
    const values = (await output.data()).slice();
    output.delete();
    return values;
  };
  const whole = async (/** @type {Blob} */ file) => {
    const input = tensor(await rgbOf(file));
    const values = await infer(input);
    input.delete();
    return values;
  };
  const input = tensor(pixels);
  return { run: () => timed(() => infer(input)), whole: (file) => timed(() => whole(file)) };
}
