// The package in webpack, as installed.

import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { MAIN, PAGE } from './apps.js';
import { app, browserSuite, FILM, load } from './kit.js';

browserSuite('the packed package in webpack', ({ expectServed }) => {
  test('built', async () => {
    const { default: webpack } = await load('webpack');
    const { default: Html } = await load('html-webpack-plugin');
    const folder = app('webpack', { 'main.js': MAIN() });
    const compiler = webpack({
      mode: 'production',
      context: folder,
      entry: './main.js',
      output: { path: join(folder, 'dist'), publicPath: 'auto' },
      plugins: [new Html({ templateContent: PAGE(''), scriptLoading: 'defer' })],
    });
    const stats = await promisify(compiler.run.bind(compiler))();
    assert.equal(stats.hasErrors(), false, stats.toString());
    cpSync(FILM, join(folder, 'dist/film.jpg'));
    await expectServed(join(folder, 'dist'));
  });
});
