// What npm packs, in Node and in people's tests: as a module, from CommonJS, in Jest and in vitest.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { JEST, VITEST } from './apps.js';
import { app, INSTALLED, require, run, suite, tool } from './kit.js';

const MOST_PACKED = 8_000_000; // bytes of the tarball: two models and five engines

/** @param {any} tree @returns {string[]} the texts in it */
const leaves = (tree) => (typeof tree === 'string' ? [tree] : Object.values(tree).flatMap(leaves));

suite('the packed package', (here) => {
  test('weighs what it should, and holds no site', async (t) => {
    const { tarball } = here;
    const { stdout } = await run('tar', ['-tzf', tarball]);
    const paths = stdout
      .trim()
      .split('\n')
      .map((path) => path.replace('package/', ''));
    t.diagnostic(`${paths.length} files, ${statSync(tarball).size} bytes`);
    assert.ok(statSync(tarball).size <= MOST_PACKED);
    const foreign = paths.filter((path) => !/^(dist\/package\/.*|package\.json|README\.md|LICENSE)$/.test(path));
    assert.deepEqual(foreign, []);
    assert.ok(!paths.some((path) => /index\.html|sw\.js|app\.js|pneumoscope\.html/.test(path)));
    const { exports, main, module, types, browser, typesVersions } = JSON.parse(
      readFileSync(join(INSTALLED, 'package.json'), 'utf8'),
    );
    for (const entry of leaves([exports, main, module, types, browser, typesVersions]))
      assert.ok(paths.includes(entry.replace('./', '')), entry);
  });

  test('in Node, as a module, from CommonJS, in a worker thread, and imported for nothing', async () => {
    const read = `const reader = await createReader({ threads: 1 });
      console.log((await reader.read(readFileSync('film.jpg'))).decision); reader.close();`;
    const folder = app('node ü #1 %20', {
      'module.mjs': `import { createReader } from 'pneumoscope'; import { readFileSync } from 'node:fs'; ${read}`,
      'common.cjs': `const { readFileSync } = require('node:fs'); import('pneumoscope').then(async ({ createReader }) => { ${read} });`,
      'thread.mjs': `import { Worker, isMainThread } from 'node:worker_threads'; import { readFileSync } from 'node:fs';
        if (isMainThread) new Worker(new URL(import.meta.url));
        else { const { createReader } = await import('pneumoscope'); ${read} }`,
      'element.mjs': `import 'pneumoscope/pneumo-scope'; import { PneumoScope } from 'pneumoscope/pneumo-scope';
        console.log(typeof PneumoScope === 'function' ? 'normal' : 'no class');`,
    });
    for (const script of ['module.mjs', 'common.cjs', 'thread.mjs', 'element.mjs'])
      assert.equal((await run(process.execPath, [script], { cwd: folder })).stdout, 'normal\n', script);
  });

  test('in vitest, in Node and in jsdom', async () => {
    const folder = app('vitest', { 'node.test.mjs': VITEST('node'), 'jsdom.test.mjs': VITEST('jsdom') });
    const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
    const { stdout, stderr, code } = await run(
      process.execPath,
      [vitest, 'run', '--no-file-parallelism', '--root', folder],
      {
        cwd: folder,
        env: { ...process.env, NODE_ENV: 'test' }, // Vite's build has made it production, in which vitest's jsdom does not start
      },
    ).catch((error) => error);
    assert.ok(!code, stdout + stderr);
    assert.match(stdout, /14 passed/);
  });

  test('in Jest as it comes, in Node and in jsdom', async () => {
    const folder = app('jest', {
      'package.json': '{ "private": true }',
      'node.test.js': JEST('node'),
      'jsdom.test.js': JEST('jsdom'),
    });
    const jest = join(dirname(require.resolve('jest/package.json')), 'bin/jest.js');
    const { stderr } = await run(process.execPath, [jest, '--runInBand', '--rootDir', folder], { cwd: folder }).catch(
      (error) => error,
    );
    assert.match(stderr, /Tests: +4 passed, 4 total/, stderr);
  });
});
