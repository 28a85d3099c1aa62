// What films show, in the words of whoever labelled them: of folders, and of a table's column.

/** @typedef {'pneumonia' | 'normal'} Label */
/** @typedef {Record<Label, string[]>} Classes names in lower case */

/** @type {Classes} */
export const USUAL_CLASSES = {
  normal: ['normal', 'negative', 'no', '0', 'no pneumonia', 'no_pneumonia', 'no finding', 'no_finding', 'healthy'],
  pneumonia: ['pneumonia', 'positive', 'yes', '1'],
};

/** @param {string} text as "clear+healthy,ill": names of films without and of films with pneumonia
 * @returns {Classes | null} null where it is otherwise */
export function readClasses(text) {
  const [normal, pneumonia, ...more] = text
    .toLowerCase()
    .split(',')
    .map((names) => names.split('+').map((name) => name.trim()));
  const all = [...(normal ?? []), ...(pneumonia ?? [])];
  const sound = pneumonia && more.length === 0 && all.every(Boolean) && new Set(all).size === all.length;
  return sound ? { normal, pneumonia } : null;
}

/** @param {string} name @param {Classes} classes @returns {Label | null} */
export function labelOf(name, classes) {
  const known = name.trim().toLowerCase();
  if (classes.pneumonia.includes(known)) return 'pneumonia';
  return classes.normal.includes(known) ? 'normal' : null;
}

/**
 * A film's label by the folder that it lies in, the nearest that is a class's. The folder above that one is a site.
 * @param {string} path of the film within the set, with "/" @param {Classes} classes
 * @returns {{ label: Label, site: string | null } | null}
 */
export function labelOfPath(path, classes) {
  const folders = path.split('/').slice(0, -1);
  const at = folders.findLastIndex((name) => labelOf(name, classes));
  const label = at < 0 ? null : labelOf(folders[at], classes);
  return label && { label, site: folders[at - 1] ?? null };
}
