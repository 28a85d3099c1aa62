// npm run bench -- --profile: where the time goes. Runs profile.c and prints each operator beside the multiply-add peak.
// bench.js starts this in the newest Node at hand:  node profile.js ROUNDS

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { relaxedSimd } from 'wasm-feature-detect';
import { openPeak, PEAK_OF } from './peak.js';
import { BUILT, MODEL } from './places.js';
import { median } from './statistics.js';

/**
 * One line of profile.c.
 * @typedef {{ head?: boolean, side: number, outputSide: number, nin: number, nout: number, kernel: number,
 *   stride: number, depthwise: boolean, ms: number[] }} Part
 */

const rounds = process.argv[2] ?? '20';
const level = (await relaxedSimd()) ? 'relaxed' : 'simd';
const peak = await peakF32();
for (const threads of [1, 2]) {
  const parts = run(threads);
  console.log(`\nNode, ${level}, f32, threads: ${threads}; peak of one thread: ${peak.toFixed(1)} GMAC/s`);
  printParts(parts, peak * threads);
  printKinds(parts, peak * threads);
}

async function peakF32() {
  const measure = await openPeak(await readFile(join(BUILT, `peak_${level}.wasm`)));
  const measured = Array.from({ length: 20 }, measure);
  const loops = PEAK_OF.f32.filter((name) => name in measured[0]);
  return Math.max(...loops.map((name) => median(measured.map((each) => each[name]))));
}

/** @param {number} threads */
function run(threads) {
  const program = join(BUILT, `profile_${level}${threads > 1 ? '_threads' : ''}.cjs`);
  const text = execFileSync(process.execPath, [program, MODEL, rounds, String(threads)], { encoding: 'utf8' });
  /** @type {Part[]} */
  const parts = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return parts.map((part) => ({ ...describe(part), ms: median(part.ms) }));
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
