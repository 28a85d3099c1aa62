// A model with rules by group of patients: the film's file or the caller says whom a film is of, and that group's rule decides.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { asPatient, createReader } from 'pneumoscope';
import { dicomFile } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import { modelWith } from '../fixtures/model-file.js';
import { PACKAGE, temporaryFolder } from '../fixtures/package.js';

const POINTS = [
  { name: 'first', threshold: 0.5 },
  { name: 'second', threshold: 0.25, uncertain: [0.2, 0.3] },
];
const ofGroup = (name, calibration_scale, calibration_bias, threshold) => ({
  ...{ name, calibration_scale, calibration_bias },
  operating_points: [{ ...POINTS[0], threshold }, POINTS[1]],
});
/** A child's film is pneumonia whatever it shows, an adult's never. */
const GROUPS = [ofGroup('child', 2, 1, 0), ofGroup('adult', 0.5, -1, 1)];

let model;
before(async () => {
  model = await modelWith({ points: POINTS, metadata: { groups: JSON.stringify(GROUPS) } });
});

const ofAge = (age) => dicomFile({ tags: { 0x00101010: [0x00101010, 'AS', age] } });

test('the age in a DICOM file counts first, then the call, then the reader', async (t) => {
  const reader = await createReader({ model, threads: 1, viewSide: 0, patient: 'adult' });
  t.after(() => reader.close());
  const cases = [
    [ofAge('003Y'), undefined, 'child'],
    [ofAge('018M'), 'adult', 'child'],
    [ofAge('044Y'), 'child', 'adult'],
    [ofAge('006M'), 'child', null],
    [ofAge('006Y'), undefined, null],
    [ofAge('017Y'), 'adult', null],
    [greyPng(), undefined, 'adult'],
    [greyPng(), 'child', 'child'],
    [greyPng(), null, null],
  ];
  for (const [film, patient, expected] of cases) {
    const findings = await reader.read(film, { patient });
    const { scale, bias } = reader.model.rules.find((rule) => rule.patient === expected).calibration;
    assert.equal(findings.patient, expected);
    assert.ok(Math.abs(findings.probability - 1 / (1 + Math.exp(-(scale * findings.logit + bias)))) < 1e-6);
    assert.equal(findings.threshold, { child: 0, adult: 1 }[expected] ?? 0.5);
    for (const other of ['child', 'adult', null]) {
      const changed = asPatient(findings, other);
      const read = await reader.read(greyPng(), { patient: other });
      const [called] = [{ child: 'pneumonia', adult: 'normal' }[other]];
      if (called && findings.scope.reason === null) assert.equal(changed.decision, called);
      assert.deepEqual([changed.patient, changed.threshold], [other, read.threshold]);
    }
  }
});

test('a model without groups decides by its own rule, as ever', async (t) => {
  const old = await modelWith({ points: POINTS, metadata: { groups: undefined } });
  const reader = await createReader({ model: old, threads: 1, viewSide: 0, patient: 'child' });
  t.after(() => reader.close());
  assert.deepEqual(
    reader.model.rules.map(({ patient }) => patient),
    [null],
  );
  const findings = await reader.read(ofAge('044Y'));
  assert.equal(findings.patient, null);
  assert.equal(asPatient(findings, 'child').probability.toFixed(5), findings.probability.toFixed(5));
});

test('who is no patient is refused in a sentence', async (t) => {
  const options = /** @type {any} */ ({ model, threads: 1, patient: 'dog' });
  await assert.rejects(createReader(options), {
    code: 'bad-argument',
    message: /patient must be child, adult, not dog/,
  });
  const reader = await createReader({ model, threads: 1, viewSide: 0 });
  t.after(() => reader.close());
  const wrong = /** @type {any} */ ({ patient: 7 });
  await assert.rejects(reader.read(greyPng(), wrong), { code: 'bad-argument', message: /patient must be/ });
  assert.equal((await reader.read(greyPng(), { patient: 'adult' })).patient, 'adult');
});

test('the command line takes and tells it', async (t) => {
  const folder = await temporaryFolder(t);
  const files = ['model.safetensors', 'film.png', 'child.dcm'].map((name) => join(folder, name));
  await Promise.all([model, greyPng(), ofAge('003Y')].map((bytes, i) => writeFile(files[i], bytes)));
  const run = (...more) =>
    spawnSync(process.execPath, [join(PACKAGE, 'cli.js'), '--json', '--threads', '1', '--model', ...files, ...more], {
      encoding: 'utf8',
    });
  const rows = (...more) => run(...more).stdout.trim().split('\n').map((line) => JSON.parse(line).patient); // prettier-ignore
  assert.deepEqual(rows(), [null, 'child']);
  assert.deepEqual(rows('--patient', 'adult'), ['adult', 'child']);
  const { status, stderr } = run('--patient', 'adults');
  assert.equal(status, 2);
  assert.match(stderr, /--patient must be child, adult, not "?adults/);
  assert.match((await readFile(join(PACKAGE, 'findings.schema.json'), 'utf8')).replaceAll(/\s/g, ''), /"patient":\{/);
});
