// The labelled films that a folder or a table names.

import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../arguments.js';
import { findFilms } from '../films.js';
import { labelOfPath } from '../../validate/classes.js';
import { finderIn, readTable, TableError } from '../../validate/table.js';

/** @typedef {import('../../validate/table.js').Listed} Listed */
/**
 * @typedef {object} Listing
 * @property {{ listed: Listed, path: string }[]} films and where each lies
 * @property {import('../../validate/table.js').Problem[]} problems
 * @property {string[]} missing
 * @property {string[]} unlabelled
 */
/** @typedef {{ classes: import('../../validate/classes.js').Classes, columns: Partial<Record<import('../../validate/table.js').Column, string>> }} Labels */

/** @param {string} path of a folder or a table @param {Labels} labels @returns {Promise<Listing>} */
export async function listingOf(path, labels) {
  const kind = await stat(path).catch(() => null);
  if (!kind) throw new UsageError(`There is no ${path}.`);
  const listing = await (kind.isDirectory() ? ofFolder(path, labels) : ofTable(path, labels));
  if (listing.films.length === 0) throw new UsageError(nothing(path, kind.isDirectory(), listing, labels));
  return listing;
}

/** @param {string} path @param {boolean} isFolder @param {Listing} listing @param {Labels} labels */
function nothing(path, isFolder, { missing, problems, unlabelled }, { classes }) {
  const [normal, pneumonia] = [classes.normal[0], classes.pneumonia[0]].map((name) => name.toUpperCase());
  if (isFolder)
    return `${path} has no film in a folder ${normal} or ${pneumonia}; ${unlabelled.length} lie elsewhere. --classes gives other names.`;
  return `${path} lists no film that is there and has a label: ${missing.length} are not there, ${problems.length} rows cannot be used. --classes and --columns say how it names things.`;
}

/** @param {string} folder @param {Labels} labels @returns {Promise<Listing>} */
async function ofFolder(folder, { classes }) {
  /** @type {Listing} */
  const listing = { films: [], problems: [], missing: [], unlabelled: [] };
  const unknown = { patient: null, age: null, sex: null, view: null };
  for await (const { file: path } of findFilms([folder])) {
    const file = relative(folder, path).split(sep).join('/');
    const own = `${basename(resolve(folder))}/${file}`; // the folder itself may be a class's
    const found = labelOfPath(file, classes) ?? labelOfPath(own, classes);
    if (found) listing.films.push({ listed: { file, ...found, ...unknown }, path });
    else listing.unlabelled.push(file);
  }
  return listing;
}

/** @param {string} table @param {Labels} labels @returns {Promise<Listing>} */
async function ofTable(table, { classes, columns }) {
  const { films, problems } = read(table, await readFile(table), classes, columns);
  const folder = dirname(table);
  const find = await finder(folder, films);
  const found = films.map((listed) => ({ listed, path: find(listed.file) }));
  return {
    films: found.flatMap(({ listed, path }) => (path ? [{ listed, path }] : [])),
    problems,
    missing: found.filter(({ path }) => !path).map(({ listed }) => listed.file),
    unlabelled: [],
  };
}

/** @param {string} table @param {Uint8Array} bytes @param {Labels['classes']} classes @param {Labels['columns']} columns */
function read(table, bytes, classes, columns) {
  try {
    return readTable(new TextDecoder().decode(bytes), classes, columns);
  } catch (error) {
    if (error instanceof TableError) throw new UsageError(`${table}: ${error.message}`);
    throw error;
  }
}

/** Films lie where the table says, or anywhere below its folder under a name that is theirs alone.
 * @param {string} folder @param {Listed[]} films @returns {Promise<(file: string) => string | null>} */
async function finder(folder, films) {
  const placeOf = (/** @type {string} */ file) => (isAbsolute(file) ? file : join(folder, file));
  const there = new Set();
  for (const { file } of films) if (await stat(placeOf(file)).catch(() => null)) there.add(file);
  if (there.size === films.length) return placeOf;
  const below = [];
  for await (const { file } of findFilms([folder]))
    below.push({ path: relative(folder, file).split(sep).join('/'), place: file });
  const find = finderIn(below);
  return (file) => (there.has(file) ? placeOf(file) : (find(file)?.place ?? null));
}
