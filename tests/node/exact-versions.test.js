// Nothing that the project is built or tested with floats: every package has an exact version and a hash, and no lock file
// names the place that it came from.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const read = (/** @type {string} */ path) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const EXACT = /^(npm:[^@]+@)?\d+\.\d+\.\d+$/; // npm: where a package is there in two versions, under two names

for (const folder of ['', 'tests/bench/peers/', 'tests/bundlers/'])
  test(`${folder}package.json and its lock file name one version of everything`, async () => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(await read(`${folder}package.json`));
    const wanted = Object.entries({ ...dependencies, ...devDependencies });
    assert.ok(wanted.length > 5);
    for (const [name, version] of wanted) assert.match(version, EXACT, name);
    const { packages } = JSON.parse(await read(`${folder}package-lock.json`));
    const { '': own, ...others } = packages;
    assert.deepEqual({ ...own.dependencies, ...own.devDependencies }, Object.fromEntries(wanted));
    for (const [path, { version, integrity, resolved, inBundle }] of Object.entries(others)) {
      assert.match(version, /^\d+\.\d+\.\d+/, path);
      if (!inBundle) assert.match(integrity, /^sha512-/, path); // else it is in the package that has the hash
      assert.equal(resolved, undefined, `${path} names where it came from`);
    }
  });

test('the version stands in the header, and package.json says the same', async () => {
  const [header, description] = await Promise.all(['src/pneumoscope.h', 'package.json'].map(read));
  assert.equal(/PNEUMOSCOPE_VERSION "(.*)"/.exec(header)?.[1], JSON.parse(description).version);
});

test('what .ci/setup fetches beside them has an exact version and a hash', async () => {
  const [setup, npm, sources] = await Promise.all(['.ci/setup', '.ci/npm.sha256', '.ci/sources.sha256'].map(read));
  const hashed = (/** @type {string} */ list) =>
    list
      .trim()
      .split('\n')
      .map((line) => /^[0-9a-f]{64} {2}(\S+)$/.exec(line)?.[1]);
  assert.ok(hashed(sources).every(Boolean));
  const tarballs = hashed(npm);
  const [, acorn] = /acorn=(acorn@\S+)/.exec(setup) ?? [];
  const [, node] = /newer_node=(\S+)/.exec(setup) ?? [];
  const unpacked = [...setup.matchAll(/unpack_npm (@?[\w/-]+@[\d.]+)/g)].map(([, name]) => name);
  const fetched = [acorn, ...['x64', 'arm64'].map((machine) => `node-linux-${machine}@${node}`), ...unpacked];
  assert.ok(fetched.length >= 6);
  assert.deepEqual(
    fetched.map((name) => `${String(name).replace(/^@/, '').replace('/', '-').replace('@', '-')}.tgz`).sort(),
    tarballs.toSorted(),
  );
  const everyCall = setup.match(/^ +unpack_npm /gm) ?? [];
  assert.equal(everyCall.length, unpacked.length + 3, 'acorn and two of Node come from the variables above');
  assert.doesNotMatch(setup, /npm install/, 'what a lock file says is installed with npm ci');
});
