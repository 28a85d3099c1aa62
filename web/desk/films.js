// The films of the list as plain values: how one begins, and how one of them changes.

/** @typedef {import('./store.js').Row} Row */

/** What a film has before it is read. */
const UNREAD = /** @type {const} */ ({
  state: 'waiting',
  findings: null,
  origin: null,
  thumbnail: null,
  trouble: null,
});

/** What the user has noted of a film: nothing. */
const UNNOTED = { reference: '', text: '', mark: null, group: null, seen: false, revealed: false, anyway: false };

/** @param {{ file: Blob, name: string, ofFolder?: boolean }} film @param {number} id @returns {Row} */
export const newRow = ({ file, name, ofFolder = false }, id) => ({
  ...{ id, file, name, ofFolder, digest: null },
  ...UNREAD,
  ...UNNOTED,
});

/** @param {Row[]} rows @param {number} id @param {Partial<Row>} changes @returns {Row[]} */
export const withRow = (rows, id, changes) => rows.map((row) => (row.id === id ? { ...row, ...changes } : row));

/** @param {Row[]} rows @param {(row: Row) => boolean} which @returns {Row[]} these as if they had never been read */
export const unread = (rows, which) => rows.map((row) => (which(row) ? { ...row, ...UNREAD } : row));
