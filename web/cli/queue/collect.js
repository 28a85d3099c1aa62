// pneumoscope collect FILE: what came of a queue's films, a row each.

import { isAddress } from './addresses.js';
import { connect, QUEUE_HELP, QUEUE_OPTIONS } from './queue.js';
import { parse, UsageError } from '../arguments.js';
import { interruptedStatus, interruption } from '../interruption.js';
import { openLines } from '../json-lines.js';
import { objectRow } from '../rows.js';
import { ALL_READ, print, shown } from '../status.js';

const HELP = `Usage: pneumoscope collect [options] FILE

Adds one JSON line to FILE for each film of the queue that was read or given up. The line is what pneumoscope --json prints,
and the sha256 of the film's bytes. A film that has a line in FILE gets no second line.

  --remove          remove films from Redis when their lines are on the disk. If you hand in such a film again, it is
                    read again
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
  const seen = new Set(lines.objects.map(keyOf));
  let nadded = 0;
  try {
    for (const state of ['completed', 'failed'])
      for (let first = 0, jobs; (jobs = await queue.getJobs([state], first, first + PAGE - 1, true)).length > 0;) {
        if (interruption.aborted) return interruptedStatus();
        const rows = jobs.map(rowOf).filter((/** @type {Keyed} */ row) => !seen.has(keyOf(row)));
        for (const row of rows) seen.add(keyOf(row));
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

/** @typedef {{ file: string, sha256: string | null }} Keyed */

/** A film is there once: by its bytes or, where it lies elsewhere, by its address. @param {Keyed} row */
const keyOf = ({ file, sha256 }) => (isAddress(file) ? file : sha256);

/** @param {{ data: import('./queue.js').JobData, returnvalue: any, failedReason?: string }} job @returns {Keyed} */
function rowOf({ data: { file, fileBytes, sha256 }, returnvalue, failedReason }) {
  if (returnvalue) return { sha256, ...returnvalue };
  const [, message, code, reason] = /^(.*?)(?: \[([\w-]+)(?: ([\w-]+))?\])?$/s.exec(failedReason ?? '') ?? [];
  const error = { code: code ?? 'not-read', reason: reason ?? code ?? 'not-read', message };
  return { ...objectRow({ file, error }, null), file, ...(fileBytes ? { fileBytes } : {}), sha256 };
}
