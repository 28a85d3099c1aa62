// Files that lie beside the page's scripts. web/build/single/beside.js stands in for this file in the edition that is one file.

import { PneumoscopeError } from '../reader/errors.js';

/**
 * @param {string} path
 * @param {string | URL} [assets] address of the folder that it is in, where that is another
 * @returns {Promise<Blob>} Rejects with 'bad-asset'.
 */
export async function fetchSibling(path, assets = import.meta.url) {
  const url = new URL(path, new URL(assets, document.baseURI));
  const response = await fetch(url).catch(() => null);
  if (response?.ok) return response.blob();
  throw new PneumoscopeError('bad-asset', `${url} could not be fetched${response ? `: ${response.status} came` : ''}.`);
}
