// The command line over a thousand films of mixed kinds: a row each, in order, whatever is wrong with some, and memory flat.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cases } from '../fixtures/dicom.js';
import { colourPng, garbage, greyPng } from '../fixtures/images.js';
import { objects, PACKAGE, temporaryFolder } from '../fixtures/package.js';

const NFILMS = 1000;
const MOST_GROWTH_MIB = 48;
const image = (/** @type {string} */ name) => readFile(new URL(`../fixtures/images/${name}`, import.meta.url));

/** Of which kind the film of a number is: its bytes, the end of its name, whether it is read.
 * @type {(() => Promise<[Uint8Array, string, boolean]> | [Uint8Array, string, boolean])[]} */
const KINDS = [
  () => [greyPng({ width: 900, height: 700 }), '.png', true],
  () => [greyPng({ width: 1200, height: 1000, depth: 16 }), '', true],
  () => [cases()['JPEG-LS'].bytes, '.dcm', true],
  () => [cases()['explicit little endian'].bytes, '', true],
  () => [colourPng(), '.jpg', true],
  async () => [await image('progressive.jpg'), '.jpe', true],
  () => [garbage(5000), '.png', false],
  () => [greyPng().subarray(0, 3000), '.png', false],
  () => [cases()['a file cut short'].bytes, '.dcm', false],
];

test(`${NFILMS} films of mixed kinds: a row each, in order, and memory flat`, { timeout: 300_000 }, async (t) => {
  const folder = await temporaryFolder(t);
  const kinds = await Promise.all(KINDS.map((make) => make()));
  const expected = [];
  for (let i = 0; i < NFILMS; i++) {
    const [bytes, end, isRead] = kinds[i % kinds.length];
    const sub = join(folder, String(Math.floor(i / 100)));
    await mkdir(sub, { recursive: true });
    const file = join(sub, `${String(i).padStart(4, '0')}${end}`);
    await writeFile(file, bytes);
    expected.push([file, isRead]);
  }
  const child = spawn(process.execPath, [join(PACKAGE, 'cli.js'), '--json', '--threads', '2', folder]);
  t.after(() => child.kill('SIGKILL'));
  const memory = `/proc/${child.pid}/statm`;
  let stdout = '';
  /** @type {number[]} least MiB in each tenth of the rows */
  const least = Array(10).fill(Infinity);
  child.stdout.on('data', (text) => {
    stdout += text;
    if (!existsSync(memory)) return;
    const mib = (Number(readFileSync(memory, 'utf8').split(' ')[1]) * 4096) / 2 ** 20;
    const tenth = Math.min(9, Math.floor((10 * stdout.split('\n').length) / NFILMS));
    least[tenth] = Math.min(least[tenth], mib);
  });
  child.stderr.resume();
  assert.equal(await new Promise((resolve) => child.on('close', resolve)), 1, 'some were not read');
  const rows = objects(stdout);
  assert.deepEqual(
    rows.map(({ file, error }) => [file, error === null]),
    expected,
  );
  for (const [i, { logit }] of rows.entries()) assert.equal(logit, rows[i % kinds.length].logit);
  for (const { error } of rows.filter((row) => row.error)) assert.equal(error.code, 'bad-image');
  t.diagnostic(`least MiB in each tenth: ${least.map(Math.round).join(' ')}`);
  if (existsSync('/proc/self/statm'))
    assert.ok(Math.min(...least.slice(8)) - Math.min(...least.slice(4, 6)) < MOST_GROWTH_MIB, least.join(' '));
});
