import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { flatPng, greyPng } from '../fixtures/images.js';
import { modelWith } from '../fixtures/model-file.js';
import { temporaryFolder } from '../fixtures/package.js';

const EVALUATE = fileURLToPath(new URL('../../model/evaluate.js', import.meta.url));

/** @param {string[]} args */
const run = (...args) => spawnSync(process.execPath, [EVALUATE, ...args], { encoding: 'utf8' });

test('--help says how it is used, and so does a wrong word, without a stack', () => {
  const help = run('--help');
  assert.deepEqual([help.status, help.stderr], [0, '']);
  assert.match(help.stdout, /^Usage: npm run evaluate -- --data DIR/);
  for (const args of [['--date', 'x'], []]) {
    const { status, stdout, stderr } = run(...args);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^evaluate: [^\n]+\nUsage: npm run evaluate [^\n]+\n$/);
  }
});

/** @param {import('node:test').TestContext} t */
async function dataFolder(t) {
  const folder = await temporaryFolder(t);
  for (const name of ['NORMAL', 'pneumonia']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'NORMAL/a.png'), greyPng());
  await writeFile(join(folder, 'pneumonia/b.png'), greyPng({ width: 400 }));
  await writeFile(join(folder, 'pneumonia/c.png'), greyPng({ width: 260 }));
  return folder;
}

test('one object with the agreed keys', async (t) => {
  const { status, stdout } = run('--data', await dataFolder(t), '--json');
  assert.equal(status, 0);
  const result = JSON.parse(stdout);
  const keys = ['n', 'accuracy', 'precision', 'recall', 'f1', 'specificity', 'auc', 'threshold', 'confusion'];
  assert.deepEqual(Object.keys(result), [...keys, 'points']);
  assert.deepEqual(Object.keys(result.confusion), ['tp', 'fp', 'tn', 'fn']);
  assert.equal(result.n, 3);
  const { tp, fp, tn, fn } = result.confusion;
  assert.deepEqual([tp + fn, tn + fp], [2, 1]);
});

test('a table for people, and a film that cannot be read is named', async (t) => {
  const folder = await dataFolder(t);
  await writeFile(join(folder, 'NORMAL/bad.png'), 'not a picture');
  const { status, stdout, stderr } = run('--data', folder, '--threads', '1');
  assert.equal(status, 1);
  assert.match(stdout, /1 thread/);
  assert.match(stdout, /^n +3$/m);
  assert.match(stdout, /^confusion +tp \d/m);
  assert.match(stderr, /^not read: .*bad\.png: /);
});

test('each operating point has its counts, and what it holds back', async (t) => {
  const folder = await dataFolder(t);
  const model = join(folder, 'model');
  const points = [
    { name: 'sure', threshold: 1 },
    { name: 'careful', threshold: 0.5, uncertain: [0, 1] },
  ];
  await writeFile(model, await modelWith({ points }));
  await writeFile(join(folder, 'NORMAL/blank.png'), flatPng());
  const result = JSON.parse(run('--data', folder, '--json', '--model', model).stdout);
  const { sure, careful } = result.points;
  assert.deepEqual([result.threshold, result.confusion], [1, { tp: 0, fp: 0, tn: 2, fn: 2 }]);
  assert.deepEqual([sure.tn, sure.fn, sure.answered, sure.answered_right], [2, 2, 3 / 4, 1 / 3]);
  assert.deepEqual(sure.said.normal, { pneumonia: 0, normal: 1, uncertain: 0, 'out-of-scope': 1 });
  assert.deepEqual(careful.said.pneumonia, { pneumonia: 0, normal: 0, uncertain: 2, 'out-of-scope': 0 });
  assert.deepEqual([careful.answered, careful.answered_right], [0, null]);
  const { stdout } = run('--data', folder, '--model', model);
  assert.match(stdout, /^at "careful"\n.*\npneumonia +pneumonia 0  normal 0  uncertain 2  out-of-scope 0$/m);
});

test('wrong use', async (t) => {
  assert.equal(run().status, 2);
  const { status, stderr } = run('--data', await temporaryFolder(t));
  assert.equal(status, 2);
  assert.match(stderr, /holds no folder NORMAL/);
});
