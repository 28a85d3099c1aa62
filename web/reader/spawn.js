// Starts the worker, in a browser or in Node, behind one face.

import { startWorker, workerAddress } from './browser-worker.js';
import { messageOf, PneumoscopeError } from './errors.js';
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
 * @returns {WorkerHandle}
 * @throws {PneumoscopeError} 'worker-blocked' or 'bad-asset'
 */
export function spawn(assets, onMessage, onDeath) {
  try {
    return isNode ? spawnNode(assets, onMessage, onDeath) : spawnBrowser(assets, onMessage, onDeath);
  } catch (error) {
    throw refusal(error, assets);
  }
}

/** Why no worker could be started, and what to do about it. @param {unknown} error @param {URL | undefined} assets */
function refusal(error, assets) {
  const remedy = `Copy the package's folder dist/package to where it can be loaded from, and give its address as the option assets.`;
  const address = addressOf(assets);
  if (address === undefined)
    return new PneumoscopeError(
      'bad-asset',
      `The script does not know where it lies: a bundler has changed it. ${remedy}`,
    );
  const blocked = (/** @type {string} */ why) =>
    new PneumoscopeError('worker-blocked', `This page may not start ${address?.href ?? 'a worker'}: ${why}`);
  if (isNode) return blocked(`${messageOf(error)}.`);
  if (globalThis.origin === 'null')
    return blocked(
      'it is in a sandboxed frame. Add allow-same-origin to the frame, or load it from a site of its own.',
    );
  if (address && address.origin !== globalThis.origin)
    return blocked(`browsers start workers only from the page's own site, ${globalThis.origin}. ${remedy}`);
  if (error instanceof TypeError && 'trustedTypes' in globalThis)
    return blocked(
      'its Content-Security-Policy requires Trusted Types. Give it a policy named default whose createScriptURL allows this address.',
    );
  return blocked(`${messageOf(error)}.`);
}

/** @param {URL | undefined} assets @returns {URL | null | undefined} undefined where it is not known */
function addressOf(assets) {
  try {
    return workerAddress(assets);
  } catch {
    return undefined;
  }
}

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
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  // A worker takes over Node's own options, and ends at once where it is no place for one, such as --input-type.
  const options = { name: 'pneumoscope', execArgv: [] };
  const worker = new Worker(/** @type {URL} */ (workerAddress(assets)), options);
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
