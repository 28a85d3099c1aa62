// Starts the worker, in a browser or in Node, behind one face.

import { startWorker, workerAddress } from './browser-worker.js';
import { isNode } from './platform.js';

/**
 * @typedef {object} WorkerHandle
 * @property {(message: object, transfer?: ArrayBuffer[]) => void} post
 * @property {() => void} terminate
 * @property {(busy: boolean) => void} hold whether a Node process stays alive for this worker
 */

/**
 * @param {URL | undefined} assets folder of worker.js, where it is not beside this file
 * @param {(message: any) => void} onMessage
 * @param {(why: string) => void} onDeath
 * @returns {WorkerHandle} Throws what the platform throws; explain.js says what that means.
 */
export const spawn = (assets, onMessage, onDeath) =>
  isNode ? spawnNode(assets, onMessage, onDeath) : spawnBrowser(assets, onMessage, onDeath);

/** @type {typeof spawn} */
function spawnBrowser(assets, onMessage, onDeath) {
  const name = `pneumoscope-${Math.random().toString(36).slice(2)}`;
  const worker = startWorker(assets, name);
  worker.onmessage = ({ data }) => (data.alive ? awaitEnd(name, onDeath) : onMessage(data));
  worker.onmessageerror = () => onDeath('a message could not be read');
  worker.onerror = (event) => {
    event.preventDefault();
    onDeath(event.message ?? '');
  };
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    terminate: () => worker.terminate(),
    hold: () => {},
  };
}

/** Browsers have no event for a worker's end, but the lock that it holds for life falls free.
 * @param {string} name @param {(why: string) => void} onDeath */
function awaitEnd(name, onDeath) {
  navigator.locks.request(name, () => onDeath('it was closed'));
}

/** @type {typeof spawn} */
function spawnNode(assets, onMessage, onDeath) {
  const { Worker } = globalThis.process.getBuiltinModule('node:worker_threads');
  // A worker takes over Node's own options, and ends at once where it is no place for one, such as --input-type.
  const options = { name: 'pneumoscope', execArgv: [] };
  const path = globalThis.process
    .getBuiltinModule('node:url')
    .fileURLToPath(/** @type {URL} */ (workerAddress(assets)).href);
  const worker = new Worker(path, options); // an address may be of another realm, which Node refuses
  worker.on('message', onMessage);
  worker.on('messageerror', (error) => onDeath(error.message));
  worker.on('error', (error) => onDeath(error.message));
  worker.on('exit', (status) => onDeath(`it exited with status ${status}`));
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    terminate: () => void worker.terminate(),
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
  };
}
