// Where the package's folder is. Most often its files lie beside its scripts; tools that bundle may have moved the scripts.

import { workerAddress } from './browser-worker.js';
import { isNode } from './platform.js';

/** Vite's server keeps its bundles of packages in this folder, which lies beside the packages. */
const VITES_BUNDLES = /\/\.vite\/deps(_\w+)?\/[^/]*$/;

/**
 * @param {string | URL | undefined} asked the option `assets`
 * @returns {string | URL | undefined} The folder's address; undefined where the addresses in the scripts are right, or
 *   where nothing tells what would be right.
 */
export function folderOf(asked) {
  if (asked !== undefined) return asked;
  if (isNode) return folderInNode();
  const worker = addressOf(undefined)?.href ?? '';
  return VITES_BUNDLES.test(worker) ? worker.replace(VITES_BUNDLES, '/pneumoscope/dist/package/') : undefined;
}

/** @param {URL | undefined} assets @returns {URL | null | undefined} of the worker's script; undefined where it is not known */
export function addressOf(assets) {
  try {
    return workerAddress(assets);
  } catch {
    return undefined;
  }
}

/** The script's own folder; where the worker does not lie in it, the folder that a program here gets by the package's name. */
function folderInNode() {
  const beside = neighbour('worker.js');
  const there = beside?.protocol === 'file:' && globalThis.process.getBuiltinModule('node:fs').existsSync(beside);
  return (there ? undefined : installedFolder()) ?? (beside && new URL('./', beside).href);
}

/** A name that is no literal is one that bundlers do not follow: of a server's bundle the worker is no part.
 * @param {string} name */
function neighbour(name) {
  try {
    return new URL(name, import.meta.url);
  } catch {
    return undefined; // a bundle in CommonJS has no such address
  }
}

function installedFolder() {
  const { createRequire } = globalThis.process.getBuiltinModule('node:module');
  const { pathToFileURL } = globalThis.process.getBuiltinModule('node:url');
  for (const from of [globalThis.process.argv[1], `${globalThis.process.cwd()}/`])
    try {
      return new URL('dist/package/', pathToFileURL(createRequire(from).resolve('pneumoscope/package.json'))).href;
    } catch {
      // There is none by that name.
    }
  return undefined;
}
