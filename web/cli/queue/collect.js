// pneumoscope collect FILE: what came of a queue's films, a row each.

import { connect, QUEUE_HELP, QUEUE_OPTIONS } from './queue.js';
import { parse, UsageError } from '../arguments.js';
import { INTERRUPTED, interruption } from '../interruption.js';
import { openLines } from '../json-lines.js';
import { objectRow } from '../rows.js';
import { ALL_READ, print, shown } from '../status.js';

const HELP = `Usage: pneumoscope collect [options] FILE

Adds to FILE a JSON line for each film of a queue that was read or given up, as pneumoscope --json prints it, with the sha256 of the film's
bytes besides. A film that FILE has a line of gets no second one.

  --remove          take films out of Redis once their lines are on the disk. Handed in again, they are read again
${QUEUE_HELP}`;

const PAGE = 500;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function collect(argv) {
  const { values, show, paths } = parse(argv, { remove: { type: 'boolean', default: false }, ...QUEUE_OPTIONS });
  if (show) return shown(show, HELP);
  if (paths.length !== 1) throw new UsageError('Name the one file that the rows go to.');
  const { bullmq, connection, name } = await connect(values, false);
  const queue = new bullmq.Queue(name, { connection });
  const lines = await openLines(paths[0]);
  const seen = new Set(lines.objects.map(({ sha256 }) => sha256));
  let nadded = 0;
  try {
    for (const state of ['completed', 'failed'])
      for (let first = 0, jobs; (jobs = await queue.getJobs([state], first, first + PAGE - 1, true)).length > 0;) {
        if (interruption.aborted) return INTERRUPTED;
        const rows = jobs.map(rowOf).filter((/** @type {{ sha256: string }} */ { sha256 }) => !seen.has(sha256));
        for (const { sha256 } of rows) seen.add(sha256);
        if (rows.length > 0) await lines.add(...rows);
        nadded += rows.length;
        if (values.remove) for (const job of jobs) await job.remove();
        else first += PAGE;
      }
    print(`${nadded} rows added to ${paths[0]}, which has ${seen.size}.\n`);
  } finally {
    await lines.close();
    await queue.close();
    connection.disconnect();
  }
  return ALL_READ;
}

/** @param {{ data: { file: string, sha256: string }, returnvalue: any, failedReason?: string }} job @returns {{ sha256: string }} */
function rowOf({ data: { file, sha256 }, returnvalue, failedReason }) {
  if (returnvalue) return { ...returnvalue, sha256 };
  const [, message, code] = /^(.*?)(?: \[([\w-]+)\])?$/s.exec(failedReason ?? '') ?? [];
  return { ...objectRow({ file, error: { code: code ?? 'not-read', message } }, null), sha256 };
}
