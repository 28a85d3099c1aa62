// Paths of files as the disk has them. A name need not be UTF-8: then its path is bytes, and what is printed has escapes.

import { nameOf } from '../formats/names.js';
import { readFileSync } from 'node:fs';
import { sep } from 'node:path';

/** What node:fs takes: a Buffer where a text would lose bytes. @typedef {string | Buffer} Path */

/** @param {Buffer} bytes @returns {Path} */
export function pathOf(bytes) {
  const text = bytes.toString();
  return text.includes('\ufffd') && !Buffer.from(text).equals(bytes) ? bytes : text;
}

/** As rows name it. @param {Path} path @returns {string} */
export const printed = (path) => (typeof path === 'string' ? path : nameOf(path));

/** @param {Path} folder @param {Buffer} name @returns {Path} */
export function joined(folder, name) {
  const start = typeof folder === 'string' ? Buffer.from(folder) : folder;
  const between = start.at(-1) === sep.charCodeAt(0) ? [] : [Buffer.from(sep)];
  return pathOf(Buffer.concat([start, ...between, name]));
}

/** The bytes of a path that a text cannot carry, for a row to be found again by; empty for all others. @param {Path} [path] */
export const bytesFor = (path) => (path instanceof Buffer ? { fileBytes: path.toString('base64') } : {});

/**
 * Arguments whose bytes Node has lost, as Linux still knows them; others as they are.
 * @param {string[]} paths of process.argv
 * @returns {Path[]}
 */
export function exactPaths(paths) {
  if (!paths.some((path) => path.includes('\ufffd'))) return paths;
  const given = commandLine();
  return paths.map((path) => {
    const at = path.includes('\ufffd') ? given.findIndex((bytes) => bytes.toString() === path) : -1;
    return at < 0 ? path : pathOf(given.splice(at, 1)[0]);
  });
}

/** @returns {Buffer[]} */
function commandLine() {
  try {
    return split(readFileSync('/proc/self/cmdline'), 0);
  } catch {
    return [];
  }
}

/** @param {Buffer} bytes @param {number} separator @returns {Buffer[]} */
export function split(bytes, separator) {
  const parts = [];
  for (let at = 0, end; at < bytes.length; at = end + 1) {
    end = bytes.indexOf(separator, at);
    if (end < 0) end = bytes.length;
    parts.push(bytes.subarray(at, end));
  }
  return parts;
}
