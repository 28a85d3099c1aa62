// The packed package in other people's apps: built by their bundlers, in Chromium with isolation and without; in Node, in
// TypeScript and in vitest. What builds them comes with .ci/setup test (package.json here), and lies in .cache/bundlers.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { launch, noBrowser } from '../browser/browser.js';
import { COMMONJS_TYPED, MAIN, NEXT, PAGE, TYPED, VITEST } from './apps.js';
import { ISOLATION } from '../../web/site/policy.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HOME = join(ROOT, '.cache/bundlers');
const FILM = join(ROOT, 'web/samples/synthetic-normal-20.png');
const MOST_PACKED = 8_000_000; // bytes of the tarball: two models and five engines
const skip = existsSync(join(HOME, 'node_modules/vite')) ? noBrowser : `there is no ${HOME}: .ci/setup test makes it`;

const run = promisify(execFile);
const require = createRequire(join(HOME, 'package.json'));
const load = (/** @type {string} */ name) => import(pathToFileURL(require.resolve(name)).href);

/** @param {string} name @param {Record<string, string>} files @returns {string} a folder with them and the film */
function app(name, files) {
  const folder = join(HOME, 'apps', name);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries({ 'package.json': '{ "type": "module", "private": true }', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  mkdirSync(join(folder, 'public'), { recursive: true });
  for (const to of ['film.jpg', 'public/film.jpg']) cpSync(FILM, join(folder, to));
  return folder;
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };

/** @param {string} folder @param {object} headers @param {string} [under] a path of the site that it lies under */
async function serve(folder, headers, under = '/') {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = join(folder, path.replace(under, '/').replace(/\/$/, '/index.html'));
    if (!path.startsWith(under) || !existsSync(file)) return void response.writeHead(404, { ...headers }).end('none');
    const type = TYPES[/** @type {'.js'} */ (extname(file))] ?? 'application/octet-stream'; // .mjs is one such
    response.writeHead(200, { ...headers, 'Content-Type': type }).end(readFileSync(file));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://localhost:${port}${under}`, close: () => (server.close(), server.closeAllConnections()) };
}

describe('the packed package', { skip, timeout: 1_200_000 }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', HOME], { cwd: ROOT });
    const tarball = join(HOME, 'pneumoscope-0.1.0.tgz');
    const inside = join(HOME, 'node_modules/pneumoscope');
    rmSync(inside, { recursive: true, force: true });
    mkdirSync(inside);
    await run('tar', ['-xzf', tarball, '-C', inside, '--strip-components=1']);
    browser = await launch();
  });
  after(() => browser?.close());

  /** What the app's page says of its 25 readers and of the element. @param {string} url @param {boolean} isolated */
  async function expectReads(url, isolated) {
    const context = await browser.newContext();
    const page = await context.newPage();
    /** @type {string[]} */
    const missing = [];
    page.on('response', (response) => response.status() >= 400 && missing.push(response.url()));
    await page.goto(url);
    await page.waitForFunction(() => 'outcome' in window, null, { timeout: 120_000 });
    const outcome = await page.evaluate(() => /** @type {any} */ (window).outcome);
    assert.equal(await page.evaluate(() => crossOriginIsolated), isolated);
    const ran = isolated ? 'relaxed-threads' : 'relaxed 1';
    assert.deepEqual(outcome.failures, [], url);
    assert.deepEqual(
      Object.keys(outcome.reads).map((key) => key.replace(/(threads) \d+$/, '$1')),
      [`normal ${ran}`],
    );
    assert.deepEqual(Object.values(outcome.reads), [50]);
    assert.equal(outcome.element, 'normal from the app');
    assert.deepEqual(
      missing.filter((address) => !address.endsWith('favicon.ico')),
      [],
    );
    await context.close();
  }

  /** With isolation and without. @param {string} folder @param {string} [under] */
  async function expectServed(folder, under) {
    for (const headers of [{}, ISOLATION]) {
      const site = await serve(folder, headers, under);
      await expectReads(site.url, headers === ISOLATION).finally(site.close);
    }
  }

  test('weighs what it should, and holds no site', async (t) => {
    const tarball = join(HOME, 'pneumoscope-0.1.0.tgz');
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
    const { exports } = JSON.parse(readFileSync(join(HOME, 'node_modules/pneumoscope/package.json'), 'utf8'));
    for (const entry of Object.values(exports).flatMap((one) => (typeof one === 'string' ? one : Object.values(one))))
      assert.ok(paths.includes(entry.replace('./', '')), entry);
  });

  test('in Vite, built and in its server', async () => {
    const { build, createServer: createVite } = await load('vite');
    const root = app('vite', {
      'index.html': PAGE('<script type="module" src="/main.js"></script>'),
      'main.js': MAIN(),
    });
    await build({ root, base: './', logLevel: 'error', build: { target: 'es2022' } });
    await expectServed(join(root, 'dist'), '/under/this/');
    for (const headers of [{}, ISOLATION]) {
      const vite = await createVite({
        root,
        logLevel: 'silent',
        server: { headers, host: 'localhost', port: 0, fs: { allow: [HOME] } },
      });
      await vite.listen();
      await expectReads(vite.resolvedUrls.local[0], headers === ISOLATION).finally(() => vite.close());
    }
  });

  test('in webpack', async () => {
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

  test('in Next, in a page of the client', async () => {
    const folder = app('next', NEXT);
    const next = require.resolve('next/dist/bin/next');
    for (const isolated of [false, true]) {
      const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...(isolated ? { ISOLATED: '1' } : {}) };
      await run(process.execPath, [next, 'build'], { cwd: folder, env, maxBuffer: 1e8 });
      const server = spawn(process.execPath, [next, 'start', '--port', '0', '--hostname', 'localhost'], {
        cwd: folder,
        env,
      });
      try {
        let said = '';
        const url = await new Promise((resolve, reject) => {
          server.stdout.on('data', (data) => {
            said += data;
            const found = /http:\/\/localhost:(\d+)/.exec(said);
            if (found && Number(found[1]) > 0 && /Ready/.test(said)) resolve(found[0]);
          });
          server.on('exit', () => reject(new Error(said)));
        });
        await expectReads(url, isolated);
      } finally {
        server.kill();
        await once(server, 'exit');
      }
    }
  });

  test('in esbuild, which follows no address, with the folder named', async () => {
    const { build } = await import('esbuild');
    const inside = join(HOME, 'node_modules/pneumoscope/dist/package');
    const folder = app('esbuild', {
      'main.js': MAIN("{ assets: 'reader/' }"),
      'dist/index.html': PAGE('<script type="module" src="main.js"></script>').replace(
        '<pneumo-scope>',
        '<pneumo-scope assets="reader/">',
      ),
    });
    const options = { absWorkingDir: folder, entryPoints: ['main.js'], bundle: true, outdir: 'dist' };
    await build({ ...options, format: 'esm', external: ['node:*'] });
    cpSync(inside, join(folder, 'dist/reader'), { recursive: true });
    cpSync(FILM, join(folder, 'dist/film.jpg'));
    await expectServed(join(folder, 'dist'));
    writeFileSync(
      join(folder, 'node.js'),
      `import('pneumoscope').then(async ({ createReader }) => createReader()).catch(({ name, code, message }) => console.log(name, code, message));`,
    );
    await build({
      ...options,
      entryPoints: ['node.js'],
      format: 'cjs',
      platform: 'node',
      outExtension: { '.js': '.cjs' },
      logLevel: 'silent',
    });
    const { stdout } = await run(process.execPath, ['dist/node.cjs'], { cwd: folder });
    assert.match(stdout, /^PneumoscopeError bad-asset .*option assets/);
  });

  test('in a page without a bundler, under a path of the site', async () => {
    const map = { imports: { pneumoscope: './lib/reader.js', 'pneumoscope/pneumo-scope': './lib/pneumo-scope.js' } };
    const folder = app('plain', {
      'index.html': PAGE(
        `<script type="importmap">${JSON.stringify(map)}</script><script type="module" src="main.js"></script>`,
      ),
      'main.js': MAIN(),
    });
    cpSync(join(HOME, 'node_modules/pneumoscope/dist/package'), join(folder, 'lib'), { recursive: true });
    await expectServed(folder, '/ward/3/');
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

  test('in TypeScript, for bundlers and for Node', async () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const base = {
      target: 'es2022',
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      lib: ['es2022', 'dom'],
      types: [],
    };
    const folder = app('typescript', { 'app.mts': TYPED, 'common.cts': COMMONJS_TYPED });
    for (const [module, moduleResolution, files] of [
      ['esnext', 'bundler', ['app.mts']],
      ['node16', 'node16', ['app.mts']],
      ['nodenext', 'nodenext', ['app.mts', 'common.cts']],
    ]) {
      const config = { compilerOptions: { ...base, module, moduleResolution }, files };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
      const { stdout } = await run(process.execPath, [tsc, '-p', folder], { cwd: folder }).catch((error) => error);
      assert.equal(stdout, '', `${module}`);
    }
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
});
