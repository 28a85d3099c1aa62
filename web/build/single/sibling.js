// The files that lie beside the page, in the edition that is one file: packed into its script.

import metrics from 'packed:model/metrics.json';
import samples from 'packed:samples';
import { unpack } from './unpack.js';

/** @type {Record<string, string>} */
const files = { ...samples, 'model/metrics.json': metrics };

/** @type {typeof import('../../desk/sibling.js').fetchSibling} */
export async function fetchSibling(path) {
  const packed = files[path.replace('./', '')];
  if (!packed) throw new Error(`${path} is not in this file.`);
  return new Blob([await unpack(packed)]);
}
