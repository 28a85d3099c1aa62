// The package in the frameworks that people have: the recipes of web/README.md, built and used as they stand there.

import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { greyPng } from '../fixtures/images.js';
import { app, browserSuite, FILM, INSTALLED, load, recipe, run, startServer, suite, serve } from './kit.js';

const PAGE = (/** @type {string} */ main) =>
  `<!doctype html><html lang="en"><meta charset="utf-8" /><title>App</title><div id="app"></div><script type="module" src="/${main}"></script>`;

/** Each shows FILM's verdict beside the element. @type {Record<string, { files: Record<string, string>, plugins: () => Promise<any[]> }>} */
const APPS = {
  Vue: {
    files: {
      'index.html': PAGE('main.js'),
      'main.js': "import { createApp } from 'vue'; import App from './Film.vue'; createApp(App).mount('#app');",
      'Film.vue': recipe('Vue'),
    },
    plugins: async () => {
      const { default: vue } = await load('@vitejs/plugin-vue');
      return [
        vue({
          template: { compilerOptions: { isCustomElement: (/** @type {string} */ tag) => tag === 'pneumo-scope' } },
        }),
      ];
    },
  },
  Svelte: {
    files: {
      'index.html': PAGE('main.js'),
      'main.js':
        "import { mount } from 'svelte'; import App from './Film.svelte'; mount(App, { target: document.querySelector('#app') });",
      'Film.svelte': recipe('Svelte'),
    },
    plugins: async () => [(await load('@sveltejs/vite-plugin-svelte')).svelte({ configFile: false })],
  },
  React: {
    files: {
      'index.html': PAGE('main.jsx'),
      'main.jsx':
        "import { createRoot } from 'react-dom/client'; import { Film } from './Film.jsx'; createRoot(document.querySelector('#app')).render(<Film />);",
      'Film.jsx': recipe('React'),
    },
    plugins: async () => [],
  },
};

browserSuite('the recipes of web/README.md in frameworks', ({ withPage }) => {
  test('a plain page', async () => {
    const folder = app('recipe-plain', { 'index.html': `<!doctype html>${recipe('A plain page')}` });
    cpSync(join(INSTALLED, 'dist/package'), join(folder, 'lib'), { recursive: true });
    const site = await serve(folder);
    await withPage(site.url, async (page) => {
      const said = page.waitForEvent('console', (message) => message.type() === 'log');
      await page.evaluate(async () => {
        await customElements.whenDefined('pneumo-scope');
        const film = await (await fetch('film.jpg')).arrayBuffer();
        await /** @type {any} */ (document.querySelector('pneumo-scope')).read(film);
      });
      assert.equal((await said).text(), 'normal');
    }).finally(site.close);
  });

  for (const [name, { files, plugins }] of Object.entries(APPS))
    test(name, async () => {
      const { build } = await load('vite');
      const root = app(`recipe-${name}`, files);
      const jsx = { jsx: { runtime: 'automatic' } };
      await build({
        root,
        base: './',
        configFile: false,
        logLevel: 'error',
        plugins: await plugins(),
        build: { target: 'es2022' },
        oxc: jsx,
      });
      const site = await serve(join(root, 'dist'));
      await withPage(site.url, async (page) => {
        await page.locator('input[type=file]').first().setInputFiles(FILM);
        await page.locator('output', { hasText: /^normal/ }).waitFor({ timeout: 120_000 });
        assert.equal(await page.locator('pneumo-scope').count(), 1);
      }).finally(site.close);
    });
});

suite('the recipes of web/README.md on servers', () => {
  test('Express', async () => {
    const folder = app('recipe-express', { 'server.js': recipe('Express') });
    const server = await startServer(folder, ['server.js'], /(http:\/\/localhost:[1-9]\d*)/, { PORT: '0' });
    try {
      const send = (/** @type {any} */ body) =>
        fetch(`${server.url}/read`, { method: 'POST', body, headers: { 'Content-Type': 'application/octet-stream' } });
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(readFileSync(FILM))));
      for (const answer of answers) assert.equal((await answer.json()).decision, 'normal');
      const refused = await send('no film');
      assert.equal(refused.status, 422);
      assert.equal((await refused.json()).code, 'bad-image');
    } finally {
      await server.close();
    }
  });

  test('Express: 500 uploads at 50 connections, and memory that stays small', async (t) => {
    const folder = app('recipe-express', { 'server.js': recipe('Express') });
    const server = await startServer(folder, ['server.js'], /(http:\/\/localhost:[1-9]\d*)/, { PORT: '0' });
    try {
      const body = greyPng({ width: 900, height: 700 }); // 0.38 MB, as a JPEG of two megapixels
      const headers = { 'Content-Type': 'application/octet-stream' };
      /** @type {Map<number, number>} */
      const logits = new Map();
      /** @type {number[]} */
      const waits = [];
      let left = 500;
      const send = async () => {
        while (left-- > 0) {
          const started = performance.now();
          const answer = await fetch(`${server.url}/read`, { method: 'POST', body, headers });
          const { logit } = await answer.json();
          logits.set(logit, (logits.get(logit) ?? 0) + 1);
          waits.push(performance.now() - started);
        }
      };
      await Promise.all(Array.from({ length: 50 }, send));
      assert.deepEqual([...logits.values()], [500], 'each film has the one answer');
      const slowest = waits.sort((a, b) => a - b)[Math.floor(0.99 * waits.length)];
      const status = `/proc/${server.pid}/status`;
      const most = existsSync(status) ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024 : 0;
      t.diagnostic(`99 of 100 answers within ${Math.round(slowest)} ms; at most ${Math.round(most)} MiB`);
      const bound = 250 + 80 * Math.max(0, availableParallelism() - 2); // the pool has a worker a core
      assert.ok(most < bound, `${most} MiB`);
    } finally {
      await server.close();
    }
  });

  test('a worker pool', async () => {
    const folder = app('recipe-pool', { 'pool.js': recipe('A pool in Node') });
    const { stdout } = await run(process.execPath, ['pool.js', 'film.jpg', 'public/film.jpg', 'package.json'], {
      cwd: folder,
    });
    assert.match(stdout, /^film\.jpg normal\npublic\/film\.jpg normal\npackage\.json bad-image/);
  });
});
