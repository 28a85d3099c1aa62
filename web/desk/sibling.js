// Files that lie beside the page's scripts. web/build/single/sibling.js stands in for this file in the edition that is one file.

import { PneumoscopeError } from '../reader/errors.js';
import { folderOf } from '../reader/folder.js';
import { isNode } from '../reader/platform.js';

/** Those that the element itself needs: in full inside `new URL(..., import.meta.url)`, the form that bundlers follow.
 * @returns {Record<string, URL>} */
const siblings = () => ({
  './model/metrics.json': new URL('./model/metrics.json', import.meta.url),
  [__SELF_TEST__]: new URL(__SELF_TEST__, import.meta.url),
});

/**
 * @param {string} path
 * @param {string | URL} [assets] address of the folder that it is in, where that is not the script's own
 * @returns {Promise<Blob>} Rejects with 'bad-asset'.
 */
export async function fetchSibling(path, assets) {
  const folder = folderOf(assets);
  const url = folder
    ? new URL(path, new URL(String(folder).replace(/\/?$/, '/'), document.baseURI))
    : (siblings()[path] ?? new URL(path, import.meta.url));
  if (isNode && url.protocol === 'file:') return readLocal(url);
  const response = await fetch(url).catch(() => null);
  if (response?.ok) return response.blob();
  throw new PneumoscopeError('bad-asset', `${url} could not be fetched${response ? `: ${response.status} came` : ''}.`);
}

/** In Node, where a document is only simulated. @param {URL} url */
async function readLocal({ href }) {
  const { readFile } = globalThis.process.getBuiltinModule('node:fs/promises');
  const { fileURLToPath } = globalThis.process.getBuiltinModule('node:url');
  const { Blob: NodesBlob } = globalThis.process.getBuiltinModule('node:buffer');
  return /** @type {Blob} */ (new NodesBlob([await readFile(fileURLToPath(href))]));
}
