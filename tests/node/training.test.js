// Training and export from end to end, on a handful of made-up films: what they write, the engine reads as PyTorch does.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createReader } from 'pneumoscope';
import { greyPng } from './images.js';
import { temporaryFolder } from './package.js';

const PYTHON = '/usr/bin/python3'; // Debian's, which has Debian's PyTorch
const hasPyTorch = spawnSync(PYTHON, ['-c', 'import torch, torchvision, sklearn, tqdm']).status === 0;

function run(script, ...args) {
  const path = fileURLToPath(new URL(`../../model/${script}`, import.meta.url));
  return spawnSync(PYTHON, [path, ...args], { encoding: 'utf8' });
}

function python(script, ...args) {
  const { status, stdout, stderr } = run(script, ...args);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** An engine that answers every film with the same log-odds. */
const LIAR = 'for (const file of process.argv.slice(7)) console.log(JSON.stringify({ file, logit: 42, error: null }));';

/** Two classes that differ in size, twelve patients each, named as the real set names them. */
async function tinySet(folder, height) {
  for (const [name, patient, width] of [
    ['NORMAL', (i) => `IM-00${10 + i}-0001`, 200],
    ['PNEUMONIA', (i) => `person${i}_virus_1`, 140],
  ]) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < 12; i++)
      await writeFile(join(folder, name, `${patient(i)}.png`), greyPng({ width: width + 3 * i, height }));
  }
}

test(
  'a model trained and exported here is read as PyTorch reads it',
  { skip: !hasPyTorch && 'PyTorch is not installed' },
  async (t) => {
    const folder = await temporaryFolder(t);
    const names = ['films', 'again', 'tiny.pt', 'tiny.safetensors'];
    const [data, also, checkpoint, model] = names.map((name) => join(folder, name));
    await tinySet(data, 150);
    await tinySet(also, 170);
    const small = ['--epochs', '1', '--size', '96', '--width', '0.35', '--batch', '8', '--workers', '0'];
    python('train.py', '--data', data, '--also', also, '--out', checkpoint, ...small);
    python('export.py', checkpoint, model, '--data', data, '--also', also);
    const reader = await createReader({ model: await readFile(model) });
    t.after(() => reader.close());
    for (const film of ['NORMAL/IM-0010-0001.png', 'PNEUMONIA/person3_virus_1.png']) {
      const expected = JSON.parse(python('reference.py', model, join(data, film)));
      const { probability, scope } = await reader.read(await readFile(join(data, film)));
      assert.ok(Math.abs(probability - expected.probability) < 1e-3, `${probability} and ${expected.probability}`);
      assert.ok(Math.abs(scope.score / expected.scope_score - 1) < 1e-2, `${scope.score} and ${expected.scope_score}`);
    }
    const points = reader.model.operatingPoints.map(({ name }) => name);
    assert.deepEqual(points, ['balanced', 'high-sensitivity', 'high-specificity']);

    await writeFile(join(folder, 'liar.js'), LIAR);
    const refused = join(folder, 'refused.safetensors');
    const { status, stderr } = run(
      'export.py',
      checkpoint,
      refused,
      '--data',
      data,
      '--engine',
      join(folder, 'liar.js'),
    );
    assert.notEqual(status, 0);
    assert.match(stderr, /PyTorch says .*, the engine 42/);
    await assert.rejects(access(refused), 'a file that the engine reads otherwise is not kept');
  },
);
