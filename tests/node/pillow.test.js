// The image path against Pillow, whose pixels the network was trained on: decoding and resampling, of films from 100 to
// 5,000 pixels a side, enlarged and shrunk. pillow.py writes the films and what Pillow makes of them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createReader } from 'pneumoscope';
import { modelWith } from '../fixtures/model-file.js';
import { temporaryFolder } from '../fixtures/package.js';
import { lacks, PYTHON } from '../fixtures/python.js';

const SCRIPT = fileURLToPath(new URL('pillow.py', import.meta.url));
const SIDE = 224;
const skip = lacks('PIL');

/** @param {string} folder @returns {{ name: string, size: number[], whole: boolean, deep: boolean }[]} */
function writeFilms(folder) {
  const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT, folder, SIDE], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n').map(JSON.parse);
}

/** The largest and the mean difference between the engine's values and Pillow's, in levels of 255. */
function difference(ours, white, pillow, pillowWhite) {
  assert.equal(ours.length, pillow.length);
  let [largest, sum] = [0, 0];
  for (let i = 0; i < pillow.length; i++) {
    const off = Math.abs((ours[i] / white) * 255 - (pillow[i] / pillowWhite) * 255);
    largest = Math.max(largest, off);
    sum += off;
  }
  return { largest, mean: sum / pillow.length };
}

async function measure(reader, folder, { name, size, whole, deep, bits }) {
  const path = join(folder, name);
  const { view, input, ...film } = await reader.read(await readFile(path), { view: true, input: true });
  assert.deepEqual([film.width, film.height, film.bits], [...size, bits], name);
  const exact = new Float32Array(Uint8Array.from(await readFile(`${path}.exact`)).buffer);
  return {
    name,
    lossyColour: name.startsWith('colour-'),
    pixels: whole && difference(view.data, 65535, await readFile(`${path}.grey`), 255),
    levels: !deep && difference(input.values, 1, await readFile(`${path}.levels`), 255),
    exact: difference(input.values, 1, exact, deep ? 65535 : 255),
  };
}

/** @param {any[]} films @param {string} what @param {{ largest: number, mean: number }} limits in levels of 255 */
function assertNear(films, what, limits) {
  const measured = films.filter((film) => film[what]);
  assert.ok(measured.length > 0);
  for (const { name, [what]: off } of measured)
    assert.ok(off.largest <= limits.largest && off.mean <= limits.mean, `${name}: ${what} ${JSON.stringify(off)}`);
}

test('films are decoded and resampled as Pillow does it', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const model = await modelWith({ metadata: { levels: undefined } }); // what is resampled is seen as it is
  const reader = await createReader({ model, threads: 1, viewSide: 4096 });
  t.after(() => reader.close());
  const films = [];
  for (const film of writeFilms(folder)) films.push(await measure(reader, folder, film));
  const coloured = films.filter(({ lossyColour }) => lossyColour);
  const others = films.filter(({ lossyColour }) => !lossyColour);

  await t.test('the decoded pixels are the same', () => assertNear(others, 'pixels', { largest: 0, mean: 0 }));

  // The conversion from YCbCr rounds differently in one pixel of a thousand.
  await t.test('those of a coloured JPEG are within two levels', () =>
    assertNear(coloured, 'pixels', { largest: 2, mean: 0.002 }),
  );

  await t.test('resampling is within a thousandth of a level of Pillow in floating point', () =>
    assertNear(others, 'exact', { largest: 0.001, mean: 0.0002 }),
  );

  // Its own two roundings are half a level each; the rest is the engine's floating point.
  await t.test('resampling is within one level, 1/255, of Pillow in levels', () =>
    assertNear(others, 'levels', { largest: 1.0001, mean: 0.35 }),
  );

  await t.test('for coloured JPEGs within two', () => assertNear(coloured, 'levels', { largest: 2, mean: 0.35 }));
});
