// Runs the tests, one step after the other, each with its runner's own output; then a line for each and the exit code.
//
//   npm test                      every part of the product once
//   npm run test:all              the rest: other compilers, engines, processors, and what takes long
//   npm test -- c-asan node       the steps, of both, of these names or whose names contain these words
//
// With --until SECONDS, a time in Unix seconds, a step that would not be done by then is named as not run.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { hasSecondNode, ROOT, steps } from './steps.js';

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { rest: { type: 'boolean', default: false }, until: { type: 'string' } },
});
const until = values.until ? 1000 * Number(values.until) : Infinity;
const TIMED_OUT = 124; // the exit status of `timeout`

/** Processor seconds of the programs that have ended, with those that they started. NaN where there is no /proc. */
function processorSeconds() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100; // cutime and cstime, in ticks
  } catch {
    return NaN;
  }
}

/** How long the steps took that have run, and how long the table says. */
const sofar = { took: 0, expected: 0 };

/** A step that fails does not keep the others from running. @param {import('./steps.js').Step} step */
function run({ name, seconds, commands }) {
  const started = Date.now();
  const pace = Math.max(1, sofar.took / sofar.expected || 0);
  if (started + 1000 * seconds * pace > until) return { name, outcome: 'not run', wall: 0, processor: 0 };
  const before = processorSeconds();
  let outcome = 'passed';
  for (const command of commands) {
    console.log(`\n== ${name}: ${command.slice(0, 5).join(' ')}`);
    const [program, ...rest] = until === Infinity ? command : withinTime(command);
    const { status } = spawnSync(program, rest, { cwd: ROOT, stdio: 'inherit' });
    if (status === 0) continue;
    outcome = status === TIMED_OUT && Date.now() >= until ? 'stopped' : 'FAILED';
    break;
  }
  const wall = (Date.now() - started) / 1000;
  sofar.took += wall;
  sofar.expected += seconds;
  return { name, outcome, wall, processor: processorSeconds() - before };
}

/** @param {string[]} command */
const withinTime = (command) => [
  ...['timeout', '--kill-after=10', String(Math.max(1, Math.ceil((until - Date.now()) / 1000)))],
  ...command,
];

/** @param {number} value */
const seconds = (value) => `${Number.isNaN(value) ? '?' : value.toFixed(0)} s`.padStart(8);

const all = steps();
const names = all.map(({ name }) => name);
const fits = (/** @type {string} */ name) => (/** @type {string} */ word) =>
  names.includes(word) ? name === word : name.includes(word);
const chosen = all.filter(({ name, rest }) => (words.length > 0 ? words.some(fits(name)) : rest === values.rest));
if (chosen.length === 0) console.error(`No step's name contains ${words.join(' or ')}: ${names.join(', ')}.`);
const results = chosen.map(run);
console.log(`\n${'outcome  step'.padEnd(35)}    wall  processor`);
for (const { name, outcome, wall, processor } of results)
  console.log(`${outcome.padEnd(8)} ${name.padEnd(24)}${seconds(wall)}   ${seconds(processor)}`);
const sum = (/** @type {'wall' | 'processor'} */ which) => results.reduce((total, one) => total + one[which], 0);
console.log(`${'in all'.padEnd(33)}${seconds(sum('wall'))}   ${seconds(sum('processor'))}`);
if (results.some(({ outcome }) => outcome === 'not run' || outcome === 'stopped'))
  console.log('The time was up for what was not run or stopped.');
if (process.arch !== 'x64') console.log('skipped the native C tests: they are built for x86-64');
if (!hasSecondNode) console.log('skipped the tests in a second Node: .cache/node24 is not there');
process.exitCode = results.length > 0 && results.every(({ outcome }) => outcome !== 'FAILED') ? 0 : 1;
