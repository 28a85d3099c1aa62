// onnxruntime-web, its WebAssembly backend.

import * as ort from 'onnxruntime-web/wasm';
import { normalised, planes, rgbPixels, timed } from '../pixels.js';

/** @param {import('../page.js').Wish} wish @param {string} filmUrl */
export async function start({ threads, network }, filmUrl) {
  ort.env.wasm.wasmPaths = '/onnxruntime/';
  ort.env.wasm.numThreads = threads;
  const [session, pixels] = await Promise.all([
    ort.InferenceSession.create(network, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' }),
    rgbPixels(filmUrl),
  ]);
  const film = new ort.Tensor('float32', planes(normalised(pixels)), [1, 3, 224, 224]);
  const infer = async () => (await session.run({ film })).logits.getData();
  return { run: () => timed(infer) };
}
