// What a command ends with, and how it speaks.

import { UsageError } from './arguments.js';

export const ALL_READ = 0;
export const SOME_NOT_READ = 1;
export const COULD_NOT_START = 2;

/** @param {string} text @returns {number} */
export function print(text) {
  process.stdout.write(text);
  return ALL_READ;
}

/** @param {'help' | 'version'} what @param {string} help */
export const shown = (what, help) => print(what === 'help' ? help : `${__VERSION__}\n`);

/** Why the whole run did not come about. @param {Error & { code?: string }} error @returns {number} exit status */
export function explain(error) {
  console.error(`pneumoscope: ${error.message}`);
  if (error instanceof UsageError) console.error('pneumoscope --help tells the use.');
  if (error.code === 'bad-asset')
    console.error('The package lacks a file. In a clone, "npm run build" makes them all.');
  return COULD_NOT_START;
}
