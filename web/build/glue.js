// Emscripten's scripts, made fit for other people's bundles.

/** How a script with threads starts one: from its own name, which bundlers have changed. */
const STARTS_A_THREAD = /new Worker\(new URL\("[^"]+",\s*import\.meta\.url\),/g;

/**
 * Threads start from the address that the script itself was loaded from, which web/worker/module.js gives.
 * @param {string} script as Emscripten wrote it
 * @param {string} name of the engine's module
 * @returns {string}
 */
export function portable(script, name) {
  const mended = script.replace(STARTS_A_THREAD, 'new Worker(new URL(Module["mainScriptUrlOrBlob"]),');
  if (name.endsWith('-threads') && mended === script)
    throw new Error(`${name}.mjs starts its threads otherwise than web/build/glue.js knows: has Emscripten changed?`);
  return mended;
}
