#!/usr/bin/env node
// pneumoscope: films to findings, by command. What is no command's name is a film or a folder.

import { dicomweb } from './dicomweb/command.js';
import { readFilms } from './films-command.js';
import { collect } from './queue/collect.js';
import { enqueue } from './queue/enqueue.js';
import { work } from './queue/work.js';
import { ALL_READ, COULD_NOT_START, explain } from './status.js';
import { validate } from './validate/command.js';

/** @type {Record<string, (argv: string[]) => Promise<number>>} */
const COMMANDS = { dicomweb, enqueue, work, collect, validate };

process.stdout.on('error', (error) => {
  if (/** @type {any} */ (error).code === 'EPIPE') process.exit(ALL_READ); // whoever reads has had enough
  explain(error);
  process.exit(COULD_NOT_START);
});
const [name, ...rest] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : null;
process.exitCode = await (command ? command(rest) : readFilms(process.argv.slice(2))).catch(explain);
