// pneumoscope dicomweb beside a real Orthanc: what is new is read once, results go to the film's study, and a server that dies in
// the middle costs nothing but time.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AUTHORIZATION, orthanc, skipOrthanc as skip, until } from './servers.js';
import { dicomFile } from '../fixtures/dicom.js';
import { objects, PACKAGE, runCli, temporaryFolder } from '../fixtures/package.js';

const CLI = join(PACKAGE, 'cli.js');
const env = { PNEUMOSCOPE_AUTHORIZATION: AUTHORIZATION };

/** A film of a patient. @param {number} number @param {string} [modality] @param {Uint8Array} [pixels] @param {object} [more] elements */
const film = (number, modality = 'DX', pixels, more = {}) =>
  dicomFile({
    pixels,
    tags: {
      ...more,
      0x00080018: [0x00080018, 'UI', `1.2.3.${number}`],
      0x00080060: [0x00080060, 'CS', modality],
      0x00100010: [0x00100010, 'PN', `Doe^${number}`],
      0x00100020: [0x00100020, 'LO', `P${number}`],
      0x0020000d: [0x0020000d, 'UI', `1.2.4.${number}`],
      0x0020000e: [0x0020000e, 'UI', `1.2.5.${number}`],
    },
  });

/** @param {Awaited<ReturnType<typeof orthanc>>} server @param {Uint8Array[]} films */
async function store(server, films) {
  for (const body of films) assert.ok((await server.ask('instances', { method: 'POST', body: Buffer.from(body) })).ok);
}

/** @param {Awaited<ReturnType<typeof orthanc>>} server @param {string} query @returns {Promise<any[]>} */
const search = async (server, query) => {
  const answer = await server.ask(`dicom-web/instances?${query}`);
  return answer.status === 204 ? [] : /** @type {Promise<any[]>} */ (answer.json());
};

test('films are read once, and results are stored where they belong', { skip, timeout: 120_000 }, async (t) => {
  const server = await orthanc(t);
  const state = join(await temporaryFolder(t), 'state.ndjson');
  const args = ['dicomweb', server.root, '--state', state, '--threads', '2', '--json'];
  await store(server, [film(1), film(2, 'CR'), film(3, 'CT'), film(4, 'DX', new Uint8Array(20))]);

  const stranger = await runCli(args);
  const [refused] = objects(stranger.stdout);
  assert.deepEqual([stranger.status, refused.error.code], [1, 'not-allowed']);
  assert.match(refused.error.message, /PNEUMOSCOPE_AUTHORIZATION/);

  const first = await runCli([...args, '--store'], CLI, env);
  const rows = objects(first.stdout);
  const path = (/** @type {number} */ number) =>
    `studies/1.2.4.${number}/series/1.2.5.${number}/instances/1.2.3.${number}`;
  assert.deepEqual(rows.map(({ file }) => file).sort(), [1, 2, 4].map(path), first.stderr);
  const codes = Object.fromEntries(rows.map(({ file, error }) => [file.at(-1), error?.code ?? null]));
  assert.deepEqual(codes, { 1: null, 2: null, 4: 'bad-image' });
  for (const modality of ['SR', 'OT']) {
    const stored = await search(server, `Modality=${modality}&includefield=PatientName&includefield=PatientID`);
    const names = stored.map((each) => [each['0020000D'].Value[0], each['00100020'].Value[0]]).sort();
    assert.deepEqual(
      names,
      [1, 2].map((number) => [`1.2.4.${number}`, `P${number}`]),
      modality,
    );
  }

  const again = await runCli([...args, '--store'], CLI, env);
  assert.deepEqual([again.status, again.stdout], [0, '']);
  await store(server, [film(5)]);
  const third = await runCli(args, CLI, env);
  assert.deepEqual(
    objects(third.stdout).map(({ file }) => file),
    [path(5)],
  );
  assert.equal((await search(server, 'Modality=SR')).length, 2, 'nothing is stored unasked');
});

test('of a hand, and of a lateral film, no result about a chest is stored', { skip, timeout: 120_000 }, async (t) => {
  const server = await orthanc(t);
  const state = join(await temporaryFolder(t), 'state.ndjson');
  const elements = {
    1: {},
    2: { 0x00180015: [0x00180015, 'CS', 'HAND'] },
    3: { 0x00185101: [0x00185101, 'CS', 'LL'] },
  };
  await store(
    server,
    Object.entries(elements).map(([number, more]) => film(Number(number), 'DX', undefined, more)),
  );
  for (const anyway of [[], ['--read-anyway']]) {
    const args = ['dicomweb', server.root, '--state', `${state}${anyway}`, '--json', '--store', ...anyway];
    const { status, stdout, stderr } = await runCli(args, CLI, env);
    assert.deepEqual([status, objects(stdout).length], [0, 3], stderr);
    const studies = (await search(server, 'Modality=SR')).map((each) => each['0020000D'].Value[0]);
    assert.deepEqual([...new Set(studies)], ['1.2.4.1']);
    const lines = objects(await readFile(`${state}${anyway}`, 'utf8')).map(({ instance, stored }) => [
      instance,
      stored,
    ]);
    assert.deepEqual(lines.sort(), [
      ['1.2.3.1', true],
      ['1.2.3.2', false],
      ['1.2.3.3', false],
    ]);
  }
});

test('a damaged state file is told, set aside, and its sound lines go on', { skip, timeout: 120_000 }, async (t) => {
  const server = await orthanc(t);
  const folder = await temporaryFolder(t);
  const state = join(folder, 'state.ndjson');
  const args = ['dicomweb', server.root, '--state', state, '--json'];
  await store(server, [film(1), film(2), film(3)]);
  await runCli(args, CLI, env);
  const lines = (await readFile(state, 'utf8')).split('\n');
  const damaged = [lines[0], lines[1].slice(20), lines[2], lines[0].slice(0, 30)].join('\n');
  await writeFile(state, damaged);
  const again = await runCli(args, CLI, env);
  assert.equal(objects(again.stdout).length, 1, 'the film of the damaged line is read again');
  assert.match(again.stderr, /last line of .* was cut off/);
  assert.match(again.stderr, /1 damaged lines.*copied to .*\.damaged-.*; 2 lines are sound/);
  const aside = (await readdir(folder)).filter((name) => name.includes('.damaged-'));
  assert.equal(aside.length, 1);
  const quiet = await runCli(args, CLI, env);
  assert.deepEqual([quiet.status, quiet.stdout, quiet.stderr], [0, '', '']);
});

for (const [signal, expected] of /** @type {[NodeJS.Signals, number][]} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
]))
  test(`--every finds what is new, and ${signal} ends it with ${expected}`, { skip, timeout: 120_000 }, async (t) => {
    const server = await orthanc(t);
    const state = join(await temporaryFolder(t), 'state.ndjson');
    const address = server.root.replace('//', '//reader:secret@'); // the password may stand in the address
    const args = [CLI, 'dicomweb', address, '--state', state, '--json', '--every', '0.5'];
    await store(server, [film(1)]);
    const child = spawn(process.execPath, args);
    t.after(() => child.kill('SIGKILL'));
    let stdout = '';
    child.stdout.on('data', (text) => (stdout += text));
    const ended = new Promise((resolve) => child.on('close', resolve));
    await until(async () => objects(stdout).length === 1, 'the first film');
    await store(server, [film(2)]);
    await until(async () => objects(stdout).length === 2, 'the second film');
    child.kill(signal);
    assert.equal(await ended, expected);
    assert.deepEqual(
      objects(stdout).map(({ error }) => error),
      [null, null],
    );
  });

test('a server that is killed and comes back has each film read once', { skip, timeout: 180_000 }, async (t) => {
  const server = await orthanc(t);
  const state = join(await temporaryFolder(t), 'state.ndjson');
  const numbers = Array.from({ length: 60 }, (_, i) => i + 1);
  await store(
    server,
    numbers.map((number) => film(number)),
  );
  const args = [CLI, 'dicomweb', server.root, '--state', state, '--threads', '1', '--json', '--store', '--tries', '30'];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.on('data', (text) => (stdout += text));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const nread = async () => objects(await readFile(state, 'utf8')).length;
  await until(async () => (await nread()) >= 5, 'the fifth film');
  await server.kill();
  assert.ok((await nread()) < numbers.length, 'the server died in the middle');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await server.start();
  assert.equal(await ended, 0);
  const instances = objects(await readFile(state, 'utf8')).map(({ instance }) => instance);
  assert.deepEqual([...instances].sort(), numbers.map((number) => `1.2.3.${number}`).sort());
  assert.equal(objects(stdout).length, numbers.length);
  assert.equal((await search(server, 'Modality=SR&limit=1000')).length, numbers.length);
});

test('what cannot be asked is a sentence', { skip }, async (t) => {
  const state = join(await temporaryFolder(t), 'state.ndjson');
  const nobody = await runCli(['dicomweb', 'http://127.0.0.1:9/dicom-web', '--state', state, '--tries', '2', '--json']);
  const [row] = objects(nobody.stdout);
  assert.deepEqual([nobody.status, row.error.code], [1, 'server-down']);
  assert.match(row.error.message, /gave no answer in 2 tries: .+ Is it the right address, and does the server run/);
  for (const [args, sentence] of /** @type {[string[], RegExp][]} */ ([
    [[], /Name the root of one DICOMweb server/],
    [['ftp://x'], /Name the root of one DICOMweb server/],
    [['http://x', '--tries', '0'], /--tries must be a whole number from 1/],
    [['http://x', '--header', 'no colon'], /--header must be 'NAME: VALUE'/],
    [['http://x', '--every', '-3'], /./],
  ])) {
    const { status, stderr } = await runCli(['dicomweb', ...args]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, sentence);
  }
});
