// Files of a JSON object a line: results, and what is done. A line that was cut when a program or machine died does not count, and
// neither does one that is damaged otherwise; both are told.

import { copyFile, open, readFile, truncate, writeFile } from 'node:fs/promises';

/** @param {string} text @returns {any[]} */
export const objectsOf = (text) => parsed(text).objects;

/** @param {string} text @returns {{ objects: any[], ndamaged: number, isCut: boolean }} `isCut`: the last line, which counts as no damage */
function parsed(text) {
  const lines = text.split('\n');
  const given = lines.map(objectOf);
  const damaged = given.map((object, i) => object === null && lines[i].trim() !== '');
  const isCut = damaged[lines.length - 1];
  const ndamaged = damaged.filter(Boolean).length - Number(isCut);
  return { objects: given.filter((object) => object !== null), ndamaged, isCut };
}

/** @param {string} line @returns {any} null where it is none */
function objectOf(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The file as it is goes aside, and its sound lines go on. @param {string} path @param {ReturnType<typeof parsed>} found */
async function setAside(path, { objects, ndamaged }) {
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  await copyFile(path, aside);
  await writeFile(path, objects.map((each) => `${JSON.stringify(each)}\n`).join(''));
  console.error(
    `${path} has ${ndamaged} damaged lines. It was copied to ${aside}; ${objects.length} lines are sound, and go on.`,
  );
}

/**
 * A file that lines are added to, made if need be. What `add` resolves for is on the disk.
 * @param {string} path
 * @returns {Promise<{ objects: any[], add: (...objects: object[]) => Promise<void>, close: () => Promise<void> }>} `objects` are those that
 *   it held
 */
export async function openLines(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const found = parsed(text);
  if (found.isCut) {
    console.error(`The last line of ${path} was cut off, and does not count.`);
    await truncate(path, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
  }
  if (found.ndamaged > 0) await setAside(path, found);
  const file = await open(path, 'a');
  if (text !== '' && !text.endsWith('\n') && !found.isCut && found.ndamaged === 0) await file.write('\n');
  return {
    objects: found.objects,
    add: async (...objects) => {
      await file.write(objects.map((each) => `${JSON.stringify(each)}\n`).join(''));
      await file.datasync();
    },
    close: () => file.close(),
  };
}
