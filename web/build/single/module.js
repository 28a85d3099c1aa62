// The engine and the model of the edition that is one file: both builds for one thread, for a page from a disk is never
// cross-origin isolated, and the model, packed into the worker's script.

import { codecsOf } from '../../worker/codecs.js';
import codecs from 'dist:engine/codecs.mjs';
import relaxed from 'dist:engine/relaxed.mjs';
import simd from 'dist:engine/simd.mjs';
import * as tiff from 'dist:engine/tiff.mjs';
import model from 'packed:model';
import codecsWasm from 'packed:engine/codecs.wasm';
import relaxedWasm from 'packed:engine/relaxed.wasm';
import simdWasm from 'packed:engine/simd.wasm';
import { unpack } from './unpack.js';

/** @type {Record<string, { factory: any, wasm: string }>} */
const ENGINES = { simd: { factory: simd, wasm: simdWasm }, relaxed: { factory: relaxed, wasm: relaxedWasm } };

/** @type {typeof import('../../worker/module.js').loadModule} */
export async function loadModule({ variant }, _assets, onBytes) {
  const { factory, wasm } = ENGINES[variant];
  const wasmBinary = await unpack(wasm);
  onBytes(wasmBinary.length, wasmBinary.length);
  const module = await factory({ wasmBinary, locateFile: (/** @type {string} */ name) => name }); // no address to look at
  return { module };
}

/** @type {typeof import('../../worker/module.js').loadModel} */
export async function loadModel(_precision, _assets, onBytes) {
  const bytes = await unpack(model);
  onBytes(bytes.length, bytes.length);
  return bytes;
}

/** @type {typeof import('../../worker/module.js').loadCodecs} */
export async function loadCodecs() {
  const locateFile = (/** @type {string} */ name) => name;
  return codecsOf(await codecs({ wasmBinary: await unpack(codecsWasm), locateFile }));
}

/** @type {typeof import('../../worker/module.js').loadTiff} */
export const loadTiff = async () => /** @type {any} */ (tiff);
