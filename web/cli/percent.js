// A probability in words, for the command line; the page says it in the reader's language (element/i18n.js).

/** @param {number} part 0 to 1 @returns {string} never "100 %" or "0 %": the model is never that sure */
export function percent(part) {
  if (part > 0.999) return 'over 99.9 %';
  if (part < 0.001) return 'under 0.1 %';
  return `${(100 * part).toFixed(1)} %`;
}
