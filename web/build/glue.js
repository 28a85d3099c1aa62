// Emscripten's scripts, made fit for other people's bundles.

/** How a script with threads starts one: from its own name, which bundlers have changed. */
const STARTS_A_THREAD = /new Worker\(new URL\("[^"]+",\s*import\.meta\.url\),/g;

/** A module of Node that a script with threads waits for; outside of functions some bundlers know no waiting. */
const WAITS_FOR_NODE = "(await import('worker_threads'))";

/**
 * Threads start from the address that the script itself was loaded from, which web/worker/module.js gives.
 * @param {string} script as Emscripten wrote it
 * @param {string} name of the engine's module
 * @returns {string}
 */
export function portable(script, name) {
  const starting = script.replace(STARTS_A_THREAD, 'new Worker(new URL(Module["mainScriptUrlOrBlob"]),');
  const mended = starting.replace(WAITS_FOR_NODE, "globalThis.process.getBuiltinModule('node:worker_threads')");
  if (name.endsWith('-threads') && (starting === script || mended === starting))
    throw new Error(`${name}.mjs starts its threads otherwise than web/build/glue.js knows: has Emscripten changed?`);
  return mended;
}
