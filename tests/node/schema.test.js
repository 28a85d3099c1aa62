// The published JSON Schema holds for what the reader and the command line say, and for nothing else.

import Ajv from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createReader } from 'pneumoscope';
import { dicomFile } from '../fixtures/dicom.js';
import { flatPng, greyPng } from '../fixtures/images.js';
import { DIST, PACKAGE, temporaryFolder } from '../fixtures/package.js';

const schema = JSON.parse(readFileSync(join(PACKAGE, 'findings.schema.json'), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(schema, 'schema');
const [isFindings, isRow] = ['findings', 'row'].map((name) => ajv.compile({ $ref: `schema#/$defs/${name}` }));

test('findings of films of every kind', async () => {
  const reader = await createReader({ threads: 1 });
  for (const film of [greyPng(), flatPng(), greyPng({ depth: 16 }), dicomFile()]) {
    const findings = JSON.parse(JSON.stringify(await reader.read(film)));
    assert.ok(isFindings(findings), JSON.stringify(isFindings.errors));
    assert.ok(!isFindings({ ...findings, decision: 'perhaps' }) && !isFindings({ ...findings, probability: 1.2 }));
    delete findings.model;
    assert.ok(!isFindings(findings), 'nothing may be missing');
  }
  reader.close();
});

test('rows of the command line, those of films that cannot be read among them', async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, 'film.dcm'), dicomFile());
  writeFileSync(join(folder, 'broken.png'), greyPng().subarray(0, 500));
  const words = [join(PACKAGE, 'cli.js'), '--json', '--variant', 'simd', folder, join(DIST, 'samples')];
  const rows = spawnSync(process.execPath, words, { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(rows.length, 5);
  for (const row of rows) {
    assert.ok(isRow(row), JSON.stringify(isRow.errors));
    assert.ok(!isRow({ ...row, patient: 'x' }));
  }
});
