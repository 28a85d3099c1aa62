// The films of one patient in the order of their studies' dates. Keys and dates stay in the page's memory.

/** @typedef {import('./store.js').Row} Row */

/** The latest film of the same patient from before a film; undefined where the files do not say that there is one.
 * @param {Row[]} rows @param {Row} row @returns {Row | undefined} */
export function priorOf(rows, { origin }) {
  const { patient, date } = origin ?? {};
  if (!patient || !date) return undefined;
  const before = rows.filter((one) => one.origin?.patient === patient && dateOf(one) && dateOf(one) < date);
  return before.sort((a, b) => dateOf(b).localeCompare(dateOf(a)))[0];
}

/** @param {Row} row @returns {string} 2026-11-29; empty where the file does not say it */
export const dateOf = ({ origin }) => origin?.date ?? '';
