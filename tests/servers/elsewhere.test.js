// Films that lie on servers: workers fetch them into memory, from a server that sometimes fails, though one of them is killed; and
// studies and searches of a DICOMweb server. PNEUMOSCOPE_FILMS=10000 makes it the long run.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { AUTHORIZATION, orthanc, redis, skipOrthanc, skipRedis as skip, storable, until } from './servers.js';
import { greyPng } from '../fixtures/images.js';
import { objects, PACKAGE, runCli, temporaryFolder } from '../fixtures/package.js';
import { selfSigned } from './certificate.js';

const CLI = join(PACKAGE, 'cli.js');
const NFILMS = Number(process.env.PNEUMOSCOPE_FILMS ?? 60);
const SIGNED = 'X-Amz-Signature=secret&X-Amz-Expires=60';

/** @param {number} i */
const filmOf = (i) => greyPng({ width: 48 + (i % 50), height: 48 + (Math.floor(i / 50) % 50) });

/**
 * A server of films, each at an address that wants a signature. Of every seventh the first answer is a failure, of every eleventh it
 * breaks off in the middle.
 * @param {import('node:test').TestContext} t
 */
async function filmServer(t) {
  /** @type {Map<number, number>} */
  const asked = new Map();
  const server = createServer((request, response) => {
    const url = new URL(`${request.url}`, 'http://x');
    const i = Number(/^\/films\/(\d+)\.png$/.exec(url.pathname)?.[1] ?? -1);
    const nth = (asked.get(i) ?? 0) + 1;
    asked.set(i, nth);
    if (url.pathname === '/large')
      return void response.writeHead(200, { 'Content-Type': 'image/png' }).end(Buffer.alloc(257 * 2 ** 20));
    if (url.searchParams.get('X-Amz-Signature') !== 'secret') return void response.writeHead(403).end();
    if (i < 0 || i >= NFILMS) return void response.writeHead(404).end();
    if (i % 7 === 3 && nth === 1) return void response.writeHead(503).end();
    const film = filmOf(i);
    response.writeHead(200, { 'Content-Length': film.length });
    if (i % 11 === 5 && nth === 1) return void response.write(film.subarray(0, 50), () => response.destroy());
    response.end(film);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  t.after(() => (server.closeAllConnections(), server.close()));
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

/** @param {import('node:test').TestContext} t @param {string[]} args @param {Record<string, string>} [env] */
function worker(t, args, env = {}) {
  const child = spawn(process.execPath, [CLI, 'work', '--threads', '1', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  return { child, ended: new Promise((resolve) => child.on('close', resolve)) };
}

test(
  `${NFILMS} films of a server, three workers, one killed: each is answered once and none is written down`,
  { skip, timeout: 3_600_000 },
  async (t) => {
    const [store, films, folder] = [await redis(t), await filmServer(t), await temporaryFolder(t)];
    const [list, results, temporary] = [join(folder, 'list'), join(folder, 'rows'), await temporaryFolder(t)];
    const at = ['--redis', store.url];
    const address = (/** @type {number} */ i) => `${films}/films/${i}.png`;
    const indices = Array.from({ length: NFILMS }, (_, i) => i);
    await writeFile(
      list,
      [
        ...indices.map((i) => `${address(i)}?${SIGNED}`),
        `${address(NFILMS)}?${SIGNED}`,
        `${films}/films/0.png?X-Amz-Signature=old`,
        `${films}/large`,
      ].join('\n'),
    );
    const handed = await runCli(['enqueue', ...at, '--files-from', list]);
    assert.equal(handed.status, 0, handed.stderr);
    const again = await runCli(['enqueue', ...at, `${address(1)}?X-Amz-Signature=secret&X-Amz-Date=later`]);
    assert.match(
      again.stdout,
      new RegExp(`of all in the queue ${NFILMS + 2} wait`),
      'another signature is the same film',
    );

    const workers = [0, 1, 2].map(() => worker(t, [...at, '--until-empty'], { TMPDIR: temporary }));
    await until(async () => (await store.nread()) > NFILMS / 6, 'some films', 3600);
    workers[0].child.kill('SIGKILL');
    assert.deepEqual(await Promise.all(workers.slice(1).map(({ ended }) => ended)), [0, 0]);
    await runCli(['collect', ...at, results]);
    const text = await readFile(results, 'utf8');
    assert.doesNotMatch(text, /secret|X-Amz/);
    const rows = objects(text);
    assert.equal(rows.length, NFILMS + 2);
    assert.equal(new Set(rows.map(({ file }) => file)).size, NFILMS + 2);
    const bad = rows.filter(({ error }) => error).map(({ file, error }) => [file.replace(films, ''), error.code]);
    assert.deepEqual(
      bad.sort(),
      [
        [`/films/${NFILMS}.png`, 'not-found'],
        ['/large', 'image-too-large'],
      ].sort(),
    );
    for (const { file, decision, sha256 } of rows)
      if (!bad.some(([name]) => file.endsWith(`${name}`))) assert.ok(decision !== null && sha256.length === 64);
    assert.deepEqual(await readdir(temporary), []);
  },
);

test(
  'an address that is no longer signed is a row; a user in one is refused',
  { skip, timeout: 120_000 },
  async (t) => {
    const [store, films, folder] = [await redis(t), await filmServer(t), await temporaryFolder(t)];
    const at = ['--redis', store.url];
    await runCli(['enqueue', ...at, `${films}/films/0.png?X-Amz-Signature=old`]);
    assert.equal(await worker(t, [...at, '--until-empty']).ended, 0);
    await runCli(['collect', ...at, join(folder, 'rows')]);
    const [{ file, error }] = objects(await readFile(join(folder, 'rows'), 'utf8'));
    assert.deepEqual([file, error.code, error.reason], [`${films}/films/0.png`, 'not-allowed', 'not-allowed']);
    assert.match(error.message, /sign the address anew/);
    const named = await runCli(['enqueue', ...at, films.replace('//', '//u:password@') + '/films/1.png']);
    assert.deepEqual([named.status, /password@|u:p/.test(named.stdout + named.stderr)], [1, false]);
    assert.match(named.stderr, /PNEUMOSCOPE_AUTHORIZATION/);
  },
);

test(
  'studies and searches of a DICOMweb server: its radiographs, each once',
  { skip: skip || skipOrthanc, timeout: 180_000 },
  async (t) => {
    const [store, server, folder] = [await redis(t), await orthanc(t), await temporaryFolder(t)];
    const at = ['--redis', store.url];
    for (const body of [storable(1, 1), storable(2, 1, 'CR'), storable(3, 1, 'CTX'), storable(4, 2), storable(5, 3)])
      assert.ok((await server.ask('instances', { method: 'POST', body })).ok);
    const env = { PNEUMOSCOPE_AUTHORIZATION: AUTHORIZATION };
    const stranger = await runCli(['enqueue', '--dicomweb', ...at, `${server.root}/studies/1.2.4.1`]);
    assert.deepEqual([stranger.status, /wants to know who asks/.test(stranger.stderr)], [1, true]);
    const handed = await runCli(
      [
        'enqueue',
        '--dicomweb',
        ...at,
        `${server.root}/studies/1.2.4.1`,
        `${server.root}/instances?PatientID=P2`,
        `${server.root}/studies?PatientID=P2`,
      ],
      CLI,
      env,
    );
    assert.equal(handed.status, 0, handed.stderr);
    const wrong = await runCli(['enqueue', '--dicomweb', ...at, `${server.root}/rubbish`], CLI, env);
    assert.match(wrong.stderr, /no study, series, instance or search/);
    assert.equal(await worker(t, [...at, '--until-empty'], env).ended, 0);
    await runCli(['collect', ...at, join(folder, 'rows')]);
    const rows = objects(await readFile(join(folder, 'rows'), 'utf8'));
    assert.deepEqual(rows.map(({ file, error }) => [file.split('/').at(-1), error]).sort(), [
      ['1.2.3.1', null],
      ['1.2.3.2', null],
      ['1.2.3.4', null],
    ]);
  },
);

test(
  'a certificate that nobody vouches for is told at once, with what to do; trusted, it serves',
  { timeout: 60_000 },
  async (t) => {
    const folder = await temporaryFolder(t);
    const { key, cert } = await selfSigned(folder);
    const server = createSecureServer({ key, cert }, (_, response) => response.writeHead(204).end());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
    t.after(() => server.close());
    const root = `https://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/dicom-web`;
    const args = ['dicomweb', root, '--json', '--state', join(folder, 'state')];
    const stranger = await runCli(args);
    const [{ error }] = objects(stranger.stdout);
    assert.deepEqual([stranger.status, error.code], [1, 'not-trusted']);
    assert.match(error.message, /NODE_EXTRA_CA_CERTS/);
    const trusted = await runCli(args, CLI, { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') });
    assert.deepEqual([trusted.status, trusted.stdout], [0, '']);
  },
);
