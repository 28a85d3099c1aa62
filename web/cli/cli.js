#!/usr/bin/env node
// pneumoscope: films to findings, by command. What is no command's name is a film or a folder.

import { dicomweb } from './dicomweb/command.js';
import { readFilms } from './films-command.js';
import { collect } from './queue/collect.js';
import { enqueue } from './queue/enqueue.js';
import { work } from './queue/work.js';
import { ALL_READ, explain, SOME_NOT_READ } from './status.js';

/** @type {Record<string, (argv: string[]) => Promise<number>>} */
const COMMANDS = { dicomweb, enqueue, work, collect };

process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? ALL_READ : SOME_NOT_READ));
const [name, ...rest] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : null;
process.exitCode = await (command ? command(rest) : readFilms(process.argv.slice(2))).catch(explain);
