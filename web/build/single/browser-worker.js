// The worker of the edition that is one file: its script stands in the page as a text and is started from a blob, which
// is bound by the page's own policy.

/** @type {string | undefined} */
let address;

/** @type {typeof import('../../reader/browser-worker.js').workerAddress} */
export const workerAddress = () => null;

/** @type {typeof import('../../reader/browser-worker.js').startWorker} */
export function startWorker(_assets, name) {
  const script = document.getElementById('worker')?.textContent ?? '';
  address ??= URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(address, { name });
}
