// Every test, one after the other, each with its runner's own output; then one line for each and the exit code.
//
//   npm test                      all of them
//   npm test -- c-asan browser    those whose names contain one of the words

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const newerNode = '.cache/node24/bin/node'; // has relaxed SIMD, which Node 20 lacks
const nodes = [process.execPath, newerNode].filter((node) => existsSync(new URL(node, `file://${root}`)));

const configure = (preset) => ['cmake', '-S', '.', '-B', `build/${preset}`, '-C', `.cmake/presets/${preset}.cmake`];
const compile = (preset) => ['cmake', '--build', `build/${preset}`, '-j2'];
const tracked = (...patterns) =>
  spawnSync('git', ['ls-files', ...patterns], { cwd: root, encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);
const testFiles = (folder) =>
  readdirSync(new URL(folder, `file://${root}`))
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => folder + name);
const version = (node) => spawnSync(node, ['--version'], { cwd: root, encoding: 'utf8' }).stdout.trim();

/** Steps in order: a name and the commands it runs. A step that fails does not keep the others from running. */
function steps() {
  const natives = ['native-gcc', 'native-clang', 'native-asan'];
  const variants = ['simd', 'simd_threads', 'relaxed', 'relaxed_threads'];
  return [
    ['format', ['npx', 'prettier', '--check', '.'], ['clang-format', '--dry-run', '--Werror', ...tracked('*.[ch]')]],
    ['types', ['npx', 'tsc', '-p', 'web']],
    ['build-wasm', configure('wasm'), compile('wasm'), ['node', 'web/build.js']],
    ...natives.map((preset) => [
      `c-${preset}`,
      configure(preset),
      compile(preset),
      [`build/${preset}/tests/c/c_tests`],
    ]),
    ...variants.map((variant) => [`c-wasm-${variant}`, [nodes.at(-1), `build/wasm/tests/c/c_tests_${variant}.cjs`]]),
    ...nodes.map((node) => [`node-${version(node)}`, [node, '--test', ...testFiles('tests/node/')]]),
    ['browser', ['node', '--test', ...testFiles('tests/browser/')]],
  ];
}

function run([name, ...commands]) {
  const started = Date.now();
  const failed = commands.find(([program, ...rest]) => {
    console.log(`\n== ${name}: ${program} ${rest.slice(0, 4).join(' ')}`);
    return spawnSync(program, rest, { cwd: root, stdio: 'inherit' }).status !== 0;
  });
  return { name, failed: Boolean(failed), seconds: (Date.now() - started) / 1000 };
}

const words = process.argv.slice(2);
const results = steps()
  .filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)))
  .map(run);
console.log();
for (const { name, failed, seconds } of results)
  console.log(`${failed ? 'FAILED' : 'passed'}  ${name.padEnd(24)} ${seconds.toFixed(0).padStart(5)} s`);
if (nodes.length === 1) console.log('skipped the tests in a second Node: .cache/node24 is not there');
process.exitCode = results.length > 0 && results.every(({ failed }) => !failed) ? 0 : 1;
