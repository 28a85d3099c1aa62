// Films out of what a browser hands over: dropped files and folders, chosen files, the clipboard; and those in archives, which are
// unpacked one by one when they are read.

import { HEAD_BYTES, kindOf, leftOut } from '../reader/kinds.js';

/**
 * @typedef {object} Found
 * @property {{ file: File, name: string, ofFolder?: boolean }[]} files `ofFolder`: nobody chose it by name
 * @property {Record<string, number>} leftOut how many files of folders are no films, by reason
 */

/** So many are asked one by one whether they are folders. */
const FEW = 20;

/**
 * Must be called while the event is dispatched: afterwards its data are gone.
 * @param {DataTransfer | null} transfer @returns {Promise<Found>}
 */
export async function filesOf(transfer) {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  const dropped = items.map((item) => {
    // one of many that is named like a picture is no folder: Chromium asks its disk for each, while the page stands still
    const named = items.length > FEW && item.type.startsWith('image/');
    const entry = named ? null : item.webkitGetAsEntry?.();
    return entry?.isDirectory ? /** @type {FileSystemDirectoryEntry} */ (entry) : item.getAsFile();
  });
  /** @type {Found} */
  const found = { files: [], leftOut: {} };
  for (const one of dropped)
    if (one instanceof File) await takeNamed(one, found);
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
    else await takeNamed(file, found);
  return found;
}

/** @param {File} file @returns {Promise<Uint8Array | null>} null where it cannot be opened: its row will say so */
const headOf = (file) =>
  file
    .slice(0, HEAD_BYTES)
    .arrayBuffer()
    .then(
      (head) => new Uint8Array(head),
      () => null,
    );

/** A file that was named is taken whatever it is. @param {File} file @param {Found} found */
async function takeNamed(file, found) {
  const kind = kindOf((await headOf(file)) ?? new Uint8Array(0));
  if (kind?.is === 'archive') await (await archives()).takeArchive(file, kind.kind, file.name, found, false);
  else found.files.push({ file, name: file.name });
}

/** One of a folder is taken only where it begins like a film. @param {File} file @param {string} name @param {Found} found */
async function takeOfFolder(file, name, found) {
  const head = await headOf(file);
  const reason = head && leftOut(name, head);
  const kind = head && kindOf(head);
  if (reason) count(found, reason);
  else if (kind?.is === 'archive') await (await archives()).takeArchive(file, kind.kind, name, found, true);
  else found.files.push({ file, name, ofFolder: true });
}

/** @param {Found} found @param {string} reason */
const count = ({ leftOut: counts }, reason) => (counts[reason] = (counts[reason] ?? 0) + 1);

/** Comes with the first archive. */
const archives = () => import('./archives.js');

/** @param {FileSystemDirectoryEntry} folder @param {Found} found */
async function walk(folder, found) {
  const reader = folder.createReader();
  let batch = await readBatch(reader);
  while (batch.length > 0) {
    for (const entry of batch)
      if (entry.isDirectory) await walk(/** @type {FileSystemDirectoryEntry} */ (entry), found);
      else {
        const { file, name } = await open(/** @type {FileSystemFileEntry} */ (entry), entry.fullPath.slice(1));
        await takeOfFolder(file, name, found);
      }
    batch = await readBatch(reader);
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
