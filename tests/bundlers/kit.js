// The packed package in other people's apps: what every test here needs. The tools come with .ci/setup test (package.json
// here) and lie in .cache/bundlers, and so do the apps.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { after, before, describe } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ISOLATION } from '../../web/site/policy.js';
import { launch, noBrowser } from '../fixtures/browser.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const HOME = join(ROOT, '.cache/bundlers');
export const FILM = join(ROOT, 'web/samples/synthetic-normal-20.png');
/** The package as a tool finds it. */
export const INSTALLED = join(HOME, 'node_modules/pneumoscope');
const noTools = existsSync(join(HOME, 'node_modules/vite')) ? false : `there is no ${HOME}: .ci/setup test makes it`;

export const run = promisify(execFile);
export const require = createRequire(join(HOME, 'package.json'));
export const load = (/** @type {string} */ name) => import(pathToFileURL(require.resolve(name)).href);

/** Packs the package as npm would publish it, and installs it beside the tools. @returns {Promise<string>} the tarball */
export async function install() {
  const folder = join(HOME, `packed-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
  });
  const tarball = join(HOME, stdout.trim());
  renameSync(join(folder, stdout.trim()), tarball);
  await run('tar', ['-xzf', tarball, '-C', folder]);
  rmSync(INSTALLED, { recursive: true, force: true });
  renameSync(join(folder, 'package'), INSTALLED);
  rmSync(folder, { recursive: true });
  return tarball;
}

/** @param {string} name @param {Record<string, string>} files @returns {string} a folder with them and the film */
export function app(name, files) {
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

/** The same with the package in the app itself, as npm installs it. @type {typeof app} */
export function wholeApp(name, files) {
  const folder = app(name, files);
  cpSync(INSTALLED, join(folder, 'node_modules/pneumoscope'), { recursive: true });
  return folder;
}

/** The code of a recipe in web/README.md. @param {string} name its heading @param {number} [nth] block of it @returns {string} */
export function recipe(name, nth = 0) {
  const text = readFileSync(join(ROOT, 'web/README.md'), 'utf8').split(`\n### ${name}\n`)[1].split('\n### ')[0];
  return [...text.matchAll(/^```\w+\n([^]*?)^```$/gm)][nth][1];
}

/** Runs a tool's command in an app. @param {string} folder @param {string} script of the tool's package @param {string[]} args
 * @param {Record<string, string>} [env] */
export const tool = (folder, script, args, env = {}) =>
  run(process.execPath, [require.resolve(script), ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    maxBuffer: 1e8,
  });

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };

/** @param {string} folder @param {object} [headers] @param {string} [under] a path of the site that it lies under */
export async function serve(folder, headers = {}, under = '/') {
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

/** Starts a server's program and waits for its address. @param {string} folder @param {string[]} args of Node
 * @param {RegExp} ready that its output matches; its first group is the address @param {Record<string, string>} [env] */
export async function startServer(folder, args, ready, env = {}) {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } });
  let said = '';
  const url = await new Promise((resolve, reject) => {
    const hear = (/** @type {Buffer} */ data) => {
      said += data;
      const found = ready.exec(said);
      if (found) resolve(found[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', () => reject(new Error(said)));
  });
  const close = async () => {
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
  };
  return { url, pid: child.pid, close, said: () => said };
}

/** A suite about the packed package. @param {string} name @param {(here: { tarball: string }) => void} tests */
export function suite(name, tests) {
  const here = { tarball: '' };
  describe(name, { skip: noTools, timeout: 1_200_000 }, () => {
    before(async () => void (here.tarball = await install()));
    tests(here);
  });
}

/** The same with Chromium. @param {string} name @param {(page: ReturnType<typeof pages>) => void} tests */
export function browserSuite(name, tests) {
  const here = { browser: /** @type {import('playwright-core').Browser | null} */ (null) };
  describe(name, { skip: noTools || noBrowser, timeout: 1_200_000 }, () => {
    before(async () => {
      await install();
      here.browser = await launch();
    });
    after(() => here.browser?.close());
    tests(pages(here));
  });
}

/** @param {{ browser: import('playwright-core').Browser | null }} here */
function pages(here) {
  /** What the app's page says in `window.outcome`, and what it asked for in vain or complained of. @param {string} url */
  async function outcomeOf(url) {
    const context = await /** @type {import('playwright-core').Browser} */ (here.browser).newContext();
    try {
      const page = await context.newPage();
      /** @type {string[]} */
      const missing = [];
      /** @type {string[]} */
      const complaints = [];
      page.on('response', (response) => response.status() >= 400 && missing.push(response.url()));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(url, { timeout: 120_000 }); // a server for developers builds now
      await page.waitForFunction(() => 'outcome' in window, null, { timeout: 120_000 });
      const outcome = await page.evaluate(() => /** @type {any} */ (window).outcome);
      const isolated = await page.evaluate(() => crossOriginIsolated);
      const vain = missing.filter((address) => !address.endsWith('favicon.ico'));
      return { outcome, isolated, missing: vain, complaints: complaints.filter((text) => !/favicon|404/.test(text)) };
    } finally {
      await context.close();
    }
  }

  /** The app of apps.js reads 50 films with readers and one with the element. @param {string} url @param {boolean} isolated */
  async function expectReads(url, isolated) {
    const said = await outcomeOf(url);
    const ran = isolated ? 'relaxed-threads' : 'relaxed 1';
    assert.deepEqual(said.outcome.failures, [], url);
    assert.equal(said.isolated, isolated);
    assert.deepEqual(
      Object.keys(said.outcome.reads).map((key) => key.replace(/(threads) \d+$/, '$1')),
      [`normal ${ran}`],
    );
    assert.deepEqual(Object.values(said.outcome.reads), [50]);
    assert.equal(said.outcome.element, 'normal from the app');
    assert.deepEqual(said.missing, []);
    assert.deepEqual(said.complaints, []);
  }

  /** With isolation and without. @param {string} folder @param {string} [under] */
  async function expectServed(folder, under) {
    for (const headers of [{}, ISOLATION]) {
      const site = await serve(folder, headers, under);
      await expectReads(site.url, headers === ISOLATION).finally(site.close);
    }
  }

  /** @param {string} url @param {(page: import('playwright-core').Page) => Promise<void>} work */
  async function withPage(url, work) {
    const context = await /** @type {import('playwright-core').Browser} */ (here.browser).newContext();
    const page = await context.newPage();
    await page.goto(url);
    await work(page).finally(() => context.close());
  }

  return { outcomeOf, expectReads, expectServed, withPage };
}
