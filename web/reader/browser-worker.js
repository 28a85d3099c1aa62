// Where the worker's script is, and how a browser starts it. web/build/single/browser-worker.js stands in for this file in the
// edition that is one file.

/**
 * The address stands in full inside `new URL(...)` because that is the form that bundlers follow.
 * @param {URL | undefined} assets folder of worker.js, where it is not beside this file
 * @returns {URL | null} null where it has none
 */
export const workerAddress = (assets) =>
  assets ? new URL('worker.js', assets) : new URL('./worker.js', import.meta.url);

/** @param {URL | undefined} assets @param {string} name @returns {Worker} */
export function startWorker(assets, name) {
  return assets
    ? new Worker(new URL('worker.js', assets), { type: 'module', name })
    : new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name });
}
