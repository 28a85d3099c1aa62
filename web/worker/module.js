// Fetches the package's own parts: one build of the engine, which it starts, and the model. web/build/single/module.js stands
// in for this file in the edition that is one file.
// The addresses stand in full inside `new URL(..., import.meta.url)` because that is the form that bundlers follow.

import { codecsOf } from './codecs.js';
import { explainScript, fetchModel, fetchScript, fetchWasm, moved, MOVED } from './assets.js';
import { MARK } from '../contract/contract.js';
import { messageOf, PneumoscopeError } from '../reader/errors.js';
import { ownModel } from '../reader/models.js';

/** @typedef {import('../reader/types.d.ts').Variant} Variant */

const BESIDE = {
  simd: { script: new URL('./engine/simd.mjs', import.meta.url), wasm: new URL('./engine/simd.wasm', import.meta.url) },
  'simd-threads': {
    script: new URL('./engine/simd-threads.mjs', import.meta.url),
    wasm: new URL('./engine/simd-threads.wasm', import.meta.url),
  },
  relaxed: {
    script: new URL('./engine/relaxed.mjs', import.meta.url),
    wasm: new URL('./engine/relaxed.wasm', import.meta.url),
  },
  'relaxed-threads': {
    script: new URL('./engine/relaxed-threads.mjs', import.meta.url),
    wasm: new URL('./engine/relaxed-threads.wasm', import.meta.url),
  },
};

const CODECS_BESIDE = {
  script: new URL('./engine/codecs.mjs', import.meta.url),
  wasm: new URL('./engine/codecs.wasm', import.meta.url),
};

const TIFF_BESIDE = new URL('./engine/tiff.mjs', import.meta.url);

/** @type {Record<string, URL>} */
const MODELS_BESIDE = {
  'model/pneumonia.safetensors': new URL('./model/pneumonia.safetensors', import.meta.url),
  'model/pneumonia-int8.safetensors': new URL('./model/pneumonia-int8.safetensors', import.meta.url),
};

/**
 * Starts the engine. Its threads start as soon as its script is there, while the wasm is on its way, and are not waited
 * for.
 * @param {{ variant: Variant, threads: number, compiled?: WebAssembly.Module }} engine `compiled`: by another worker
 * @param {string | undefined} assets address of the folder of engine/, where it is not beside this file
 * @param {import('./assets.js').OnBytes} onBytes
 * @returns {Promise<{ module: import('./engine.js').EngineModule, compiled?: WebAssembly.Module }>} Rejects with 'bad-asset'.
 */
export function loadModule({ variant, threads, compiled }, assets, onBytes) {
  const { script, wasm } = assets ? addresses(variant, assets) : BESIDE[variant];
  const code = compiled
    ? Promise.resolve(compiled)
    : fetchWasm(wasm, onBytes).then((bytes) => WebAssembly.compile(bytes));
  return new Promise((resolve, reject) => {
    const instantiateWasm = (/** @type {any} */ imports, /** @type {(...made: any) => void} */ done) =>
      void code
        .then(async (module) => done(await WebAssembly.instantiate(module, imports), module))
        .catch((error) => reject(whyNotStarted(error, wasm)));
    code.catch((error) => reject(whyNotStarted(error, wasm)));
    importFactory(script)
      .then(({ factory, address }) => factory({ threads, instantiateWasm, mainScriptUrlOrBlob: address }))
      .then(async (module) => resolve({ module: ofThisVersion(module, script), compiled: await code }))
      .catch(reject);
  });
}

/** An engine of another version takes other arguments, and a call of it may never end.
 * @param {import('./engine.js').EngineModule} module @param {URL} script */
function ofThisVersion(module, script) {
  if (module._wasm_contract?.() >>> 0 === MARK) return module;
  throw otherVersion(script);
}

/** @param {unknown} error @param {URL} wasm @returns {unknown} */
function whyNotStarted(error, wasm) {
  if (error instanceof WebAssembly.LinkError) return otherVersion(wasm);
  if (error instanceof PneumoscopeError || !/unsafe-eval|Content.Security.Policy|CSP/i.test(messageOf(error)))
    return error;
  return new PneumoscopeError(
    'worker-blocked',
    "The Content-Security-Policy that this page and worker.js are sent with forbids WebAssembly. Add 'wasm-unsafe-eval' to its script-src.",
  );
}

/** @param {URL} file */
const otherVersion = (file) =>
  new PneumoscopeError(
    'bad-asset',
    `${file.href} is an engine of another version than the script that asked for it. Copy the package's whole folder dist/package again. If that was done, a cache still has an old file: empty it, or serve each version from a folder of its own.`,
  );

/**
 * @param {'f32' | 'int8' | undefined} precision
 * @param {string | undefined} assets address of the folder of model/, where it is not beside this file
 * @param {import('./assets.js').OnBytes} onBytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>} the model that ships with the package. Rejects with 'bad-asset'.
 */
export async function loadModel(precision, assets, onBytes) {
  const { file } = ownModel(precision);
  try {
    return await fetchModel(assets ? new URL(file, assets) : MODELS_BESIDE[file], onBytes);
  } catch (error) {
    throw moved(error);
  }
}

/**
 * The decoders of compressed DICOM films.
 * @param {string | undefined} assets address of the folder of engine/, where it is not beside this file
 * @returns {Promise<ReturnType<typeof codecsOf>>} Rejects with 'bad-asset'.
 */
export async function loadCodecs(assets) {
  const { script, wasm } = assets ? addresses('codecs', assets) : CODECS_BESIDE;
  const [{ factory }, wasmBinary] = await Promise.all([importFactory(script), fetchWasm(wasm)]);
  return codecsOf(await factory({ wasmBinary }));
}

/**
 * The decoder of TIFF.
 * @param {string | undefined} assets address of the folder of engine/, where it is not beside this file
 * @returns {Promise<typeof import('../formats/tiff.js')>} Rejects with 'bad-asset'.
 */
export async function loadTiff(assets) {
  const { script } = await importScript(assets ? new URL('engine/tiff.mjs', assets) : TIFF_BESIDE);
  return script;
}

/** @param {Variant | 'codecs'} name @param {string} assets */
function addresses(name, assets) {
  return { script: new URL(`engine/${name}.mjs`, assets), wasm: new URL(`engine/${name}.wasm`, assets) };
}

/** @param {URL} url @returns {Promise<{ factory: any, address: string }>} `address`: where its threads find it */
async function importFactory(url) {
  const { script, address } = await importScript(url);
  if (typeof script.default === 'function') return { factory: script.default, address };
  throw new PneumoscopeError('bad-asset', `${url.href} gives no engine: a bundler has rewritten it.`, MOVED);
}

/** @param {URL} url @returns {Promise<{ script: any, address: string }>} */
async function importScript(url) {
  try {
    return await importFrom(url.href);
  } catch (error) {
    const script = await fetchScript(url); // a server that does not know .mjs gives it no type that can be imported
    const again = script && (await importFrom(URL.createObjectURL(script)).catch(() => null));
    if (again) return again;
    throw await explainScript(url, messageOf(error));
  }
}

/** @param {string} address */
async function importFrom(address) {
  const script = await import(/* webpackIgnore: true */ /* @vite-ignore */ address);
  return { script, address: new URL(address, globalThis.location?.href).href }; // Next's are relative
}
