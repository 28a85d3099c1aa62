// npm run bench -- --profile: where the time goes. Runs profile.c and prints each operator beside the multiply-add peak.
// bench.js starts this in the newest Node at hand:  node profile.js ROUNDS

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { relaxedSimd } from 'wasm-feature-detect';
import { openPeak } from './peak.js';
import { BUILT, MODELS } from './places.js';
import { peakOf } from './ratios.js';
import { median } from './statistics.js';

/**
 * One line of profile.c. A layer `within` has no operator of its own: it runs in the next one's.
 * @typedef {{ head?: boolean, side: number, outputSide: number, nin: number, nout: number, kernel: number,
 *   stride: number, depthwise: boolean, within: boolean, ms: number[] }} Part
 */

const rounds = process.argv[2] ?? '20';
const level = (await relaxedSimd()) ? 'relaxed' : 'simd';
const measure = await openPeak(await readFile(join(BUILT, `peak_${level}.wasm`)));
const measured = Array.from({ length: 20 }, measure);
for (const precision of /** @type {const} */ (['f32', 'int8'])) {
  const peak = peakOf(measured, precision);
  for (const threads of [1, 2]) {
    const parts = run(precision, threads);
    console.log(`\nNode, ${level}, ${precision}, threads: ${threads}; peak of one thread: ${peak.toFixed(1)} GMAC/s`);
    printParts(parts, peak * threads);
    printKinds(parts, peak * threads);
  }
}

/** @param {keyof typeof MODELS} precision @param {number} threads */
function run(precision, threads) {
  const program = join(BUILT, `profile_${level}${threads > 1 ? '_threads' : ''}.cjs`);
  const words = [program, MODELS[precision], rounds, String(threads)];
  const text = execFileSync(process.execPath, [...process.execArgv, ...words], { encoding: 'utf8' });
  /** @type {Part[]} */
  const parts = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return parts.flatMap((part, i) => {
    if (part.within) return [];
    const timed = { ...describe(part), ms: median(part.ms) };
    return i > 0 && parts[i - 1].within ? [together(describe(parts[i - 1]), timed)] : [timed];
  });
}

/** Two layers that run as one operator. */
function together(first, second) {
  const kind = `${first.kind} + ${second.kind}`;
  return { ...second, kind, name: second.name.replace(second.kind, kind), mac: first.mac + second.mac };
}

/** @param {Part} part */
function describe({ head, side, outputSide, nin, nout, kernel, stride, depthwise }) {
  if (head) return { name: 'pooling and classifier', kind: 'head', mac: nin * 2 };
  const kind = depthwise ? 'depthwise' : kernel > 1 ? 'stem' : nin < nout ? 'expand' : 'project';
  const mac = outputSide ** 2 * nout * kernel ** 2 * (depthwise ? 1 : nin);
  return { name: `${kind} ${side}² × ${nin} → ${outputSide}² × ${nout}${stride > 1 ? ' stride 2' : ''}`, kind, mac };
}

/** @typedef {{ name: string, mac: number, ms: number }} Timed */

/** @param {Timed[]} parts @param {number} limit in GMAC/s */
function printParts(parts, limit) {
  const width = Math.max(...parts.map(({ name }) => name.length));
  console.log(`\n${'operator'.padEnd(width)}      ms  GMAC/s  share of peak`);
  for (const { name, mac, ms } of parts) {
    const speed = mac / ms / 1e6;
    const numbers = [
      ms.toFixed(3).padStart(7),
      speed.toFixed(1).padStart(7),
      `${((100 * speed) / limit).toFixed(0)} %`.padStart(14),
    ];
    console.log(`${name.padEnd(width)} ${numbers.join(' ')}`);
  }
}

/** One line for each kind of operator and one for all. @param {(Timed & { kind: string })[]} parts @param {number} limit */
function printKinds(parts, limit) {
  const kinds = new Map(
    [...new Set(parts.map(({ kind }) => kind))].map((kind) => [kind, { name: kind, mac: 0, ms: 0 }]),
  );
  const all = { name: 'all', mac: 0, ms: 0 };
  for (const { kind, mac, ms } of parts)
    for (const sum of [kinds.get(kind), all]) {
      sum.mac += mac;
      sum.ms += ms;
    }
  printParts([...kinds.values(), all], limit);
  const lost = [...kinds.values()].map(({ name, mac, ms }) => `${name} ${(ms - mac / limit / 1e6).toFixed(2)}`);
  console.log(`Milliseconds above the floor of multiply-adds: ${lost.join(', ')}`);
  console.log(`${(all.mac / 1e6).toFixed(1)} million multiply-adds.`);
}
