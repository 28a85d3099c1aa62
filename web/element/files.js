// Films out of what a browser hands over: dropped files and folders, chosen files, the clipboard.

import { FILM } from '../reader/kinds.js';

/** @typedef {{ files: { file: File, name: string }[], leftOut: number }} Found leftOut counts a folder's other files */

/**
 * Must be called while the event is dispatched: afterwards its data are gone.
 * @param {DataTransfer | null} transfer @returns {Promise<Found>}
 */
export async function filesOf(transfer) {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  /** @type {Found} */
  const found = { files: [], leftOut: 0 };
  for (const entry of entries) await take(entry, found);
  return found;
}

/** @param {FileList | null} list @returns {Found} */
export function filesChosen(list) {
  const all = [...(list ?? [])];
  const kept = all.filter(({ name, webkitRelativePath }) => webkitRelativePath === '' || FILM.test(name));
  const files = kept.map((file) => ({ file, name: file.webkitRelativePath || file.name }));
  return { files, leftOut: all.length - kept.length };
}

/** A file that was named is taken whatever it is; one of a folder only where it looks like a film.
 * @param {FileSystemEntry | File | null} entry @param {Found} found */
async function take(entry, found) {
  if (entry instanceof File) found.files.push({ file: entry, name: entry.name });
  else if (entry?.isDirectory) await walk(/** @type {FileSystemDirectoryEntry} */ (entry), found);
  else if (entry) found.files.push(await open(/** @type {FileSystemFileEntry} */ (entry), entry.name));
}

/** @param {FileSystemDirectoryEntry} folder @param {Found} found */
async function walk(folder, found) {
  const reader = folder.createReader();
  for (let batch; (batch = await readBatch(reader)).length > 0;)
    for (const entry of batch)
      if (entry.isDirectory) await walk(/** @type {FileSystemDirectoryEntry} */ (entry), found);
      else if (!FILM.test(entry.name)) found.leftOut++;
      else found.files.push(await open(/** @type {FileSystemFileEntry} */ (entry), entry.fullPath.slice(1)));
}

/** A folder gives its entries in parts, the last of them empty.
 * @param {FileSystemDirectoryReader} reader @returns {Promise<FileSystemEntry[]>} */
const readBatch = (reader) => new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));

/** A file that has gone meanwhile becomes an empty one, which the engine refuses with a sentence.
 * @param {FileSystemFileEntry} entry @param {string} name @returns {Promise<{ file: File, name: string }>} */
const open = (entry, name) =>
  new Promise((resolve) =>
    entry.file(
      (file) => resolve({ file, name }),
      () => resolve({ file: new File([], name), name }),
    ),
  );
