// The queue beside a real Redis: of 2,000 films each is answered once, though a worker is killed and Redis too.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { redis, skipRedis as skip, until } from './servers.js';
import { garbage, greyPng } from '../fixtures/images.js';
import { objects, PACKAGE, runCli, temporaryFolder } from '../fixtures/package.js';

const CLI = join(PACKAGE, 'cli.js');
const NFILMS = 2000;
const EVERY_BAD = 100;

/** @param {string} folder */
async function manyFilms(folder) {
  await mkdir(folder);
  for (let i = 0; i < NFILMS; i++) {
    const film = greyPng({ width: 48 + (i % 50), height: 48 + Math.floor(i / 50) });
    await writeFile(join(folder, `${i}.png`), i % EVERY_BAD === 7 ? film.subarray(0, 60 + i) : film);
  }
}

/** @param {import('node:test').TestContext} t @param {string[]} args */
function worker(t, args) {
  const child = spawn(process.execPath, [CLI, 'work', '--threads', '1', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return { child, ended: new Promise((resolve) => child.on('close', resolve)) };
}

test(
  '2,000 films, three workers, one killed, Redis killed: each is answered once',
  { skip, timeout: 400_000 },
  async (t) => {
    const server = await redis(t);
    const folder = await temporaryFolder(t);
    const [films, results] = [join(folder, 'films'), join(folder, 'results.ndjson')];
    const at = ['--redis', server.url];
    await manyFilms(films);
    const handed = await runCli(['enqueue', ...at, films]);
    assert.equal(handed.status, 0, handed.stderr);
    assert.match(handed.stdout, /^2000 films handed in; of all in the queue 2000 wait, 0 are read, 0 failed/);

    const workers = [0, 1, 2].map(() => worker(t, [...at, '--until-empty']));
    const collected = async () => {
      await runCli(['collect', ...at, results]);
      return objects(await readFile(results, 'utf8')).length;
    };
    await until(async () => (await collected()) > 100, 'a hundred films');
    workers[0].child.kill('SIGKILL');
    await until(async () => (await collected()) > 300, 'more films after the death of a worker');
    await server.kill();
    await server.start();
    await workers[0].ended;
    assert.deepEqual(await Promise.all(workers.slice(1).map(({ ended }) => ended)), [0, 0]);

    assert.equal(await collected(), NFILMS);
    const rows = objects(await readFile(results, 'utf8'));
    assert.equal(new Set(rows.map(({ sha256 }) => sha256)).size, NFILMS);
    assert.equal(new Set(rows.map(({ file }) => file)).size, NFILMS);
    const bad = rows.filter(({ error }) => error);
    assert.equal(bad.length, NFILMS / EVERY_BAD);
    for (const { error, decision } of bad) {
      assert.equal(decision, null);
      assert.match(error.code, /^(bad|unsupported)-image$/);
      assert.match(error.message, /\w.*\.$/s);
    }
    const again = await runCli(['enqueue', ...at, films]);
    assert.match(again.stdout, /of all in the queue 0 wait, 1980 are read, 20 failed/);
    const cleared = await runCli(['collect', ...at, '--remove', results]);
    assert.match(cleared.stdout, /^0 rows added/);
    const one = await runCli(['enqueue', ...at, join(films, '0.png')]);
    assert.match(one.stdout, /of all in the queue 1 wait, 0 are read, 0 failed/);
  },
);

test(
  'a film that is not there is not handed in; one that has changed since is not read',
  { skip, timeout: 120_000 },
  async (t) => {
    const server = await redis(t);
    const folder = await temporaryFolder(t);
    const [changed, results] = [join(folder, 'changed.png'), join(folder, 'results.ndjson')];
    const at = ['--redis', server.url, '--queue', 'other'];
    await writeFile(changed, greyPng());
    assert.equal((await runCli(['enqueue', ...at, changed, join(folder, 'none.png')])).status, 1);
    await writeFile(changed, garbage(500));
    assert.equal(await worker(t, [...at, '--until-empty']).ended, 0);
    await runCli(['collect', ...at, results]);
    const [{ error }] = objects(await readFile(results, 'utf8'));
    assert.deepEqual([error.code, /no longer the one/.test(error.message)], ['changed', true]);
  },
);

test('a Redis that wants another password ends every command with a sentence', { skip, timeout: 60_000 }, async (t) => {
  const server = await redis(t, 'right');
  for (const [url, sentence] of /** @type {[string, RegExp][]} */ ([
    [server.url, /wants a password/],
    [server.url.replace('//', '//:wrong@'), /refuses the password/],
  ]))
    for (const command of [
      ['work', '--until-empty'],
      ['enqueue', 'x.png'],
      ['collect', 'rows'],
    ]) {
      const { status, stderr } = await runCli([...command, '--redis', url]);
      assert.deepEqual([status, sentence.test(stderr), /wrong/.test(stderr)], [2, true, false], stderr);
    }
  const right = await runCli(['work', '--until-empty', '--redis', server.url.replace('//', '//:right@')]);
  assert.deepEqual([right.status, right.stderr], [0, '']);
});

test('no Redis, no file: sentences', { skip }, async () => {
  const nobody = await runCli(['enqueue', '--redis', 'redis://u:secret@127.0.0.1:9', 'x.png']);
  assert.equal(nobody.status, 2);
  assert.match(nobody.stderr, /There is no Redis at redis:\/\/127\.0\.0\.1:9\. Start it, or name another with --redis/);
  assert.match((await runCli(['enqueue'])).stderr, /Name at least one film, folder or address/);
  assert.match((await runCli(['collect'])).stderr, /Name the one file/);
});
