// The package in bundlers that follow no address inside a script, Rollup, esbuild and Bun: for a page with the folder beside the
// bundle and its address as `assets`; for Node as installed.

import assert from 'node:assert/strict';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAIN, PAGE } from './apps.js';
import { app, browserSuite, FILM, HOME, INSTALLED, load, run, serve } from './kit.js';

const BUN = join(HOME, 'node_modules/@oven/bun-linux-x64/bin/bun');

/** What the page is built of, and where it looks for the package's folder. @param {string} [assets] */
const page = (assets) => ({
  'main.js': MAIN(assets ? `{ assets: '${assets}' }` : ''),
  'dist/index.html': PAGE('<script type="module" src="main.js"></script>').replace(
    '<pneumo-scope>',
    assets ? `<pneumo-scope assets="${assets}">` : '<pneumo-scope>',
  ),
});

const SERVER = `import { createReader } from 'pneumoscope';
import { readFileSync } from 'node:fs';
const reader = await createReader({ threads: 1 });
console.log((await reader.read(readFileSync('film.jpg'))).decision);
reader.close();`;

/** Each bundles `entry` of a folder into its dist/. @type {Record<string, (folder: string, entry: string, node: boolean) => Promise<unknown>>} */
const BUNDLERS = {
  rollup: async (folder, entry) => {
    const { rollup } = await load('rollup');
    const { nodeResolve } = await load('@rollup/plugin-node-resolve');
    const bundle = await rollup({
      input: join(folder, entry),
      plugins: [nodeResolve()],
      external: /^node:/,
      onwarn: () => {},
    });
    await bundle.write({ dir: join(folder, 'dist'), format: 'es' });
  },
  esbuild: async (folder, entry, node) => {
    const { build } = await import('esbuild');
    const platform = node ? 'node' : 'browser';
    const options = { bundle: true, outdir: 'dist', platform: /** @type {const} */ (platform), logLevel: 'error' };
    await build({ ...options, absWorkingDir: folder, entryPoints: [entry], format: 'esm', external: ['node:*'] });
  },
  bun: (folder, entry, node) =>
    run(BUN, ['build', entry, '--outdir', 'dist', '--target', node ? 'node' : 'browser'], { cwd: folder }),
};

browserSuite('the packed package in bundlers that follow no address', ({ expectServed, outcomeOf }) => {
  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    const skip = name === 'bun' && !existsSync(BUN) ? 'npm has no Bun for this machine' : false;

    test(`${name}: a page with the folder named`, { skip }, async () => {
      const folder = app(name, page('reader/'));
      await bundle(folder, 'main.js', false);
      cpSync(join(INSTALLED, 'dist/package'), join(folder, 'dist/reader'), { recursive: true });
      cpSync(FILM, join(folder, 'dist/film.jpg'));
      await expectServed(join(folder, 'dist'));
    });

    test(`${name}: a page without it is told what to do`, { skip }, async () => {
      const folder = app(`${name}-untold`, page());
      await bundle(folder, 'main.js', false);
      cpSync(FILM, join(folder, 'dist/film.jpg'));
      const site = await serve(join(folder, 'dist'));
      const { outcome } = await outcomeOf(site.url).finally(site.close);
      assert.match(outcome.failures[0], /^PneumoscopeError bad-asset: .*worker\.js.*cp -r .*option assets/);
    });

    test(`${name}: a program of Node`, { skip }, async () => {
      const folder = app(`${name}-node`, { 'server.mjs': SERVER });
      await bundle(folder, 'server.mjs', true);
      const script = existsSync(join(folder, 'dist/server.mjs')) ? 'dist/server.mjs' : 'dist/server.js';
      assert.equal((await run(process.execPath, [script], { cwd: folder })).stdout, 'normal\n');
    });
  }
});
