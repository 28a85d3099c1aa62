// Fuzzes what reads other people's bytes.
//
//   npm run fuzz                      every target for a few seconds: no new finding, and the corpus still passes
//   npm run fuzz -- --corpus          only the seeds and the corpus, each file once
//   npm run fuzz -- TARGET MINUTES    one target for longer
//   npm run fuzz -- --build fuzz-msan [TARGET MINUTES]    under MemorySanitizer; fuzz-32: where size_t has 32 bits
//
// Seeds are made here, of our own writers; what earlier runs found worth keeping lies in tests/fuzz/corpus, small. A finding is
// written to build/BUILD/findings, and the command fails.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seedsOf } from './seeds.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SECONDS_EACH = 6; // ten targets: a minute
const MOST_BYTES = 65536;

/** Each target: the program, how it is fed and which words it is told. */
const TARGETS = {
  jpeg: { program: 'image', words: 'jpeg' },
  png: { program: 'image', words: 'png' },
  bmp: { program: 'image' },
  dicom: { program: 'image', words: 'dicom' },
  codec: { program: 'codec', words: 'jpeg' },
  model: { program: 'model', words: 'json' },
  json: { program: 'json', words: 'json' },
  exif: { program: 'exif' },
  memory: { program: 'memory' },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { build: { type: 'string', default: 'fuzz' }, corpus: { type: 'boolean', default: false } },
});
const [only, minutes] = positionals;
if (only && !(only in TARGETS)) {
  console.error(`There is no target ${only}: ${Object.keys(TARGETS).join(', ')}.`);
  process.exit(2);
}

const run = (/** @type {string} */ program, /** @type {string[]} */ words, /** @type {object} */ options = {}) =>
  spawnSync(program, words, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1e9, ...options });

const build = join(ROOT, 'build', values.build);
for (const words of [
  ['-S', '.', '-B', build, '-C', `.cmake/presets/${values.build}.cmake`],
  ['--build', build, '-j2', '--target', ...new Set(Object.values(TARGETS).map(({ program }) => `fuzz_${program}`))],
]) {
  const plain = words.filter((word) => values.build === 'fuzz' || word !== 'fuzz_codec');
  const { status, stdout, stderr } = run('cmake', plain);
  if (status !== 0) {
    console.error(stdout.slice(-2000), stderr.slice(-4000));
    process.exit(1);
  }
}

const seconds = minutes ? 60 * Number(minutes) : SECONDS_EACH;
let failed = false;
for (const [name, { program, words }] of Object.entries(TARGETS)) {
  if (only && name !== only) continue;
  if (program === 'codec' && values.build !== 'fuzz') continue;
  const [seeds, found, findings] = ['seeds', 'corpus', 'findings'].map((part) => join(build, part, name));
  rmSync(seeds, { recursive: true, force: true });
  for (const folder of [seeds, found, findings]) mkdirSync(folder, { recursive: true });
  (await seedsOf(name)).forEach((bytes, i) => writeFileSync(join(seeds, `seed-${i}`), bytes));
  const kept = join(ROOT, 'tests/fuzz/corpus', name);
  const dictionary = words && join(ROOT, 'tests/fuzz', `${words}.dict`);
  const { status, stderr } = run(join(build, `tests/fuzz/fuzz_${program}`), [
    values.corpus ? '-runs=0' : `-max_total_time=${seconds}`,
    `-max_len=${MOST_BYTES}`,
    '-timeout=10',
    '-rss_limit_mb=2048',
    '-print_final_stats=1',
    '-seed=1',
    `-artifact_prefix=${findings}/`,
    ...(dictionary ? [`-dict=${dictionary}`] : []),
    ...(values.corpus ? [] : [found]), // libFuzzer adds what it finds to the first
    seeds,
    ...(existsSync(kept) ? [kept] : []),
  ]);
  const runs = /stat::number_of_executed_units: (\d+)/.exec(stderr)?.[1] ?? '?';
  const cover = [...stderr.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? '?';
  console.log(`${status === 0 ? 'passed' : 'FAILED'}  ${values.build} ${name}: ${runs} runs, ${cover} edges`);
  if (status === 0) continue;
  failed = true;
  console.log(stderr.slice(-6000));
  console.log(`The finding lies in ${findings}.`);
}
process.exitCode = failed ? 1 : 0;
