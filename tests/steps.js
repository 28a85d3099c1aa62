// The steps of the tests, as a table: a name, the tier, about how many seconds two free cores take, and the commands.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {[program: string, ...words: string[]]} Command */
/** @typedef {{ name: string, rest: boolean, seconds: number, commands: Command[] }} Step `rest`: of test:all, not of npm test */

const thisNode = process.execPath;
const newerNode = join(ROOT, '.cache/node24/bin/node'); // .ci/setup fetched it for its relaxed SIMD, which Node 20 lacks
const lastNode = existsSync(newerNode) ? newerNode : thisNode;
export const hasSecondNode = lastNode !== thisNode;
const hasNativeTests = process.arch === 'x64';

const ask = (/** @type {string} */ program, /** @type {string[]} */ ...args) =>
  spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' }).stdout ?? '';
const versionOf = (/** @type {string} */ node) => ask(node, '--version').trim();

/** @param {string} preset @param {string[]} options @returns {Command} */
const configure = (preset, ...options) => [
  ...['cmake', '-S', '.', '-B', `build/${preset}`, '-C', `.cmake/presets/${preset}.cmake`],
  ...options,
];
/** @param {string} preset @param {string[]} targets @returns {Command} */
const compile = (preset, ...targets) => [
  ...['cmake', '--build', `build/${preset}`, '-j2'],
  ...(targets.length ? ['--target', ...targets] : []),
];
/** The tests of a folder in a Node. @param {string} folder @param {string} [node] @param {RegExp} [which] @returns {Command} */
const suite = (folder, node = thisNode, which = /\.test\.js$/) => [
  ...[node, '--test', `--test-concurrency=${AT_ONCE[folder] ?? 1}`],
  ...readdirSync(join(ROOT, folder))
    .filter((name) => which.test(name))
    .map((name) => join(folder, name)),
];
/** How many files of a suite run at a time: the others' files share a port or a folder. @type {Record<string, number>} */
const AT_ONCE = { 'tests/node': 2, 'tests/browser': 2 };

/** The package as it is packed, in Node, in Jest and in the commonest of the bundlers. @returns {Command} */
const oneBundler = () => [
  ...[thisNode, '--test', '--test-concurrency=1', '--test-name-pattern=/weighs|in Node,|in Jest|built by vite$/'],
  ...['package', 'vite'].map((name) => `tests/bundlers/${name}.test.js`),
];

/** The queue's test at length: films from a server that fails at times, three workers, one of them killed. @returns {Command} */
const tenThousandFilms = () => [
  ...['env', 'PNEUMOSCOPE_FILMS=10000', thisNode, '--test', '--test-name-pattern=films of a server'],
  'tests/servers/elsewhere.test.js',
];

/** C sources, where the clang-format at hand is the one whose ideas of style they follow. @returns {Command} */
function formatC() {
  const sources = ask('git', 'ls-files', '*.[ch]').split('\n').filter(Boolean);
  if (/version 14\./.test(ask('clang-format', '--version')) && sources.length > 0)
    return ['clang-format', '--dry-run', '--Werror', ...sources];
  return ['echo', 'skipped: the C sources are checked in a git checkout with clang-format 14'];
}

/** PyTorch and the libraries below it as on a machine without wide vector units: what is true only with them is not true. Of
 * ours nothing native is built for more than SSE2, but the C library chooses its functions by what the processor has.
 * @type {Command} */
const NO_VECTOR_UNITS = [
  'env',
  'GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-FMA',
  ...['ATEN_CPU_CAPABILITY=default', 'OPENBLAS_CORETYPE=Prescott', 'MKL_ENABLE_INSTRUCTIONS=SSE4_2'],
  ...['ONEDNN_MAX_CPU_ISA=SSE41', 'DNNL_MAX_CPU_ISA=SSE41'],
];

/** Mistakes that the compilers do not see; .clang-tidy says what is looked for. Files that need Emscripten's headers are
 * left to cppcheck, whose invalidPointerCast takes several arrays in one allocation for one of them. One file a process:
 * clang-tidy 14 forgets about va_start in all but its first. @returns {Command[]} */
function tidy() {
  const sources = ask('git', 'ls-files', 'src/*.c').split('\n').filter(Boolean);
  const version = ask('clang-tidy', '--version');
  if (!hasNativeTests || sources.length === 0 || (version && !/version 14\./.test(version)))
    return [['echo', 'skipped: the C sources are checked on x86-64 in a git checkout with clang-tidy 14']];
  const native = "git ls-files 'src/*.c' ':!src/wasm*.c' ':!*/fetched.c'";
  const each = 'xargs -P2 -n1 clang-tidy -p build/tidy --quiet 2>build/tidy/log || { cat build/tidy/log; exit 1; }';
  const checks = ['--enable=warning,performance,portability', '--inline-suppr', '--suppress=invalidPointerCast'];
  return [
    configure('native-clang', '-B', 'build/tidy', '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'),
    ['sh', '-c', `${native} | ${each}`],
    ['cppcheck', ...checks, '--std=c11', '--quiet', '--error-exitcode=1', '-Isrc', ...sources],
  ];
}

/** The same module built in another folder, all of it from its sources, has the same bytes; and so has dist/ when it is put
 * together once more. A step of its own, since nobody may use dist/ meanwhile. @returns {Command[]} */
function reproducible() {
  const [again, module] = ['build/again', 'relaxed-threads'];
  return [
    configure('wasm', '-B', again),
    ['env', 'CCACHE_DISABLE=1', 'cmake', '--build', again, '-j2', '--clean-first', '--target', module],
    .../** @type {Command[]} */ (
      ['mjs', 'wasm'].map((end) => ['cmp', `build/wasm/${module}.${end}`, `${again}/${module}.${end}`])
    ),
    [thisNode, 'tests/reproducible.js'],
  ];
}

/** @param {string} preset @returns {Command[]} */
const native = (preset) => [configure(preset), compile(preset), [`build/${preset}/tests/c/c_tests`]];
/** @param {string} variant @returns {Command[]} */
const wasm = (variant) => [
  [variant.startsWith('relaxed') ? lastNode : thisNode, `build/wasm/tests/c/c_tests_${variant}.cjs`],
];
/** What npm test runs as WebAssembly; pytorch.test.js and dicom.test.js use programs of its own. */
const BUILT_FIRST = [
  ...['modules', 'c_tests_simd', 'c_tests_relaxed_threads', 'c_tests_simd_read_films'],
  ...['c_tests_simd_run_network', 'c_tests_simd_threads_run_network'],
];

/** `npm test`: every part of the product once, in an order in which what is quick to fail comes first. */
const TEST = () => [
  ['format', 40, ['npx', 'prettier', '--check', '.'], formatC()],
  ['types', 10, ['npx', 'tsc', '-p', 'web']],
  ...(hasNativeTests ? [['c-asan', 140, ...native('native-asan')]] : []),
  ['build', 150, configure('wasm'), compile('wasm', ...BUILT_FIRST), [thisNode, 'web/build/build.js']],
  ...['simd', 'relaxed_threads'].map((variant) => [`c-wasm-${variant}`, 10, ...wasm(variant)]),
  [`node-${versionOf(thisNode)}`, 120, suite('tests/node')],
  ['browser', 230, suite('tests/browser')],
  ['bundler', 40, oneBundler()],
  ['servers', 90, suite('tests/servers')],
  ['model', 100, suite('tests/model')],
  ['fuzz-corpus', 80, [thisNode, 'tests/fuzz/run.js', '--corpus']],
];

/** `npm run test:all`: the rest, what finds most first: .ci/run takes as much of it as its time allows. */
const REST = () => [
  ['build-all', 60, configure('wasm'), compile('wasm'), [thisNode, 'web/build/build.js']],
  ...(hasNativeTests
    ? [
        ['c-gcc', 60, ...native('native-gcc')],
        ['c-installed', 5, ['tests/c/installed.sh', 'build/native-gcc', 'web/samples/synthetic-normal-20.png']],
      ]
    : []),
  ...(hasSecondNode ? [[`node-${versionOf(lastNode)}`, 150, suite('tests/node', lastNode)]] : []),
  ...['simd_threads', 'relaxed'].map((variant) => [`c-wasm-${variant}`, 10, ...wasm(variant)]),
  ['engines', 60, [thisNode, '--test', 'tests/engines/engines.test.js']],
  ['bundlers', 400, suite('tests/bundlers')],
  ['reproducible', 60, ...reproducible()],
  ['arm64', 100, [thisNode, '--test', 'tests/engines/arm64.test.js']],
  ['tidy', 120, ...tidy()],
  ...(hasNativeTests
    ? [
        ['c-clang', 60, ...native('native-clang')],
        ['c-plain', 10, [...NO_VECTOR_UNITS, 'build/native-gcc/tests/c/c_tests']],
      ]
    : []),
  ['fuzz', 120, [thisNode, 'tests/fuzz/run.js']],
  ['soak', 180, suite('tests/soak', lastNode)],
  ['ten-thousand-films', 300, tenThousandFilms()],
  ['model-plain', 150, [...NO_VECTOR_UNITS, ...suite('tests/model')]],
];

/** @returns {Step[]} */
export function steps() {
  const listed = (/** @type {any[]} */ rows, /** @type {boolean} */ rest) =>
    rows.map(([name, seconds, ...commands]) => ({ name, rest, seconds, commands }));
  return [...listed(TEST(), false), ...listed(REST(), true)];
}
