// Brings in what the benchmark needs beyond the project: the peers by npm, the networks and films by Python, the C parts.
// Everything lies in .cache/bench/, which git ignores. What cannot be had gets a notice, and its rows are left out.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { CACHE, MODEL, NODE, ROOT, SHARED } from './places.js';

const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'; // Debian's has its PyTorch

/** Exact versions, and a lock file for what they bring: figures in BENCHMARKS.md are theirs. */
const PEERS = JSON.parse(readFileSync(new URL('peers/package.json', import.meta.url), 'utf8')).dependencies;
const ENGINES = ['pneumoscope', 'litert', 'onnxruntime', 'tfjs', 'mediapipe', 'peak'];

export async function setUp() {
  for (const folder of ['networks', 'films']) mkdirSync(join(CACHE, folder), { recursive: true });
  compile();
  installPeers();
  make('networks/mobilenet_v2.onnx', 'export_onnx.py', MODEL, join(CACHE, 'networks'));
  make('networks/labelled_mobilenet_v2_2class_u8.tflite', 'label_tflite.py', SHARED, join(CACHE, 'networks'));
  make('films/film_2.5mp_rgb.jpg', 'films.py', join(CACHE, 'films'));
  for (const engine of ENGINES) await bundle(engine);
  await bundlePage();
}

/** @param {string} what @param {string} why */
const notice = (what, why) => console.error(`notice: ${what}: ${why.trim().split('\n').at(-1)}`);

/** @param {string} program @param {string[]} words @returns {string | null} its last words when it failed */
function run(program, ...words) {
  const { status, stderr, error } = spawnSync(program, words, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? null : `${stderr ?? ''}${error ?? ''}` || `${program} failed`;
}

function compile() {
  const why = run('cmake', '--build', 'build/wasm', '--target', 'bench', '-j2');
  if (why) notice('the peak, the profile and the plain decoder could not be built', why);
}

function installPeers() {
  const missing = Object.entries(PEERS).filter(([name, version]) => installed(name) !== version);
  if (missing.length === 0) return;
  console.error('Installing the peers into .cache/bench (600 MB)');
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(new URL(`peers/${file}`, import.meta.url), join(CACHE, file));
  const why = run('npm', 'ci', '--prefix', CACHE, '--ignore-scripts', '--no-audit', '--no-fund');
  if (why) notice('some peers could not be installed', why);
}

/** @param {string} name @returns {string | null} its version */
function installed(name) {
  const description = join(CACHE, 'node_modules', name, 'package.json');
  return existsSync(description) ? JSON.parse(readFileSync(description, 'utf8')).version : null;
}

/** @param {string} product @param {string} script @param {string[]} words */
function make(product, script, ...words) {
  const made = statSync(join(CACHE, product), { throwIfNoEntry: false });
  if (made && made.mtimeMs > statSync(MODEL).mtimeMs) return;
  const why = run(PYTHON, join('tests/bench', script), ...words);
  if (why) notice(`${script} needs Debian's python3-torch, python3-torchvision, python3-onnx and python3-pil`, why);
}

/** Minified, as a page would ship it. @param {string} engine */
async function bundle(engine) {
  const options = { conditions: ['onnxruntime-web-use-extern-wasm'] };
  await bundleFile(`engines/${engine}.js`, options).catch((error) => notice(`no ${engine}`, error.message));
}

async function bundlePage() {
  await bundleFile('page.js', { external: ['./engines/*'] });
  copyFileSync(join(ROOT, 'tests/bench/page/index.html'), join(CACHE, 'page/index.html'));
}

/** @param {string} file of page/ @param {import('esbuild').BuildOptions} options */
function bundleFile(file, options) {
  return build({
    entryPoints: [join(ROOT, 'tests/bench/page', file)],
    outfile: join(CACHE, 'page', file),
    nodePaths: [join(CACHE, 'node_modules')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    ...options,
  });
}

/** Versions of what took part. */
export function versions() {
  const ask = (program, ...words) => spawnSync(program, words, { encoding: 'utf8' }).stdout?.trim() ?? '';
  const peers = Object.keys(PEERS).map((name) => `${name} ${installed(name) ?? 'absent'}`);
  return [`Node ${ask(NODE, '--version')}`, ...peers];
}
