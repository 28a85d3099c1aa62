// Files of a JSON object a line: results, and what is done. A line that was cut when a program or machine died does not count.

import { open, readFile } from 'node:fs/promises';

/** @param {string} text @returns {any[]} */
export function objectsOf(text) {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
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
  const file = await open(path, 'a');
  if (text !== '' && !text.endsWith('\n')) await file.write('\n');
  return {
    objects: objectsOf(text),
    add: async (...objects) => {
      await file.write(objects.map((each) => `${JSON.stringify(each)}\n`).join(''));
      await file.datasync();
    },
    close: () => file.close(),
  };
}
