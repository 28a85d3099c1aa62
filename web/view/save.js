// Saves a file to where the browser puts downloads.

/** Browsers fetch the address after the click, Safari long after. */
const KEPT_MS = 60_000;

/** @param {Blob} content @param {string} name */
export function save(content, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
