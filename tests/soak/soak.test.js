// One pool, thousands of reads of every format, good and bad: each film the same answer each time, and memory flat.
//   PNEUMOSCOPE_READS=1000000 node --test tests/soak/soak.test.js

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createPool } from 'pneumoscope';
import { cases } from '../fixtures/dicom.js';
import { colourPng, flatPng, garbage, greyPng } from '../fixtures/images.js';

const READS = Number(process.env.PNEUMOSCOPE_READS ?? 20_000);
/** The least memory in a part of the reads tells what is kept; what is more waits for V8 to collect it. */
const PARTS = 8;
const MOST_GROWTH_MIB = 32;

const JPEGS = ['grey.jpg', 'progressive.jpg', 'colour.jpg', 'cmyk.jpg'];

test(`${READS} reads over the formats: the same answers, and memory flat`, async (t) => {
  const jpegs = await Promise.all(
    JPEGS.map((name) => readFile(new URL(`../fixtures/images/${name}`, import.meta.url))),
  );
  const films = [
    ...jpegs,
    ...jpegs.map((film) => film.subarray(0, film.length / 2)),
    ...Object.values(cases()).map(({ bytes }) => bytes),
    ...[greyPng(), greyPng({ depth: 16 }), flatPng(), colourPng(), greyPng().subarray(0, 900), garbage(400)],
  ];
  const pool = await createPool({ size: 2, viewSide: 64 });
  t.after(() => pool.close());
  /** @type {(string | undefined)[]} */
  const first = [];
  /** @type {number[]} */
  const least = Array(PARTS).fill(Infinity);
  let done = 0;
  const numbers = Array.from({ length: READS }, (_, i) => i % films.length);
  const answers = pool.inOrder(numbers, async (number, reader) => {
    const options = { view: number % 2 === 0, heatmap: number % 3 === 0 };
    const answer = await reader.read(films[number], options).then(
      ({ decision, logit, warnings }) => `${decision} ${logit} ${warnings}`,
      ({ code, message }) => `${code}: ${message}`,
    );
    return { number, answer };
  });
  for await (const { number, answer } of answers) {
    assert.equal(answer, (first[number] ??= answer));
    const part = Math.floor((PARTS * done++) / READS);
    if (done % 20 === 0) least[part] = Math.min(least[part], process.memoryUsage.rss() / 2 ** 20);
  }
  const kinds = new Set(first.map((answer) => answer?.split(/[ :]/)[0]));
  assert.ok(kinds.size >= 4, [...kinds].join());
  t.diagnostic(`${films.length} films; least MiB in each part: ${least.map(Math.round).join(' ')}`);
  const growth = Math.min(...least.slice(-2)) - Math.min(...least.slice(3, 5)); // V8 has collected once by then
  assert.ok(growth < MOST_GROWTH_MIB, `${growth} MiB more at the end than in the middle`);
});
