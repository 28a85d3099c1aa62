// npm run measure, on sets of a few made-up films: what it counts, and what it leaves out.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { greyPng } from '../fixtures/images.js';
import { temporaryFolder } from '../fixtures/package.js';
import { lacks, PYTHON } from '../fixtures/python.js';

const skip = lacks('torch', 'PIL', 'tqdm');
const model = (script) => fileURLToPath(new URL(`../../model/${script}`, import.meta.url));
const SAMPLES = new URL('../../web/samples/', import.meta.url);

function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

async function put(folder, films) {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(films)) await writeFile(join(folder, name), bytes);
}

test('the sets that are there are measured, and the variants of the first', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const [data, variants, out] = ['data', 'variants', 'metrics.json'].map((name) => join(folder, name));
  const sample = (name) => readFile(new URL(name, SAMPLES));
  const normal = await sample('synthetic-normal-20.png');
  await put(join(data, 'kermany-224/test/NORMAL'), {
    'IM-1.png': normal,
    'IM-2.jpg': await sample('synthetic-normal-154.jpg'),
  });
  await put(join(data, 'kermany-224/test/PNEUMONIA'), { 'person1_1.png': await sample('synthetic-pneumonia-1.png') });
  await put(join(data, 'not-a-chest-film/documents'), { 'blank.png': greyPng({ contrast: 0.01 }), 'film.png': normal });
  run(PYTHON, model('variants.py'), join(data, 'kermany-224/test'), variants);
  run(process.execPath, model('measure.js'), '--data', data, '--variants', variants, '--out', out);
  const { sets, robustness, model: read } = JSON.parse(await readFile(out, 'utf8'));

  assert.equal(read.precision, 'int8');
  assert.deepEqual(
    sets.map(({ name, films }) => [name, films]),
    [
      ['kermany-test', 3],
      ['documents', 2],
    ],
  );
  const [test, documents] = sets;
  const { tp, fp, tn, fn, sensitivity } = test.points.balanced;
  assert.deepEqual([tp, fp, tn, fn, sensitivity.value, test.auc.value], [1, 0, 2, 0, 1, 1]);
  assert.deepEqual([documents.held_back, documents.auc, documents.points.balanced.specificity], [0.5, null, null]);
  assert.equal(Object.keys(robustness).length, 12);
  assert.ok(Object.values(robustness).every(({ same, flipped }) => same + flipped <= 1 && Number.isInteger(3 * same)));
  for (const variant of ['faint', '12 in 16 bits'])
    assert.deepEqual(robustness[variant], { same: 1, flipped: 0 }, `no linear scale changes an answer: ${variant}`);
  assert.equal(robustness['gamma 0.8'].flipped, 0, 'another tone may leave a film uncertain, and no more');
  assert.ok(sensitivity.low > 0.2 && sensitivity.high === 1, 'one of one is no certainty');
});

test('a missing --data is a sentence', () => {
  const { status, stderr } = spawnSync(process.execPath, [model('measure.js')], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [2, 'measure: --data DIR is needed, a folder that holds the sets.\n']);
});
