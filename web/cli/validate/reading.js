// Reads the films that have no row yet, and keeps each row as it comes.

import { createHash } from 'node:crypto';
import { readFilm } from '../films.js';
import { interruption } from '../interruption.js';
import { openLines } from '../json-lines.js';
import { failed, outcomeOf } from '../read.js';
import { progress } from './progress.js';
import { failedRow, rowOf } from '../../validate/rows.js';

/** @typedef {import('../../validate/rows.js').Row} Row */
/** @typedef {import('./listing.js').Listing['films'][number]} Film */

/** Rows are written so many at a time: each time waits for the disk. */
const AT_A_TIME = 50;

/** @param {import('./listing.js').Listing} listing @param {import('../../reader/types.d.ts').Pool} pool
 * @param {{ file: string, timeLimit: number, readAnyway: boolean }} how @returns {Promise<Row[]>} in the order of the listing */
export async function rowsOf({ films }, pool, { file, timeLimit, readAnyway }) {
  const lines = await openLines(file);
  const known = new Map(
    lines.objects.filter(({ model, error }) => !error && model === pool.model.sha256).map((row) => [row.file, row]),
  );
  const bar = progress(films.length, films.filter(({ listed }) => known.has(listed.file)).length);
  /** @type {Row[]} */
  let waiting = [];
  const keep = async () => {
    await lines.add(...waiting);
    waiting = [];
  };
  try {
    const unread = films.filter(({ listed }) => !known.has(listed.file));
    for await (const row of pool.inOrder(untilInterrupted(unread), (film, reader) =>
      readOne(film, reader, { timeLimit, readAnyway }),
    )) {
      known.set(row.file, row);
      waiting.push(row);
      if (waiting.length >= AT_A_TIME) await keep();
      bar.add();
    }
  } finally {
    await keep();
    await lines.close();
    bar.end();
  }
  // What the listing says now counts: a label may have been mended since.
  return films.flatMap(({ listed }) => {
    const row = known.get(listed.file);
    return row ? [{ ...row, ...said(listed) }] : [];
  });
}

/** @param {Film['listed']} listed @returns {Partial<Row>} what it says at all */
const said = (listed) => Object.fromEntries(Object.entries(listed).filter(([, value]) => value !== null));

/** @param {Film[]} films */
function* untilInterrupted(films) {
  for (const film of films)
    if (interruption.aborted) return;
    else yield film;
}

/** @param {Film} film @param {import('../../reader/types.d.ts').Reader} reader
 * @param {{ timeLimit: number, readAnyway: boolean }} how @returns {Promise<Row>} */
async function readOne({ listed, path }, reader, { timeLimit, readAnyway }) {
  const opened = await readFilm(path).then((bytes) => ({ bytes, error: undefined }), failed(path));
  if (opened.error !== undefined) return failedRow(listed, opened.error);
  const { bytes } = /** @type {{ bytes: Uint8Array }} */ (opened);
  const { findings, error } = await outcomeOf(reader, { file: path, bytes }, { readAnyway }, timeLimit);
  if (!findings) return failedRow(listed, error ?? { code: 'not-read', message: 'It was not read.' });
  return rowOf(listed, findings, createHash('sha256').update(bytes).digest('hex'));
}
