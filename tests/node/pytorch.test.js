// The engine against PyTorch on the same pixels: on the ImageNet network, which nobody here trained, on a state_dict as
// torchvision saves it, and on the shipped model from the films' files. Needs ../shared/data or PyTorch; says so if not.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readFile, writeFile } from 'node:fs/promises';
import { createReader } from '../../dist/reader.js';
import { MODELS } from '../fixtures/package.js';
import { referenceOf } from '../../web/build/reference.js';
import { modelWith } from '../fixtures/model-file.js';
import { temporaryFolder } from '../fixtures/package.js';
import { lacks, PYTHON } from '../fixtures/python.js';

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const IMAGENET = path('../shared/data/weights/mobilenet_v2_imagenet.safetensors');
const PHOTOGRAPHS = path('../shared/data/not-a-chest-film/natural_imagenet_samples');
const FILMS = path('../shared/data/kermany-224/test');
/** Of the log-odds of a film that is resampled: a grey level that rounds the other way is a step in integers. */
const NEAR = { f32: 1e-3, int8: 0.3 };
const VARIANTS = ['simd', 'simd_threads'];

function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n');
}

const noPyTorch = lacks('torch', 'torchvision');
const needs = (...files) => {
  const missing = files.find((file) => !existsSync(file));
  return noPyTorch || (missing ? `${missing} is not there` : false);
};
const filesOf = (folder) => readdirSync(folder).map((name) => join(folder, name));
const runNetwork = (variant, model, inputs) =>
  run(process.execPath, path(`build/wasm/tests/c/c_tests_${variant}_run_network.cjs`), model, ...inputs).map((line) =>
    line.split(' ').map(Number),
  );
const indexOfLargest = (values) => values.indexOf(Math.max(...values));

function assertNear(actual, expected, tolerance) {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(actual[i] - value) <= tolerance, `element ${i}: ${actual[i]} and ${value}`);
}

async function rawInputs(t, files) {
  const folder = await temporaryFolder(t);
  run(PYTHON, path('tests/node/pytorch.py'), 'raw', folder, ...files);
  return files.map((_, i) => join(folder, `${i}.f32`));
}

async function readAll(films, options) {
  const reader = await createReader(options);
  const findings = [];
  for (const film of films) findings.push(await reader.read(await readFile(film)));
  reader.close();
  return findings;
}

/** Length of the longest strictly rising subsequence. */
function longestRise(values) {
  const lengths = [];
  for (const [i, value] of values.entries())
    lengths[i] = 1 + Math.max(0, ...lengths.filter((_, j) => values[j] < value));
  return Math.max(...lengths);
}

test('the ImageNet network: logits as PyTorch, names that fit', { skip: needs(IMAGENET, PHOTOGRAPHS) }, async (t) => {
  const inputs = await rawInputs(t, filesOf(PHOTOGRAPHS).sort());
  const expected = run(PYTHON, path('model/reference.py'), IMAGENET, '--raw', ...inputs).map(
    (line) => JSON.parse(line).logits,
  );
  for (const variant of VARIANTS) {
    const logits = runNetwork(variant, IMAGENET, inputs);
    for (const [i, row] of logits.entries()) assertNear(row, expected[i], 1e-3);
    // The files are named by WordNet number and the classes are in its order, so that right names rise from file to
    // file. Chance would give a rise of about 2 sqrt(80) = 18.
    const rise = longestRise(logits.map(indexOfLargest));
    assert.ok(rise >= 56, `${rise} of ${inputs.length} photographs are named in order`);
  }
});

test("torchvision's state_dict loads as it is, batch norm folded", { skip: needs() }, async (t) => {
  const folder = await temporaryFolder(t);
  const script = path('tests/node/pytorch.py');
  const inputs = await rawInputs(
    t,
    filesOf(path('web/samples')).filter((name) => /\.(png|jpe?g)$/.test(name)),
  );
  for (const width of ['0.5', '1.0', '1.4']) {
    const file = join(folder, `${width}.safetensors`);
    const expected = run(PYTHON, script, 'network', file, width, ...inputs).map((line) => JSON.parse(line));
    const logits = runNetwork('simd', file, inputs);
    assert.equal(logits.length, expected.length);
    for (const [i, row] of logits.entries()) assertNear(row, expected[i], 1e-3);
  }
});

for (const { precision, file } of MODELS) {
  test(
    `what the build gives the page for its self-test in ${precision} is what PyTorch says`,
    { skip: needs() },
    async () => {
      const at = (relative) => new URL(`../../${relative}`, import.meta.url);
      const names = readdirSync(at('web/samples')).filter((one) => /\.(png|jpe?g)$/.test(one));
      const films = names.map((name) => `web/samples/${name}`);
      const lines = run(PYTHON, path('model/reference.py'), path(file), ...films.map(path));
      assert.equal(lines.length, films.length);
      for (const [i, film] of films.entries()) {
        const [other, pneumonia] = JSON.parse(lines[i]).logits;
        const { logit } = await referenceOf(at('build/wasm/oracle.mjs'), at(file), at(film));
        assertNear([logit], [pneumonia - other], NEAR[precision]);
      }
    },
  );

  test(
    `the shipped model in ${precision}: films read from their files as PyTorch reads them`,
    { skip: needs(FILMS) },
    async () => {
      const films = ['NORMAL', 'PNEUMONIA'].flatMap((name) => filesOf(join(FILMS, name)).filter((_, i) => i % 8 === 0));
      const lines = run(PYTHON, path('model/reference.py'), path(file), ...films);
      const expected = lines.map((line) => JSON.parse(line).probability);
      const findings = await readAll(films, { precision });
      assert.ok(findings.every(({ engine }) => engine.precision === precision));
      const probabilities = findings.map(({ probability }) => probability);
      assertNear(probabilities, expected, 1e-3);
      assert.ok(Math.max(...expected) - Math.min(...expected) > 0.5, 'films that all read alike would prove nothing');
    },
  );
}

/** Statistics without a meaning, under which no two films score alike. */
function someScope(limit) {
  const row = (first) => Array.from({ length: 1280 }, (_, i) => Math.sin((first + i) ** 2) / 30);
  return { mean: row(0).map(Math.abs), basis: [row(2000), row(4000)], weight: [3, -0.5], residual: 1, limit };
}

test('scope check and decisions, film by film, as PyTorch makes them', { skip: needs() }, async (t) => {
  const films = filesOf(path('web/samples')).filter((name) => /\.(png|jpe?g)$/.test(name));
  const scored = await readAll(films, { model: await modelWith({ scope: someScope(1) }) });
  scored.sort((a, b) => a.scope.score - b.scope.score); // two are to be in scope, one beyond it
  const scope = someScope((scored[1].scope.score + scored[2].scope.score) / 2);
  const threshold = (scored[0].probability + scored[1].probability) / 2;
  const points = [
    { name: 'plain', threshold },
    { name: 'band', threshold, uncertain: [threshold, 1] },
  ];
  const file = join(await temporaryFolder(t), 'model');
  await writeFile(file, await modelWith({ scope, points }));
  const expected = run(PYTHON, path('model/reference.py'), file, ...films).map((line) => JSON.parse(line));
  const decisions = new Set();
  for (const { name } of points)
    for (const [i, found] of (await readAll(films, { model: await readFile(file), operatingPoint: name })).entries()) {
      assertNear([found.scope.score], [expected[i].scope_score], 1e-3);
      assert.equal(found.decision, expected[i].decisions[name]);
      decisions.add(found.decision);
    }
  assert.deepEqual([...decisions].sort(), ['normal', 'out-of-scope', 'pneumonia', 'uncertain']);
});
