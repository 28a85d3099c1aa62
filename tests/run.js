// Every test, one after the other, each with its runner's own output; then one line for each and the exit code.
//
//   npm test                      all of them
//   npm test -- c-asan browser    those whose names contain one of the words

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const thisNode = process.execPath;
const newerNode = join(root, '.cache/node24/bin/node'); // .ci/setup fetched it for its relaxed SIMD, which Node 20 lacks
const nodes = [thisNode, newerNode].filter(existsSync);

const ask = (program, ...args) => spawnSync(program, args, { cwd: root, encoding: 'utf8' }).stdout ?? '';
const testFiles = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(folder, name));
const configure = (preset) => ['cmake', '-S', '.', '-B', `build/${preset}`, '-C', `.cmake/presets/${preset}.cmake`];
const compile = (preset) => ['cmake', '--build', `build/${preset}`, '-j2'];

/** C sources, where the clang-format at hand is the one whose ideas of style they follow. */
function formatC() {
  const sources = ask('git', 'ls-files', '*.[ch]').split('\n').filter(Boolean);
  if (/version 14\./.test(ask('clang-format', '--version')) && sources.length > 0)
    return ['clang-format', '--dry-run', '--Werror', ...sources];
  return ['echo', 'skipped: the C sources are checked in a git checkout with clang-format 14'];
}

/** PyTorch and the libraries below it as on a machine without wide vector units: what is true only with them is not true. Of
 * ours nothing native is built for more than SSE2, but the C library chooses its functions by what the processor has. */
const NO_VECTOR_UNITS = [
  'env',
  'GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-FMA',
  ...['ATEN_CPU_CAPABILITY=default', 'OPENBLAS_CORETYPE=Prescott', 'MKL_ENABLE_INSTRUCTIONS=SSE4_2'],
  ...['ONEDNN_MAX_CPU_ISA=SSE41', 'DNNL_MAX_CPU_ISA=SSE41'],
];

/** Mistakes that the compilers do not see; .clang-tidy says what is looked for. Files that need Emscripten's headers are
 * left to cppcheck, whose invalidPointerCast takes several arrays in one allocation for one of them. One file a process:
 * clang-tidy 14 forgets about va_start in all but its first. */
function tidy() {
  const sources = ask('git', 'ls-files', 'src/*.c').split('\n').filter(Boolean);
  const version = ask('clang-tidy', '--version');
  if (process.arch !== 'x64' || sources.length === 0 || (version && !/version 14\./.test(version)))
    return [['echo', 'skipped: the C sources are checked on x86-64 in a git checkout with clang-tidy 14']];
  const native = "git ls-files 'src/*.c' ':!src/wasm*.c' ':!*/fetched.c'";
  const each = 'xargs -P2 -n1 clang-tidy -p build/tidy --quiet 2>build/tidy/log || { cat build/tidy/log; exit 1; }';
  const checks = ['--enable=warning,performance,portability', '--inline-suppr', '--suppress=invalidPointerCast'];
  return [
    [...configure('native-clang'), '-B', 'build/tidy', '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'],
    ['sh', '-c', `${native} | ${each}`],
    ['cppcheck', ...checks, '--std=c11', '--quiet', '--error-exitcode=1', '-Isrc', ...sources],
  ];
}

/** The same module built in another folder, all of it from its sources, has the same bytes; and so has dist/ when it is put
 * together once more. A step of its own, since nobody may use dist/ meanwhile. */
const [AGAIN, MODULE] = ['build/again', 'relaxed-threads'];
const same = () => [
  ...['mjs', 'wasm'].map((end) => ['cmp', `build/wasm/${MODULE}.${end}`, `${AGAIN}/${MODULE}.${end}`]),
  [thisNode, 'tests/reproducible.js'],
];

/** Steps in order: a name and the commands it runs. A step that fails does not keep the others from running. */
function steps() {
  const native = (name) => [`c-${name}`, configure(name), compile(name), [join('build', name, 'tests/c/c_tests')]];
  const plain = [...NO_VECTOR_UNITS, 'build/native-gcc/tests/c/c_tests'];
  const installed = [
    'c-installed',
    ['tests/c/installed.sh', 'build/native-gcc', 'web/samples/synthetic-normal-20.png'],
  ];
  const wasm = (variant) => {
    const node = variant.startsWith('relaxed') ? nodes.at(-1) : thisNode;
    return [`c-wasm-${variant}`, [node, `build/wasm/tests/c/c_tests_${variant}.cjs`]];
  };
  return [
    ['format', ['npx', 'prettier', '--check', '.'], formatC()],
    ['types', ['npx', 'tsc', '-p', 'web']],
    ['tidy', ...tidy()],
    ...(process.arch === 'x64'
      ? [...['native-gcc', 'native-clang', 'native-asan'].map(native), ['c-native-plain', plain], installed]
      : []),
    ['build-wasm', configure('wasm'), compile('wasm'), [thisNode, 'web/build/build.js']],
    [
      'reproducible',
      [...configure('wasm'), '-B', AGAIN],
      ['cmake', '--build', AGAIN, '-j2', '--target', MODULE],
      ...same(),
    ],
    ...['simd', 'simd_threads', 'relaxed', 'relaxed_threads'].map(wasm),
    ...nodes.map((node) => [`node-${ask(node, '--version').trim()}`, [node, '--test', ...testFiles('tests/node')]]),
    ['soak', [nodes.at(-1), '--test', ...testFiles('tests/soak')]],
    ['model', [thisNode, '--test', ...testFiles('tests/model')]],
    ['model-plain', [...NO_VECTOR_UNITS, thisNode, '--test', ...testFiles('tests/model')]],
    ['servers', [thisNode, '--test', ...testFiles('tests/servers')]],
    ['bundlers', [thisNode, '--test', ...testFiles('tests/bundlers')]],
    ['browser', [thisNode, '--test', ...testFiles('tests/browser')]],
    ['engines', [thisNode, '--test', ...testFiles('tests/engines')]],
    ['fuzz', [thisNode, 'tests/fuzz/run.js']],
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
if (process.arch !== 'x64') console.log('skipped the native C tests: they are built for x86-64');
if (nodes.length === 1) console.log('skipped the tests in a second Node: .cache/node24 is not there');
process.exitCode = results.length > 0 && results.every(({ failed }) => !failed) ? 0 : 1;
