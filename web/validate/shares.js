// Shares, and how far each may be off by chance.

/** @typedef {{ value: number, low: number, high: number }} Measured a figure with its 95 % interval */

const Z = 1.959964;

/** @param {number} part @param {number} whole @returns {number | null} null where there is nothing to take a share of */
export const ratio = (part, whole) => (whole === 0 ? null : part / whole);

/**
 * 95 % interval of a share of `n` (Wilson, 1927), which is never empty: a hundred of a hundred may be 96 in the long run.
 * @param {number} share @param {number} n
 */
export function wilson(share, n) {
  const z2 = Z ** 2;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const reach = Math.sqrt(((share * (1 - share)) / n + z2 / (4 * n * n)) * z2) / (1 + z2 / n);
  return { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}

/** A share with its interval, and of how many. @param {number} part @param {number} whole
 * @returns {(Measured & { of: number }) | null} null where there is nothing to take a share of */
export function shareOf(part, whole) {
  const value = ratio(part, whole);
  return value === null ? null : { value, ...wilson(value, whole), of: whole };
}
