// From the paths of the command line to films: files as they are named, folders walked.

import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAD_BYTES, leftOut } from '../reader/kinds.js';
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
 * Files in the order of the paths; those of a folder by name, if they begin as films do. What cannot be looked into comes
 * with its error.
 * @param {string[]} paths
 * @param {(file: string, reason: import('../reader/kinds.js').LeftOut) => void} [onLeftOut] is told what of a folder is no film
 * @returns {AsyncGenerator<{ file: string, error?: FileError }>}
 */
export async function* findFilms(paths, onLeftOut = () => {}) {
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (kind?.isDirectory()) yield* walk(path, onLeftOut);
    else yield { file: path };
  }
}

/** Links to files are followed, links to folders are not: they can go in circles.
 * @param {string} folder @param {NonNullable<Parameters<typeof findFilms>[1]>} onLeftOut
 * @returns {ReturnType<typeof findFilms>} */
async function* walk(folder, onLeftOut) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(fileError);
  if (entries instanceof FileError) return yield { file: folder, error: entries };
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, onLeftOut);
    else if (await isFile(entry, path)) {
      const reason = leftOut(path, await headOf(path));
      if (reason) onLeftOut(path, reason);
      else yield { file: path };
    }
  }
}

/** A file that cannot be opened counts as a film, so that its row says why. @param {string} path @returns {Promise<Uint8Array>} */
async function headOf(path) {
  const head = new Uint8Array(HEAD_BYTES);
  const file = await open(path).catch(() => null);
  if (!file) return JPEG_HEAD;
  try {
    return head.subarray(0, (await file.read(head)).bytesRead);
  } catch {
    return JPEG_HEAD;
  } finally {
    await file.close();
  }
}

const JPEG_HEAD = Uint8Array.of(0xff, 0xd8, 0xff);

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
