// Films out of what a browser hands over: dropped files and folders, chosen files, the clipboard.

import { HEAD_BYTES, leftOut } from '../reader/kinds.js';

/**
 * @typedef {object} Found
 * @property {{ file: File, name: string, ofFolder?: boolean }[]} files `ofFolder`: nobody chose it by name
 * @property {Record<string, number>} leftOut how many files of folders are no films, by reason
 */

/**
 * Must be called while the event is dispatched: afterwards its data are gone.
 * @param {DataTransfer | null} transfer @returns {Promise<Found>}
 */
export async function filesOf(transfer) {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  const dropped = items.map((item) => {
    const entry = item.webkitGetAsEntry?.();
    return entry?.isDirectory ? /** @type {FileSystemDirectoryEntry} */ (entry) : item.getAsFile();
  });
  /** @type {Found} */
  const found = { files: [], leftOut: {} };
  for (const one of dropped)
    if (one instanceof File) found.files.push({ file: one, name: one.name });
    else if (one) await walk(one, found);
  return found;
}

/** @param {FileList | null} list @returns {Promise<Found>} */
export async function filesChosen(list) {
  /** @type {Found} */
  const found = { files: [], leftOut: {} };
  for (const file of [...(list ?? [])])
    // a copy: the list is emptied meanwhile
    if (file.webkitRelativePath) await takeOfFolder(file, file.webkitRelativePath, found);
    else found.files.push({ file, name: file.name });
  return found;
}

/** A file that was named is taken whatever it is; one of a folder only where it begins like a film.
 * @param {File} file @param {string} name @param {Found} found */
async function takeOfFolder(file, name, { files, leftOut: counts }) {
  const head = await file
    .slice(0, HEAD_BYTES)
    .arrayBuffer()
    .catch(() => null); // it cannot be opened: its row will say so
  const reason = head && leftOut(name, new Uint8Array(head));
  if (reason) counts[reason] = (counts[reason] ?? 0) + 1;
  else files.push({ file, name, ofFolder: true });
}

/** @param {FileSystemDirectoryEntry} folder @param {Found} found */
async function walk(folder, found) {
  const reader = folder.createReader();
  for (let batch; (batch = await readBatch(reader)).length > 0;)
    for (const entry of batch)
      if (entry.isDirectory) await walk(/** @type {FileSystemDirectoryEntry} */ (entry), found);
      else {
        const { file, name } = await open(/** @type {FileSystemFileEntry} */ (entry), entry.fullPath.slice(1));
        await takeOfFolder(file, name, found);
      }
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
