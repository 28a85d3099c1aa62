// model/convert.py: whatever a file came from, the engine must answer with it as its own framework does. PyTorch speaks for
// state_dicts and for Keras's and timm's files (which foreign.py lays out), onnxruntime for ONNX, LiteRT for TensorFlow Lite.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createReader } from 'pneumoscope';
import { greyPng } from '../fixtures/images.js';
import { lacks, PYTHON } from '../fixtures/python.js';

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const CONVERT = path('model/convert.py');
const TFLITE = path('../shared/bench/mobilenet_v2_2class_f32.tflite');
const TFLITE_U8 = path('../shared/bench/mobilenet_v2_2class_u8.tflite');

const skip = lacks('torch', 'torchvision', 'h5py', 'onnx', 'flatbuffers');
const skipRuntimes =
  skip || (!existsSync(path('.cache/runtimes')) && '.ci/setup test has not fetched onnxruntime and LiteRT');
const skipTflite = skipRuntimes || (!existsSync(TFLITE) && `${TFLITE} is not there`);

const folder = mkdtempSync(join(tmpdir(), 'pneumoscope-'));
after(() => rmSync(folder, { recursive: true }));

function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n');
}

const convert = (source, out, ...options) => run(PYTHON, CONVERT, source, out, ...options);
const inputs = (count) => Array.from({ length: count }, (_, i) => join(folder, `${i}.f32`));

/** The engine's logits for inputs in `folder`. */
const engine = (model, files) =>
  run(process.execPath, path('build/wasm/tests/c/c_tests_simd_run_network.cjs'), model, ...files).map((line) =>
    line.split(' ').map(Number),
  );

function assertNear(actual, expected, tolerance, what) {
  assert.equal(actual.length, expected.length);
  for (const [i, row] of expected.entries())
    for (const [j, value] of row.entries())
      assert.ok(Math.abs(actual[i][j] - value) <= tolerance, `${what}, input ${i}: ${actual[i]} and ${row}`);
}

const softmax = ([a, b]) => [1 / (1 + Math.exp(b - a)), 1 / (1 + Math.exp(a - b))];

const runtime = (name, file, side, precision, files) =>
  run(process.execPath, path('tests/model/runtime.js'), name, file, side, precision, ...files).map((line) =>
    JSON.parse(line),
  );

/** Whole grey levels, so that uint8 and float32 get the same pixels; the prime period keeps rows from lining up. */
function writeInputs(side, count) {
  return Array.from({ length: count }, (_, i) => {
    const level = (_, at) => (at * (2 * i + 1) + Math.floor(at / (3 * side)) * 3 * i) % 251;
    const file = join(folder, `${side}-${i}.f32`);
    writeFileSync(file, new Uint8Array(Float32Array.from({ length: side * side * 3 }, level).buffer));
    return file;
  });
}

const python = (what) => run(PYTHON, path('tests/model/foreign.py'), what, folder).map((line) => JSON.parse(line));
const foreign = skip ? [] : python('right');

for (const { file, options, logits } of foreign)
  test(`${file}: logits as PyTorch's`, () => {
    const model = join(folder, `${file}.safetensors`);
    convert(join(folder, file), model, ...options);
    assertNear(engine(model, inputs(logits.length)), logits, 1e-3, file);
  });

test('no code of a checkpoint was run', { skip }, () => assert.ok(!existsSync(join(folder, 'code-was-run'))));

test('ONNX: logits as onnxruntime, with batch norm and without', { skip: skipRuntimes }, () => {
  for (const { file, logits } of foreign.filter((each) => each.file.endsWith('.onnx'))) {
    const files = inputs(logits.length);
    const expected = runtime('onnx', join(folder, file), 96, 'f32', files);
    const model = join(folder, 'onnx.safetensors');
    convert(join(folder, file), model, '--scale=x/127.5-1');
    assertNear(engine(model, files), expected, 1e-3, file);
  }
});

test('TensorFlow Lite in 16 and 8 bits: probabilities as LiteRT', { skip: skipRuntimes }, () => {
  for (const { file, logits } of foreign.filter((each) => each.file.endsWith('.tflite'))) {
    const files = inputs(logits.length);
    const model = join(folder, `${file}.safetensors`); // the test above converted it
    assertNear(engine(model, files).map(softmax), runtime('litert', join(folder, file), 96, 'f32', files), 1e-4, file);
  }
});

test('TensorFlow Lite, float32: probabilities as LiteRT', { skip: skipTflite }, () => {
  const model = join(folder, 'tflite.safetensors');
  convert(TFLITE, model, '--classes=normal,pneumonia');
  const files = writeInputs(224, 4);
  const expected = runtime('litert', TFLITE, 224, 'f32', files);
  assertNear(engine(model, files).map(softmax), expected, 1e-4, 'float32');
  assert.ok(Math.abs(expected[0][1] - expected[1][1]) > 0.1, 'inputs that all read alike would prove nothing');
});

test('TensorFlow Lite, uint8: close to LiteRT, whose layers round', { skip: skipTflite }, () => {
  const model = join(folder, 'tflite-u8.safetensors');
  convert(TFLITE_U8, model, '--classes=normal,pneumonia');
  const files = writeInputs(224, 4);
  const expected = runtime('litert', TFLITE_U8, 224, 'u8', files).map((row) => row.map((value) => value / 256));
  assertNear(engine(model, files).map(softmax), expected, 0.06, 'uint8');
});

test('the reader reads what was converted, by the classes and threshold that were given', { skip }, async (t) => {
  const logits = [];
  for (const classes of ['normal,pneumonia', 'pneumonia,normal']) {
    const model = join(folder, `${classes}.safetensors`);
    const options = ['--size=96', `--classes=${classes}`, '--threshold=0.25', '--name=mine'];
    convert(join(folder, 'timm.safetensors'), model, ...options);
    const reader = await createReader({ model: readFileSync(model) });
    t.after(() => reader.close());
    const findings = await reader.read(greyPng({ width: 96, height: 96 }));
    assert.deepEqual([findings.threshold, findings.model.name], [0.25, 'mine']);
    logits.push(findings.logit);
  }
  assert.ok(logits[0] !== 0 && logits[0] === -logits[1], `${logits}`);
});

for (const { file, options, sentence } of skip ? [] : python('wrong'))
  test(`${file} ${options.join(' ')} is refused: ${sentence}`, () => {
    const out = join(folder, 'refused.safetensors');
    const { status, stderr } = spawnSync(PYTHON, [CONVERT, join(folder, file), out, ...options], { encoding: 'utf8' });
    assert.equal(status, 1, stderr);
    assert.ok(stderr.startsWith('convert: ') && stderr.includes(sentence), stderr);
    assert.ok(!existsSync(out), 'nothing is written');
  });
