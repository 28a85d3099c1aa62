// The package in a page without a bundler.

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAIN, PAGE } from './apps.js';
import { app, browserSuite, INSTALLED } from './kit.js';

browserSuite('the packed package', ({ expectServed }) => {
  test('in a page without a bundler, under a path of the site', async () => {
    const map = { imports: { pneumoscope: './lib/reader.js', 'pneumoscope/pneumo-scope': './lib/pneumo-scope.js' } };
    const folder = app('plain', {
      'index.html': PAGE(
        `<script type="importmap">${JSON.stringify(map)}</script><script type="module" src="main.js"></script>`,
      ),
      'main.js': MAIN(),
    });
    cpSync(join(INSTALLED, 'dist/package'), join(folder, 'lib'), { recursive: true });
    await expectServed(folder, '/ward/3/');
  });
});
