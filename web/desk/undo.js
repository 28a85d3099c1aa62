// What the user can take back: films that went off the list, and notes that others replaced. It goes with the page.

/** @typedef {import('./store.js').Row} Row */
/** @typedef {{ what: 'removed' | 'cleared', rows: Row[], at: number, group?: import('./store.js').State['group'] }} Films `at`: their
 *   place in the order of coming; `group`: whom the cleared list was of */
/** @typedef {{ what: 'marked' | 'replaced', id: number, changes: import('./store.js').Deeds['do-note']['changes'] }} Note `changes`: back
 *   to what was */
/** @typedef {Films | Note} Step */

const MOST = 50;

/** @param {Step[]} steps @param {Step | null} step @returns {{ undoable: Step[], told: boolean } | {}} of the state */
export const remembered = (steps, step) => (step ? { undoable: [...steps, step].slice(-MOST), told: true } : {});

/** The way back from a note; null where nothing is lost. @param {Row | undefined} row @param {import('./store.js').Deeds['do-note']} note
 * @returns {Note | null} */
export function wayBack(row, { id, changes, before }) {
  if (row && changes.mark !== undefined) return { what: 'marked', id, changes: { mark: row.mark } };
  const lost = Object.entries(before ?? {}).some(([name, text]) => !Reflect.get(changes, name).startsWith(text));
  return before && lost ? { what: 'replaced', id, changes: before } : null;
}
