// pneumoscope work: reads the films of a queue until it is told to stop. Any number of workers share one queue; what a dead one held,
// another takes over.

import { setTimeout as sleep } from 'node:timers/promises';
import { connect, hashOf, QUEUE_HELP, QUEUE_OPTIONS } from './queue.js';
import { howToRead, parse, READER_HELP, READER_OPTIONS } from '../arguments.js';
import { fetchRemote } from './addresses.js';
import { readFilm, readMember } from '../films.js';
import { interruptedStatus, interruption } from '../interruption.js';
import { failed, openPool, outcomeOf } from '../read.js';
import { objectRow } from '../rows.js';
import { ALL_READ, shown } from '../status.js';

const HELP = `Usage: pneumoscope work [options]

Reads the films of a queue, as many at once as --threads says, until Ctrl-C or SIGTERM. It then finishes the films that it
is reading.

  --until-empty     end when no film waits, none is being read and none will be tried again
${READER_HELP.replace(/ {2}--help.*\n/, '')}${QUEUE_HELP}`;

/** A worker that does not renew its hold on a film for so long is dead, and the film another's. */
const HOLD_MS = 15_000;
/** A film that so many workers died of is a dead letter. */
const DEATHS = 3;
const LOOK_EVERY_MS = 500;

/** What is wrong with a film will be wrong the next time. Everything else is tried again. */
const FINAL = [
  'bad-argument',
  'bad-image',
  'unsupported-image',
  'image-too-large',
  'not-found',
  'not-allowed',
  'not-trusted',
];

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function work(argv) {
  const { values, show } = parse(argv, {
    'until-empty': { type: 'boolean', default: false },
    ...QUEUE_OPTIONS,
    ...READER_OPTIONS,
  });
  if (show) return shown(show, HELP);
  const how = howToRead(values);
  const { bullmq, connection, name } = await connect(values, true);
  const pool = await openPool(how);
  const read = async (/** @type {{ data: import('./queue.js').JobData }} */ { data }) => {
    const { file, fileBytes } = data;
    const bytes = await bytesOf(data).catch(failed(file));
    if (!(bytes instanceof Uint8Array)) throw thrownFor(bytes.error);
    const sha256 = hashOf(bytes);
    if (data.sha256 !== null && sha256 !== data.sha256)
      throw new bullmq.UnrecoverableError('The file is no longer the one that was handed in. [changed]');
    const outcome = await outcomeOf(pool, { file, bytes }, { readAnyway: how.readAnyway }, how.timeLimit);
    if (outcome.error) throw thrownFor(outcome.error);
    return { ...objectRow(outcome, pool), ...(fileBytes ? { fileBytes } : {}), sha256 };
  };
  /** @param {NonNullable<import('../rows.js').Outcome['error']>} error */
  const thrownFor = ({ code, reason, message }) => {
    const sentence = `${message} [${code} ${reason}]`;
    return FINAL.includes(code) ? new bullmq.UnrecoverableError(sentence) : new Error(sentence);
  };
  const worker = new bullmq.Worker(name, read, {
    connection,
    concurrency: pool.size,
    lockDuration: HOLD_MS,
    stalledInterval: HOLD_MS / 2,
    maxStalledCount: DEATHS,
  });
  worker.on('error', () => {}); // the connection comes back by itself
  const queue = new bullmq.Queue(name, { connection });
  queue.on('error', () => {});
  try {
    while (!interruption.aborted && !(values['until-empty'] && (await isEmpty(queue))))
      await sleep(LOOK_EVERY_MS, undefined, { signal: interruption }).catch(() => {});
    await worker.close();
  } finally {
    pool.close();
    await queue.close();
    connection.disconnect();
  }
  return interruption.aborted ? interruptedStatus() : ALL_READ;
}

/** @param {import('./queue.js').JobData} data @returns {Promise<Uint8Array>} */
async function bytesOf({ file, address, dicomweb = false, path = file, fileBytes, member }) {
  if (address) return fetchRemote({ file, address, dicomweb });
  const place = fileBytes ? Buffer.from(fileBytes, 'base64') : path;
  return member ? readMember(place, member) : readFilm(place);
}

/** @param {any} queue */
async function isEmpty(queue) {
  const { waiting, active, delayed, prioritized } = await queue.getJobCounts();
  return waiting + active + delayed + prioritized === 0;
}
