// Keeps the page for use offline through its service worker (web/site/sw.js), has the page reloaded once with threads on hosts
// that cannot set headers, and tells of a new version. web/build/single/offline.js stands in for this file in the edition that
// is one file.

import { listedModel } from '../reader/models.js';

/** @typedef {import('../desk/store.js').Store} Store */

const PATIENCE_MS = 4000;
const TRIED = 'pneumoscope-isolation';
const { serviceWorker } = navigator;

/** Whether this page is on a site that can be kept; a page out of a file cannot, nor has an insecure one service workers. */
const keeps = serviceWorker && location.protocol.startsWith('http');

/** Where the edition that is one file lies. @type {string | null} */
export const singleFile = 'pneumoscope.html';

/** The service worker that the page was under from its start, if so, and was not only taken over by. */
const wasKept = serviceWorker?.controller;

/**
 * Reloads the page, once in a tab, where that gives it threads: under the service worker, which sets the headers that the
 * host has not set. Not where the user has begun meanwhile, nor where it takes long.
 * @param {() => boolean} hasBegun
 */
export async function isolate(hasBegun) {
  if (!keeps || crossOriginIsolated || wasKept || tried()) return;
  await Promise.race([takenOver(), late()]).catch(() => {});
  if (!serviceWorker.controller || hasBegun()) return;
  location.reload();
  await new Promise(() => {});
}

/** Sets `state.update` once a new version waits, or another tab has let one take over. @param {Store} store */
export async function followUpdates(store) {
  if (!wasKept) return;
  const tell = () => store.set({ update: true });
  serviceWorker.addEventListener('controllerchange', tell);
  const registration = await serviceWorker.getRegistration();
  const check = () => registration?.waiting && tell();
  registration?.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', check));
  check();
}

/**
 * Has the engine that runs and its model kept, and nothing else of their kind. Sets `state.kept`: whether the page works
 * without a network from now on.
 * @param {Store} store once its engine runs
 */
export async function keepOffline(store) {
  if (!keeps) return store.set({ kept: false });
  try {
    const { installing } = await register();
    const failed = new Promise((_, reject) =>
      installing?.addEventListener('statechange', () => installing.state === 'redundant' && reject()),
    );
    const { active } = await Promise.race([serviceWorker.ready, failed]);
    store.set({ kept: await ask(active, { keep: partsOf(store.state) }) });
  } catch {
    // Storage is full or forbidden: the page works, but is opened only with a network.
    store.set({ kept: false });
  }
}

/** Loads the new version in place of this one; where it cannot take over in time, this one again, which offers it again. */
export async function update() {
  const registration = await serviceWorker.getRegistration();
  const over = controllerChange();
  registration?.waiting?.postMessage({ takeOver: true });
  if (registration?.waiting) await Promise.race([over, late()]);
  location.reload();
}

/** Films that another app has shared with the installed page, or that the system has opened it with.
 * @param {(files: File[]) => void} onFiles */
export async function takeHanded(onFiles) {
  const queue = /** @type {any} */ (globalThis).launchQueue;
  queue?.setConsumer(async (/** @type {{ files: FileSystemFileHandle[] }} */ { files }) => {
    if (files.length > 0) onFiles(await Promise.all(files.map((handle) => handle.getFile())));
  });
  if (location.hash !== '#shared' || !serviceWorker?.controller) return;
  history.replaceState(null, '', './');
  const files = /** @type {any} */ (await ask(serviceWorker.controller, { askShared: true }));
  if (files.length > 0) onFiles(files);
}

const late = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));

const register = () => serviceWorker.register(new URL('sw.js', document.baseURI));

const controllerChange = () =>
  new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));

/** Until the first service worker of this site has the page. One that is there and has it not, after a reload past the
 * cache, will not take it. */
async function takenOver() {
  const over = controllerChange();
  const { active } = await register();
  if (!active) await over;
}

/** The decoders of compressed DICOM films and of TIFF too, though no film may have needed them yet.
 * @param {import('../desk/store.js').State} state @returns {string[]} */
function partsOf({ engine, model }) {
  const modules = [engine?.variant, 'codecs'].flatMap((name) => [`engine/${name}.mjs`, `engine/${name}.wasm`]);
  const scripts = [...modules, 'engine/tiff.mjs'];
  const file = engine && model && listedModel({ engine, model })?.file;
  return [...scripts, ...(file ? [file] : [])].map((path) => new URL(path, document.baseURI).href);
}

/** @param {ServiceWorker | null} worker @param {object} message @returns {Promise<boolean>} */
function ask(worker, message) {
  const { port1, port2 } = new MessageChannel();
  worker?.postMessage(message, [port2]);
  return new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
}

/** Whether this tab has been reloaded for this before. */
function tried() {
  try {
    const before = sessionStorage.getItem(TRIED);
    sessionStorage.setItem(TRIED, 'yes');
    return before !== null;
  } catch {
    // Without storage there is no telling, and a page that reloads for ever is worse than one thread.
    return true;
  }
}
