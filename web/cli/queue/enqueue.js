// pneumoscope enqueue FILE|DIR...: hands films to workers.

import { resolve } from 'node:path';
import { connect, hashOf, QUEUE_HELP, QUEUE_OPTIONS } from './queue.js';
import { parse, UsageError } from '../arguments.js';
import { findFilms, readFilm } from '../films.js';
import { INTERRUPTED, interruption } from '../interruption.js';
import { ALL_READ, print, shown, SOME_NOT_READ } from '../status.js';

const HELP = `Usage: pneumoscope enqueue [options] FILE|DIR...

Hands films to the workers of a queue (pneumoscope work), which must see them under the same paths. A film that is in the queue, or was
read and is kept there, is not handed in again, whatever its name.

${QUEUE_HELP}`;

/** A film that no worker can read now is tried so often, after pauses of 1, 2, 4 ... s. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1000;
const BATCH = 100;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function enqueue(argv) {
  const { values, show, paths } = parse(argv, QUEUE_OPTIONS);
  if (show) return shown(show, HELP);
  if (paths.length === 0) throw new UsageError('Name at least one film or folder.');
  const { bullmq, connection, name } = await connect(values, false);
  const queue = new bullmq.Queue(name, { connection });
  let [nfilms, nfailed] = [0, 0];
  /** @type {object[]} */
  let batch = [];
  const send = async () => {
    if (batch.length > 0) await queue.addBulk(batch);
    nfilms += batch.length;
    batch = [];
  };
  try {
    for await (const { file, error } of findFilms(paths)) {
      if (interruption.aborted) break;
      const bytes = error ?? (await readFilm(file).catch((thrown) => thrown));
      if (bytes instanceof Error) {
        console.error(`${file}: ${bytes.message}`);
        nfailed++;
        continue;
      }
      batch.push(jobOf(file, hashOf(bytes)));
      if (batch.length === BATCH) await send();
    }
    await send();
    const { waiting, active, delayed, completed, failed } = await queue.getJobCounts();
    print(
      `${nfilms} films handed in; of all in the queue ${waiting + active + delayed} wait, ${completed} are read, ${failed} failed.\n`,
    );
  } finally {
    await queue.close();
    connection.disconnect();
  }
  if (interruption.aborted) return INTERRUPTED;
  return nfailed === 0 && nfilms > 0 ? ALL_READ : SOME_NOT_READ;
}

/** @param {string} file @param {string} sha256 of its bytes */
const jobOf = (file, sha256) => ({
  name: 'film',
  data: { file: resolve(file), sha256 },
  opts: {
    jobId: `sha256-${sha256}`,
    attempts: ATTEMPTS,
    backoff: { type: 'exponential', delay: FIRST_PAUSE_MS },
    removeOnComplete: false,
    removeOnFail: false,
  },
});
