// web/cli/compose.yaml without Docker, which the test machine has not got: its services name each other rightly, and its commands do
// their work as they stand there, beside a real Redis and a real Orthanc.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { AUTHORIZATION, orthanc, redis, skipOrthanc, skipRedis, storable, until } from './servers.js';
import { objects, PACKAGE, runCli, temporaryFolder } from '../fixtures/package.js';

const CLI = join(PACKAGE, 'cli.js');
const { services, volumes } = parse(readFileSync(new URL('../../web/cli/compose.yaml', import.meta.url), 'utf8'), {
  merge: true,
});

test('the services name each other, volumes that are there, and ports of this machine alone', () => {
  assert.deepEqual(Object.keys(services).sort(), ['collect', 'enqueue', 'orthanc', 'redis', 'work']);
  for (const [name, { depends_on = [], volumes: used = [], ports = [], environment = {} }] of Object.entries(
    services,
  )) {
    for (const other of depends_on) assert.ok(other in services, `${name} depends on ${other}`);
    for (const volume of used)
      assert.ok(volume.startsWith('./') || volume.split(':')[0] in volumes, `${name} keeps ${volume}`);
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name);
    assert.ok(
      Object.values(environment).every((value) => typeof value === 'string'),
      name,
    );
    assert.ok(services[name].image ?? services[name].build, name);
  }
  const keeps = services.redis.command.join(' ');
  for (const option of ['--appendonly yes', '--maxmemory-policy noeviction']) assert.ok(keeps.includes(option), keeps);
});

test(
  'its commands hand in what Orthanc has, read it and collect the rows',
  { skip: skipRedis || skipOrthanc, timeout: 120_000 },
  async (t) => {
    const [store, pacs, rows] = [await redis(t), await orthanc(t), await temporaryFolder(t)];
    for (const body of [storable(1, 1), storable(2, 2, 'CT')])
      assert.ok((await pacs.ask('instances', { method: 'POST', body })).ok);
    const here = { 'redis://redis:6379': store.url, 'http://orthanc:8042/dicom-web': pacs.root, '/rows/': `${rows}/` };
    const local = (/** @type {string} */ text) =>
      Object.entries(here).reduce((changed, [there, address]) => changed.replace(there, address), text);
    const env = (/** @type {string} */ name) => ({
      PNEUMOSCOPE_AUTHORIZATION: AUTHORIZATION, // the only Orthanc here wants it
      ...Object.fromEntries(
        Object.entries(services[name].environment).map(([key, value]) => [key, local(String(value))]),
      ),
    });
    const run = (/** @type {string} */ name) => runCli(services[name].command.map(local), CLI, env(name));

    const handed = await run('enqueue');
    assert.match(handed.stdout, /^1 films? handed in/, handed.stderr);
    const child = spawn(process.execPath, [CLI, ...services.work.command], { env: { ...process.env, ...env('work') } });
    t.after(() => child.kill('SIGKILL'));
    await until(
      async () => (await run('collect')).status === 0 && (await readFile(join(rows, 'rows.ndjson'), 'utf8')) !== '',
      'a row',
    );
    child.kill(services.work.stop_signal);
    assert.deepEqual(await once(child, 'exit'), [143, null]);
    const [row, ...more] = objects(await readFile(join(rows, 'rows.ndjson'), 'utf8'));
    assert.deepEqual(more, []);
    assert.match(row.file, /instances\/1\.2\.3\.1$/);
  },
);
