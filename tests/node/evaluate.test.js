import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { greyPng } from './images.js';
import { temporaryFolder } from './package.js';

const EVALUATE = fileURLToPath(new URL('../../model/evaluate.js', import.meta.url));

/** @param {string[]} args */
const run = (...args) => spawnSync(process.execPath, [EVALUATE, ...args], { encoding: 'utf8' });

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
  assert.deepEqual(Object.keys(result), keys);
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

test('wrong use', async (t) => {
  assert.equal(run().status, 2);
  const { status, stderr } = run('--data', await temporaryFolder(t));
  assert.equal(status, 2);
  assert.match(stderr, /holds no folder NORMAL/);
});
