// The package in Parcel 2, which rewrites the engine's scripts: it wants the folder beside the bundle and its address as `assets`.

import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAIN, PAGE } from './apps.js';
import { browserSuite, FILM, INSTALLED, serve, tool, wholeApp } from './kit.js';

const ENTRY = PAGE('<script type="module" src="main.js"></script>');

/** @param {string} name @param {Record<string, string>} files @returns {Promise<string>} the folder that Parcel has built */
async function built(name, files) {
  const folder = wholeApp(name, files);
  const options = ['--no-cache', '--no-autoinstall', '--public-url', './'];
  await tool(folder, 'parcel/lib/bin.js', ['build', 'index.html', ...options]);
  cpSync(FILM, join(folder, 'dist/film.jpg'));
  return join(folder, 'dist');
}

browserSuite('the packed package in Parcel', ({ expectServed, outcomeOf }) => {
  test('with the folder named', async () => {
    const page = ENTRY.replace('<pneumo-scope>', '<pneumo-scope assets="reader/">');
    const dist = await built('parcel', { 'index.html': page, 'main.js': MAIN("{ assets: 'reader/' }") });
    cpSync(join(INSTALLED, 'dist/package'), join(dist, 'reader'), { recursive: true });
    await expectServed(dist);
  });

  test('without it, it is told what to do', async () => {
    const site = await serve(await built('parcel-untold', { 'index.html': ENTRY, 'main.js': MAIN() }));
    const { outcome } = await outcomeOf(site.url).finally(site.close);
    assert.match(outcome.failures[0], /^PneumoscopeError bad-asset: .*\.js gives no engine.*cp -r .*option assets/);
  });
});
