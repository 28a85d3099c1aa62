// From the paths of the command line to films: files as they are named, folders walked, archives opened, standard input.

import { openAsBlob } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { filmsIn } from '../formats/archives.js';
import { HEAD_BYTES, kindOf, leftOut } from '../reader/kinds.js';
import { LIMITS } from '../reader/options.js';
import { joined, pathOf, printed, split } from './paths.js';

/** @typedef {import('./paths.js').Path} Path */
/** @typedef {import('../reader/kinds.js').LeftOut} LeftOut */
/** @typedef {{ code: string, reason?: string | null, message: string }} Trouble */

/**
 * A film that can be read now, or why it cannot be. `path` is its file's, or its archive's, in which `member` is its name.
 * @typedef {object} Film
 * @property {string} file as rows name it
 * @property {Path} [path]
 * @property {string} [member]
 * @property {() => Promise<Uint8Array>} read rejects with a FileError or a PneumoscopeError
 */

/** Why a film's file was not taken in, with a code like those of PneumoscopeError. */
export class FileError extends Error {
  /** @param {'not-found' | 'not-readable' | 'image-too-large'} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
    this.reason = code === 'image-too-large' ? 'too-large' : code;
  }
}

const MOST_BYTES = LIMITS.fileMib * 2 ** 20;

/** The name of standard input. */
export const STDIN = '-';

/** @typedef {(file: string, reason: LeftOut) => void} OnLeftOut is told what of a folder or an archive is no film */

/**
 * Films in the order of the paths; those of a folder by name.
 * @param {AsyncIterable<Path> | Iterable<Path>} paths @param {OnLeftOut} [onLeftOut]
 * @returns {AsyncGenerator<Film>}
 */
export async function* findFilms(paths, onLeftOut = () => {}) {
  for await (const path of paths) {
    const kind = path === STDIN ? null : await stat(path).catch(() => null);
    if (path === STDIN) yield* inStandardInput(onLeftOut);
    else if (kind?.isDirectory()) yield* walk(path, onLeftOut);
    else if (kind?.isFile()) yield* filmsAt(path, await headOf(path), onLeftOut);
    else yield filmAt(path);
  }
}

/** Whether the paths can only mean one film. @param {Path[]} paths */
export async function isSingle(paths) {
  if (paths.length !== 1 || paths[0] === STDIN) return paths.length === 1;
  const kind = await stat(paths[0]).catch(() => null);
  return !kind?.isDirectory() && !(kind?.isFile() && kindOf(await headOf(paths[0]))?.is === 'archive');
}

/** Links to files are followed, links to folders are not: they can go in circles.
 * @param {Path} folder @param {OnLeftOut} onLeftOut @returns {AsyncGenerator<Film>} */
async function* walk(folder, onLeftOut) {
  const found = await entriesOf(folder).catch(fileError);
  if (found instanceof FileError) return yield broken(printed(folder), found);
  for (const { entry, path } of found)
    if (entry.isDirectory()) yield* walk(path, onLeftOut);
    else if (await isFile(entry, path)) yield* filmOfFolder(path, onLeftOut);
}

/** @param {Path} folder */
async function entriesOf(folder) {
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  const named = entries.map((entry) => ({ entry, path: joined(folder, /** @type {any} */ (entry.name)) }));
  const key = (/** @type {Path} */ path) => printed(path);
  return named.sort((a, b) => (key(a.path) < key(b.path) ? -1 : 1));
}

/** A folder's file, if it is or holds films. @param {Path} path @param {OnLeftOut} onLeftOut @returns {AsyncGenerator<Film>} */
export async function* filmOfFolder(path, onLeftOut) {
  const head = await headOf(path);
  const reason = leftOut(printed(path), head);
  if (reason) onLeftOut(printed(path), reason);
  else yield* filmsAt(path, head, onLeftOut, true);
}

/** A file, or the films in it where it is an archive.
 * @param {Path} path @param {Uint8Array} head @param {OnLeftOut} onLeftOut @param {boolean} [ofFolder] nobody has named it
 * @returns {AsyncGenerator<Film>} */
async function* filmsAt(path, head, onLeftOut, ofFolder = false) {
  const kind = kindOf(head);
  if (kind?.is !== 'archive') return yield filmAt(path);
  const file = printed(path);
  try {
    for await (const film of membersOf(await blobOf(path), kind.kind, file, onLeftOut)) yield { ...film, path };
  } catch (error) {
    const trouble = /** @type {any} */ (error);
    if (ofFolder && trouble.reason === 'no-film') onLeftOut(file, 'no-film');
    else yield broken(file, trouble);
  }
}

/** @param {Blob} blob @param {string} kind @param {string} file @param {OnLeftOut} onLeftOut @returns {AsyncGenerator<Film>} */
async function* membersOf(blob, kind, file, onLeftOut) {
  const inside = (/** @type {string} */ name) => `${file}/${name}`;
  const how = {
    most: MOST_BYTES,
    onLeftOut: (/** @type {string} */ name, /** @type {LeftOut} */ reason) => onLeftOut(inside(name), reason),
  };
  for await (const { name, read } of filmsIn(blob, kind, file, how)) yield { file: inside(name), member: name, read };
}

/** An archive's film, as a worker of another machine asks for it. @param {Path} path @param {string} member @returns {Promise<Uint8Array>} */
export async function readMember(path, member) {
  const head = await headOf(path);
  for await (const film of filmsAt(path, head, () => {})) if (film.member === member) return film.read();
  throw new FileError('not-found', 'The archive has no such film.');
}

/** @param {Path} path @returns {Promise<Blob>} of which only what is asked for is read */
async function blobOf(path) {
  return openAsBlob(path).catch((error) => {
    throw fileError(error);
  });
}

/** @param {OnLeftOut} onLeftOut @returns {AsyncGenerator<Film>} */
async function* inStandardInput(onLeftOut) {
  const bytes = await readStandardInput(MOST_BYTES).catch((error) => error);
  const kind = bytes instanceof Error ? null : kindOf(bytes.subarray(0, HEAD_BYTES));
  if (bytes instanceof Error) yield broken(STDIN, bytes);
  else if (kind?.is !== 'archive') yield { file: STDIN, read: async () => bytes };
  else
    try {
      yield* membersOf(new Blob([bytes]), kind.kind, STDIN, onLeftOut);
    } catch (error) {
      yield broken(STDIN, /** @type {any} */ (error));
    }
}

/** @param {number} most bytes @returns {Promise<Buffer<ArrayBuffer>>} */
export async function readStandardInput(most) {
  /** @type {Buffer<ArrayBuffer>[]} */
  const chunks = [];
  let nbytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    nbytes += chunk.length;
    if (nbytes > most) throw tooLarge(nbytes);
  }
  return Buffer.concat(chunks);
}

const RETURN = 13;

/** Between the names of a list: the end of a line, or NUL. */
export const LINE = 10;
export const NUL = 0;

/**
 * The paths in a list.
 * @param {string} list the list's file, or - for standard input @param {number} separator the byte between them
 * @returns {Promise<Path[]>}
 */
export async function listedPaths(list, separator) {
  const bytes = list === STDIN ? await readStandardInput(Infinity) : await readFile(list);
  const names = split(bytes, separator).map((name) =>
    separator === LINE && name.at(-1) === RETURN ? name.subarray(0, -1) : name,
  );
  return names.filter((name) => name.length > 0).map(pathOf);
}

/** @param {Path} path @returns {Film} */
const filmAt = (path) => ({ file: printed(path), path, read: () => readFilm(path) });

/** @param {string} file @param {Error} error @returns {Film} */
const broken = (file, error) => ({ file, read: () => Promise.reject(error) });

/** A file that cannot be opened counts as a film, so that its row says why. @param {Path} path @returns {Promise<Uint8Array>} */
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

/** @param {import('node:fs').Dirent<any>} entry @param {Path} path */
async function isFile(entry, path) {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return stat(path).then(
    (target) => !target.isDirectory(),
    () => true,
  );
}

/** @param {Path} path @returns {Promise<Uint8Array>} Rejects with a FileError. */
export async function readFilm(path) {
  const { size, isOrdinary } = await lookAt(path);
  if (!isOrdinary) throw new FileError('not-readable', 'This is not an ordinary file.');
  if (size > MOST_BYTES) throw tooLarge(size);
  return readFile(path).catch((error) => {
    throw fileError(error);
  });
}

/** @param {number} nbytes */
const tooLarge = (nbytes) =>
  new FileError('image-too-large', `The file has ${nbytes} bytes; at most ${LIMITS.fileMib} MiB are read.`);

/** @param {Path} path */
async function lookAt(path) {
  try {
    const found = await stat(path);
    return { size: found.size, isOrdinary: found.isFile() };
  } catch (error) {
    throw fileError(error);
  }
}

/** @param {any} error of node:fs @returns {FileError} */
function fileError(error) {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return new FileError('not-found', 'There is no such file.');
  return new FileError('not-readable', `The file cannot be opened: ${error.code ?? error.message}.`);
}
