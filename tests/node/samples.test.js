import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createReader } from 'pneumoscope';
import { DIST } from '../fixtures/package.js';

test('the shipped model reads each sample as what its name says', async (t) => {
  const reader = await createReader();
  t.after(() => reader.close());
  const names = await readdir(join(DIST, 'samples'));
  for (const name of names) {
    const { decision, warnings } = await reader.read(await readFile(join(DIST, 'samples', name)));
    assert.match(name, new RegExp(`^synthetic-${decision}-`));
    assert.deepEqual(warnings, []);
  }
  assert.ok(names.length >= 2);
});
