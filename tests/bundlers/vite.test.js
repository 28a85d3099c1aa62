// The package in Vite: the versions that people have, built and in its server, as installed.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ISOLATION } from '../../web/site/policy.js';
import { MAIN, PAGE } from './apps.js';
import { app, browserSuite, HOME, load, wholeApp } from './kit.js';

browserSuite('the packed package in Vite', ({ expectReads, expectServed, outcomeOf }) => {
  const files = { 'index.html': PAGE('<script type="module" src="/main.js"></script>'), 'main.js': MAIN() };
  for (const version of ['vite', 'vite7', 'vite6']) {
    test(`built by ${version}`, async () => {
      const { build } = await load(version);
      const root = app(version, files);
      await build({ root, base: './', logLevel: 'error', build: { target: 'es2022' } });
      await expectServed(join(root, 'dist'), '/under/this/');
    });

    test(`in the server of ${version}`, async () => {
      const root = wholeApp(`${version}-server`, files);
      for (const headers of [{}, ISOLATION])
        await inServer(version, root, { server: { headers } }, (url) => expectReads(url, headers === ISOLATION));
    });
  }

  test('in the server of vite6 of a workspace that keeps its packages above the app: told what to add, and with that', async () => {
    const root = app('vite6-workspace', { ...files });
    await inServer('vite6', root, {}, async (url) => {
      const [failure] = (await outcomeOf(url)).outcome.failures;
      assert.match(
        failure,
        /^PneumoscopeError bad-asset: .*option assets.*optimizeDeps: \{ exclude: \['pneumoscope'\] \}/,
      );
    });
    const told = { optimizeDeps: { exclude: ['pneumoscope'] }, server: { fs: { allow: [HOME] } } };
    await inServer('vite6', root, told, (url) => expectReads(url, false));
  });
});

/** @param {string} version @param {string} root @param {any} options @param {(url: string) => Promise<void>} look */
async function inServer(version, root, { server, ...options }, look) {
  const { createServer } = await load(version);
  const vite = await createServer({
    root,
    logLevel: 'silent',
    ...options,
    server: { host: 'localhost', port: 0, ...server },
  });
  await vite.listen();
  await look(vite.resolvedUrls.local[0]).finally(() => vite.close());
}
