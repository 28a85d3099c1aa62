// What a command ends with, and how it speaks.

import { UsageError } from './arguments.js';
import { messageOf } from '../reader/errors.js';

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

/** @type {Record<string, string>} */
const DISK_TROUBLE = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'The quota of this disk is used up',
  EROFS: 'This disk cannot be written to',
  EACCES: 'This user may not write there',
  EIO: 'The disk does not answer as it should',
};

/** What went wrong, and what to do about it. @param {Error & { code?: string, path?: string }} error */
export function sentenceOf(error) {
  const trouble = DISK_TROUBLE[error.code ?? ''];
  if (!trouble) return messageOf(error);
  const where = error.path ? ` (${error.path})` : '';
  return `${trouble}${where}: make room or name another place, and run it again; --resume leaves out what has rows.`;
}

/** Why the whole run did not come about. @param {Error & { code?: string }} error @returns {number} exit status */
export function explain(error) {
  console.error(`pneumoscope: ${sentenceOf(error)}`);
  if (error instanceof UsageError) console.error('pneumoscope --help tells the use.');
  if (error.code === 'bad-asset')
    console.error('The package lacks a file. In a clone, "npm run build" makes them all.');
  return COULD_NOT_START;
}
