// From the paths of the command line to films: files as they are named, folders walked.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FILM } from '../reader/kinds.js';
import { LIMITS } from '../reader/options.js';

/** Why a film's file was not taken in, with a code like those of PneumoscopeError. */
export class FileError extends Error {
  /** @param {'not-found' | 'not-readable' | 'image-too-large'} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Whether the paths can only mean one film. @param {string[]} paths */
export async function isSingle(paths) {
  return paths.length === 1 && !(await stat(paths[0]).catch(() => null))?.isDirectory();
}

/**
 * Files in the order of the paths, those of a folder by name. What cannot be looked into comes with its error.
 * @param {string[]} paths
 * @returns {AsyncGenerator<{ file: string, error?: FileError }>}
 */
export async function* findFilms(paths) {
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (kind?.isDirectory()) yield* walk(path);
    else yield { file: path };
  }
}

/** Links to files are followed, links to folders are not: they can go in circles.
 * @param {string} folder @returns {ReturnType<typeof findFilms>} */
async function* walk(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(fileError);
  if (entries instanceof FileError) return yield { file: folder, error: entries };
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (FILM.test(entry.name) && (await isFile(entry, path))) yield { file: path };
  }
}

/** @param {import('node:fs').Dirent} entry @param {string} path */
async function isFile(entry, path) {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return stat(path).then(
    (target) => !target.isDirectory(),
    () => true,
  );
}

/** @param {string} file @returns {Promise<Uint8Array>} Rejects with a FileError. */
export async function readFilm(file) {
  const { size, isOrdinary } = await lookAt(file);
  if (!isOrdinary) throw new FileError('not-readable', 'This is not an ordinary file.');
  if (size > LIMITS.fileMib * 2 ** 20)
    throw new FileError('image-too-large', `The file has ${size} bytes; at most ${LIMITS.fileMib} MiB are read.`);
  return readFile(file).catch((error) => {
    throw fileError(error);
  });
}

/** @param {string} file */
async function lookAt(file) {
  try {
    const found = await stat(file);
    return { size: found.size, isOrdinary: found.isFile() };
  } catch (error) {
    throw fileError(error);
  }
}

/** @param {any} error of node:fs @returns {FileError} */
function fileError(error) {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return new FileError('not-found', 'There is no such file.');
  return new FileError('not-readable', `The file cannot be opened: ${error.code}.`);
}
