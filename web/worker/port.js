// The worker's end of its messages: a web Worker's global scope or node:worker_threads' parentPort.

import { isNode } from '../reader/platform.js';

/** @type {{ postMessage(message: object, transfer: ArrayBuffer[]): void }} */
const parent = isNode
  ? globalThis.process.getBuiltinModule('node:worker_threads').parentPort
  : /** @type {any} */ (globalThis);

/** @param {object} message @param {ArrayBuffer[]} [transfer] */
export const post = (message, transfer = []) => parent.postMessage(message, transfer);

/** @param {(message: any) => void} handle */
export function listen(handle) {
  if (isNode) globalThis.process.getBuiltinModule('node:worker_threads').parentPort?.on('message', handle);
  else globalThis.onmessage = (event) => handle(event.data);
}

/** Holds a lock under this worker's name for as long as it lives; spawn.js waits for its end. */
export function showLife() {
  if (isNode) return;
  const hold = () => {
    post({ alive: true });
    return new Promise(() => {});
  };
  navigator.locks?.request(self.name, hold).catch(() => {}); // an opaque origin has no locks
}
