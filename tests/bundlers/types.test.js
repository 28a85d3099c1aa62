// The package's types, as its users' compilers see them.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMONJS_TYPED, JSX_TYPED, PREACT_TYPED, REACT_TYPED, TYPED } from './apps.js';
import { app, ROOT, run, suite } from './kit.js';

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const BASE = { target: 'es2022', strict: true, noEmit: true, skipLibCheck: false, lib: ['es2022', 'dom'], types: [] };

suite('the packed types', () => {
  /** @param {string} folder @param {object} options @param {string[]} files */
  async function expectTyped(folder, options, files) {
    const config = { compilerOptions: { ...BASE, ...options }, files };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = await run(process.execPath, [TSC, '-p', folder], { cwd: folder }).catch((error) => error);
    assert.equal(stdout, '', JSON.stringify(options));
  }

  test('for bundlers and for Node', async () => {
    const folder = app('typescript', { 'app.mts': TYPED, 'common.cts': COMMONJS_TYPED });
    await expectTyped(folder, { module: 'esnext', moduleResolution: 'bundler' }, ['app.mts']);
    await expectTyped(folder, { module: 'node16', moduleResolution: 'node16' }, ['app.mts', 'common.cts']);
    await expectTyped(folder, { module: 'nodenext', moduleResolution: 'nodenext' }, ['app.mts', 'common.cts']);
  });

  test("in React's and in Preact's JSX", async () => {
    const folder = app('jsx', { 'react.tsx': JSX_TYPED, 'wrapper.tsx': REACT_TYPED, 'preact.tsx': PREACT_TYPED });
    const bundler = { module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx' };
    await expectTyped(folder, bundler, ['react.tsx', 'wrapper.tsx']);
    await expectTyped(folder, { ...bundler, jsxImportSource: 'preact' }, ['preact.tsx']);
  });
});
