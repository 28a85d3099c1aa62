// A folder that somebody else fills: each of its files once, when it has stopped growing.

import { watch as watchFolder } from 'chokidar';
import { stat } from 'node:fs/promises';

/** A file that has not grown for so long is whole. */
const STILL_MS = 2000;
const LOOK_EVERY_MS = 200;

/** What programs call a file that they have not finished. */
const UNFINISHED = /(^|[\\/])\.[^\\/]+$|\.(part|partial|tmp|temp|crdownload|filepart)$/i;

/**
 * @param {string} folder @param {AbortSignal} signal ends it
 * @returns {AsyncGenerator<string>} paths of files: those that are there, and then those that come
 */
export async function* newFiles(folder, signal) {
  /** @type {string[]} */
  const found = [];
  let wake = () => {};
  const watcher = watchFolder(folder, {
    awaitWriteFinish: { stabilityThreshold: STILL_MS, pollInterval: LOOK_EVERY_MS },
    ignored: (path) => path !== folder && UNFINISHED.test(path),
  });
  watcher.on('add', (path) => {
    found.push(path);
    wake();
  });
  watcher.on('error', () => {}); // a file that has gone meanwhile
  signal.addEventListener('abort', () => wake());
  const seen = new Set();
  try {
    while (!signal.aborted) {
      const path = found.shift();
      if (path === undefined) await new Promise((resolve) => (wake = () => resolve(null)));
      else if (isNew(await identityOf(path), seen)) yield path;
    }
  } finally {
    await watcher.close();
  }
}

/** A file that was only renamed is the same. @param {string} path */
const identityOf = (path) =>
  stat(path).then(
    ({ dev, ino, size, mtimeMs }) => `${dev} ${ino} ${size} ${mtimeMs}`,
    () => null,
  );

/** @param {string | null} identity @param {Set<string>} seen */
function isNew(identity, seen) {
  if (identity === null || seen.has(identity)) return false;
  seen.add(identity);
  return true;
}
