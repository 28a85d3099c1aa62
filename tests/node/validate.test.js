// pneumoscope validate, as people run it: a folder, a table, again, with a rule of their own, and what goes wrong.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createReader } from 'pneumoscope';
import { toFhir } from '../../web/results/fhir.js';
import { checksum } from '../../web/reader/profile.js';
import { dicomFile } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import { DIST, PACKAGE, temporaryFolder } from '../fixtures/package.js';

/** @param {string} cwd @param {string[]} args */
const run = (cwd, ...args) =>
  spawnSync(process.execPath, [join(PACKAGE, 'cli.js'), ...args], { cwd, encoding: 'utf8' });

const sample = (/** @type {string} */ name) => join(DIST, 'samples', name);

/** Two normal films, one with pneumonia and one that is damaged. @param {import('node:test').TestContext} t */
async function films(t) {
  const folder = await temporaryFolder(t);
  for (const name of ['NORMAL', 'PNEUMONIA']) mkdirSync(join(folder, 'films', name), { recursive: true });
  copyFileSync(sample('synthetic-normal-20.png'), join(folder, 'films/NORMAL/a.png'));
  copyFileSync(sample('synthetic-normal-154.jpg'), join(folder, 'films/NORMAL/b.jpg'));
  copyFileSync(sample('synthetic-pneumonia-1.png'), join(folder, 'films/PNEUMONIA/c.png'));
  writeFileSync(join(folder, 'films/PNEUMONIA/bad.png'), greyPng().subarray(0, 400));
  return folder;
}

const json = (/** @type {string[]} */ ...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

test('a folder: figures, a report, and rows that are not read again', async (t) => {
  const folder = await films(t);
  const first = run(folder, 'validate', 'films', '--variant', 'simd');
  assert.equal(first.status, 1, first.stderr);
  assert.match(first.stdout, /^3 films: 1 with pneumonia, 2 without\. Rule: balanced\.$/m);
  assert.match(first.stdout, /^Pneumonias found +100\.0%  \(20\.7% to 100\.0%, of 1\)$/m);
  assert.match(first.stdout, /^Not read: 1$/m);
  const metrics = json(folder, 'pneumoscope-report/metrics.json');
  assert.deepEqual(metrics.rules[0].said.normal, { pneumonia: 0, normal: 2, uncertain: 0, 'out-of-scope': 0 });
  const html = readFileSync(join(folder, 'pneumoscope-report/report.html'), 'utf8');
  assert.match(html, /bad\.png/);
  assert.match(html, /<style>[^<]*\.report \.wide\s*\{[^}]*overflow-x/, 'it brings its style');
  const rows = () => readFileSync(join(folder, 'pneumoscope-report/rows.ndjson'), 'utf8').trim().split('\n');
  assert.equal(rows().length, 4);
  // A run that was cut has fewer rows, the last of them in part.
  writeFileSync(join(folder, 'pneumoscope-report/rows.ndjson'), `${rows()[0]}\n${rows()[1].slice(0, 50)}`);
  assert.equal(run(folder, 'validate', 'films', '--variant', 'simd').stdout, first.stdout);
  assert.deepEqual(json(folder, 'pneumoscope-report/metrics.json').rules, metrics.rules);
  const files = rows().map((line) => JSON.parse(line).file);
  assert.deepEqual([files.length, new Set(files).size], [4, 4], 'the first is not read again');
});

test('a table: what it says of films, what DICOM says, and what is wrong with it', async (t) => {
  const folder = await films(t);
  writeFileSync(join(folder, 'films/d.dcm'), dicomFile());
  const table =
    'image;finding;patient;site\r\na.png;clear;1;East\r\nPNEUMONIA/c.png;ill;2;"West; old"\r\nd.dcm;clear;2;\r\nx.png;ill;3;\r\nb.jpg;odd;4;\r\n';
  writeFileSync(join(folder, 'films/labels.csv'), `\ufeff${table}`);
  const words = [
    'validate',
    'films/labels.csv',
    '--classes',
    'clear,ill',
    '--columns',
    'label=finding',
    '--out',
    'out',
    '--no-pictures',
  ];
  const { status, stdout, stderr } = run(folder, ...words);
  assert.equal(status, 1, stderr);
  assert.match(stdout, /^3 films: 1 with pneumonia, 2 without/m);
  const { missing, problems, films: counts } = json(folder, 'out/metrics.json');
  assert.deepEqual([missing, problems.map(({ row, reason }) => [row, reason])], [['x.png'], [[6, 'unknown-label']]]);
  assert.deepEqual(counts.patientsKnown, true);
  assert.doesNotMatch(readFileSync(join(folder, 'out/report.html'), 'utf8'), /<img/);
});

test('the report in every language', async (t) => {
  const folder = await films(t);
  for (const language of ['ar', 'es', 'fr', 'hi', 'id', 'pt', 'ru', 'zh-Hans']) {
    const { status, stderr } = run(folder, 'validate', 'films', '--language', language, '--no-pictures');
    assert.equal(status, 1, stderr);
    const html = readFileSync(join(folder, 'pneumoscope-report/report.html'), 'utf8');
    assert.match(html, new RegExp(`<html lang="${language}"`));
    assert.doesNotMatch(html, /False alarms|undefined|\{\w+\}/);
  }
});

test('too few films give a report and no rule', async (t) => {
  const folder = await films(t);
  const { stdout } = run(folder, 'validate', 'films', '--profile', 'site.json');
  assert.match(stdout, /it takes 50 judged films of either class, and there are 1 with pneumonia and 2 without/);
  assert.throws(() => json(folder, 'site.json'), /ENOENT/);
});

test('wrong use is a sentence', async (t) => {
  const folder = await films(t);
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'no.csv'), 'a,b\n1,2\n');
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [[], /Name one folder or one table/],
    [['gone'], /There is no gone/],
    [['empty'], /no film in a folder NORMAL or PNEUMONIA/],
    [['no.csv'], /no\.csv: The table has no column "path"; it has "a", "b"/],
    [['films', '--classes', 'a'], /--classes must be names/],
    [['films', '--columns', 'colour=red'], /--columns must be pairs/],
    [['films', '--language', 'tlh'], /--language must be/],
    [['films', '--sensitivity', '0.9'], /--profile FILE says where/],
    [['films', '--profile', 'p', '--sensitivity', '95'], /share between 0 and 1/],
    [['films', '--profile', 'p', '--costs', '5'], /as 5:1/],
    [['films', '--profile', 'p', '--costs', '5:1', '--sensitivity', '0.9'], /one goal/],
  ])) {
    const { status, stderr, stdout } = run(folder, 'validate', ...args);
    assert.deepEqual([status, stdout], [2, ''], args.join(' '));
    assert.match(stderr, message);
  }
  assert.match(run(folder, 'validate', '--help').stdout, /^Usage: pneumoscope validate/);
});

/** A profile of the package's model that calls hardly anything, or nearly everything. @param {any} model @param {number} threshold */
function profileOf({ name, version, sha256 }, threshold) {
  const share = { value: 0.9, low: 0.8, high: 0.95, of: 60 };
  const none = { pneumonia: 0, normal: 0, uncertain: 0, 'out-of-scope': 0 };
  const histogram = { edges: [0], counts: [60, 60] };
  const rule = {
    ...{ threshold, uncertain: [threshold, threshold], calibration: { scale: 0.5, bias: 0 } },
    ...{
      films: { normal: 60, pneumonia: 60, patients: 120 },
      sensitivity: share,
      specificity: share,
      said: { pneumonia: none, normal: none },
    },
  };
  const profile = {
    ...{ kind: 'pneumoscope-profile', version: 1, site: 'Eastern Clinic', date: '2026-11-28' },
    ...{ model: { name, version, sha256 }, goal: { kind: 'balanced' }, films: 120, prevalence: 0.5 },
    ...{ rules: { all: rule }, drift: { scope: histogram, logit: histogram } },
  };
  return { ...profile, crc32: checksum(profile) };
}

test('a reader with a profile judges by it and says so; another model’s is refused', async () => {
  const plain = await createReader({ threads: 1 });
  const film = readFileSync(sample('synthetic-pneumonia-1.png'));
  const before = await plain.read(film);
  const { model } = plain;
  plain.close();
  assert.equal(before.profile, null);
  const profile = profileOf(model, 0.9999);
  const reader = await createReader({ threads: 1, profile, drift: true });
  const found = await reader.read(film);
  assert.equal(found.logit, before.logit);
  assert.ok(Math.abs(found.probability - 1 / (1 + Math.exp(-0.5 * before.logit))) < 1e-12);
  assert.deepEqual([before.decision, found.decision, found.operatingPoint], ['pneumonia', 'normal', 'site']);
  assert.deepEqual(
    reader.model.operatingPoints.map(({ name, threshold }) => [name, threshold]),
    [['site', 0.9999]],
  );
  assert.match(
    JSON.stringify(toFhir(found)),
    /that of Eastern Clinic, measured on 120 films, 2026-11-28 \(sensitivity 90\.0 %/,
  );
  assert.equal(reader.drift?.films, 1);
  assert.equal(reader.drift?.enough, false);
  const blank = await reader.read(greyPng({ contrast: 0 }));
  assert.equal(blank.decision, 'out-of-scope');
  reader.close();
  const bytes = new TextEncoder().encode(JSON.stringify(profile));
  (await createReader({ threads: 1, profile: bytes })).close();
  const refused = (/** @type {any} */ options, /** @type {RegExp} */ message) =>
    assert.rejects(createReader({ threads: 1, ...options }), { code: 'bad-argument', message });
  await refused(
    { profile: profileOf({ ...model, sha256: '0'.repeat(64) }, 0.5) },
    /is for the model .*\(000000000000\); this reader has/,
  );
  await refused({ profile: { ...profile, films: 121 } }, /checksum/);
  await refused({ profile: 'site.json' }, /The profile must be/);
  await refused({ profile, operatingPoint: 'balanced' }, /not both/);
  await refused({ drift: true }, /needs one/);
});

test('every command takes a profile, and counts for drift in a file', async (t) => {
  const folder = await films(t);
  const reader = await createReader({ threads: 1 });
  writeFileSync(join(folder, 'site.json'), JSON.stringify(profileOf(reader.model, 0.9999)));
  reader.close();
  const words = ['--json', '--profile', 'site.json', '--drift', 'counts.json', 'films/PNEUMONIA/c.png'];
  for (const nth of [1, 2]) {
    const { status, stdout, stderr } = run(folder, ...words);
    assert.equal(status, 0, stderr);
    const row = JSON.parse(stdout);
    assert.deepEqual([row.decision, row.profile.site], ['normal', 'Eastern Clinic']);
    assert.equal(Object.values(json(folder, 'counts.json').weeks)[0].films, nth);
  }
  const checked = run(folder, 'validate', 'films', '--check-profile', 'site.json');
  assert.match(checked.stdout, /Rule: Eastern Clinic\.\nPneumonias found +0\.0%/);
  writeFileSync(join(folder, 'site.json'), '{}');
  const { status, stderr } = run(folder, ...words);
  assert.equal(status, 2);
  assert.match(stderr, /^pneumoscope: The profile is not one/);
});
