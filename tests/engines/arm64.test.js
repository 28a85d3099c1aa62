// Node for ARM64, run by QEMU, gives the same bits as Node on this machine, in integers and in floats, with one thread and two.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
const run = promisify(execFile);
const [QEMU, LIBRARIES] = ['/usr/bin/qemu-aarch64-static', '/usr/aarch64-linux-gnu'];
const NODES = { x64: path('../../.cache/node24/bin/node'), arm64: path('../../.cache/node24-arm64/bin/node') };
const missing = [QEMU, LIBRARIES, NODES.arm64].find((file) => !existsSync(file));

/** @param {string[]} command @returns {Promise<{ machine: string, logits: Record<string, number[]> }>} */
async function readBy(...command) {
  const [program, ...words] = [...command, path('read-everywhere.js')];
  return JSON.parse((await run(program, words)).stdout);
}

test(
  'seven films have the same logits on ARM64, in every variant and precision',
  { skip: missing && `${missing} is not there: .ci/setup all brings it` },
  async () => {
    const here = await readBy(existsSync(NODES.x64) ? NODES.x64 : process.execPath);
    const there = await readBy(QEMU, '-L', LIBRARIES, NODES.arm64);
    assert.equal(there.machine, 'arm64');
    assert.equal(Object.keys(here.logits).length, 8, 'two precisions, four variants');
    for (const logits of Object.values(here.logits)) {
      assert.equal(logits.length, 7);
      assert.ok(new Set(logits).size > 4, 'the films differ');
    }
    assert.deepEqual(there.logits, here.logits);
  },
);
