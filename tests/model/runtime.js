// Runs a network in its own framework, in a process of its own, and prints its outputs as a JSON list, a line an input.
//
//   node runtime.js onnx|litert FILE SIDE f32|u8 INPUT...
//
// INPUT is f32[SIDE][SIDE][3], pixels in 0..255; f32 feeds them as x / 127.5 - 1, u8 as they are. .ci/setup fetched the
// runtimes for the tests.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { runInThisContext } from 'node:vm';

const PACKAGES = new URL('../../.cache/runtimes/node_modules/', import.meta.url);
const [runtime, file, side, precision, ...inputs] = process.argv.slice(2);
const shape = [1, Number(side), Number(side), 3];

const pixelsOf = (/** @type {string} */ path) => {
  const pixels = new Float32Array(Uint8Array.from(readFileSync(path)).buffer);
  return precision === 'u8' ? Uint8Array.from(pixels) : pixels.map((value) => value / 127.5 - 1);
};

/** [side][side][3] -> [3][side][side] @param {Float32Array | Uint8Array} pixels */
const planes = (pixels) =>
  Float32Array.from(pixels, (_, i) => {
    const area = pixels.length / 3;
    return pixels[(i % area) * 3 + Math.floor(i / area)];
  });

async function startOnnx() {
  const ort = await import(new URL('onnxruntime-web/dist/ort.wasm.bundle.min.mjs', PACKAGES).href);
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(file)));
  return async (/** @type {Float32Array} */ pixels) => {
    const film = new ort.Tensor('float32', planes(pixels), [1, 3, shape[1], shape[2]]);
    return Object.values(await session.run({ [session.inputNames[0]]: film }))[0].data;
  };
}

/** LiteRT.js is written for pages and workers, but its WebAssembly part knows Node: a worker's importScripts will do. */
async function startLitert() {
  const wasm = new URL('@litertjs/core/wasm/litert_wasm_compat_internal.js', PACKAGES);
  Object.assign(globalThis, {
    self: globalThis,
    require: createRequire(import.meta.url),
    __dirname: new URL('.', wasm).pathname,
    __filename: wasm.pathname,
    importScripts: (/** @type {string} */ url) => runInThisContext(readFileSync(new URL(url), 'utf8')),
  });
  const litert = await import(new URL('@litertjs/core/dist/index.js', PACKAGES).href);
  await litert.loadLiteRt(wasm.href, { threads: false });
  const model = await litert.loadAndCompile(new Uint8Array(readFileSync(file)), { accelerator: 'wasm' });
  return async (/** @type {Float32Array} */ pixels) => {
    const [output] = await model.run([new litert.Tensor(pixels, shape)]);
    return output.data();
  };
}

const run = await { onnx: startOnnx, litert: startLitert }[runtime]();
for (const input of inputs) console.log(JSON.stringify([...(await run(pixelsOf(input)))]));
