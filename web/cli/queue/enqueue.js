// pneumoscope enqueue FILE|DIR...: hands films to workers.

import { resolve } from 'node:path';
import { authorization, isAddress, nameOf, remoteFilms } from './addresses.js';
import { connect, hashOf, QUEUE_HELP, QUEUE_OPTIONS } from './queue.js';
import { parse, UsageError } from '../arguments.js';
import { findFilms, LINE, listedPaths, NUL } from '../films.js';
import { ServerError } from '../http.js';
import { interruptedStatus, interruption } from '../interruption.js';
import { bytesFor, exactPaths } from '../paths.js';
import { ALL_READ, print, shown, SOME_NOT_READ } from '../status.js';
import { messageOf, shown as shownValue } from '../../reader/errors.js';

const HELP = `Usage: pneumoscope enqueue [options] FILE|DIR|ADDRESS...

Puts films into a queue for the workers (pneumoscope work). The workers must see a file under the same path. They fetch
an ADDRESS, http or https, into memory. It may be a presigned address, as S3 gives them, that stays valid until the film
is read. A film is not handed in again while the queue holds it or its result, even if its name or the signature of its
address is another.

  --dicomweb        each address is a DICOMweb study, series or instance (https://HOST/dicom-web/studies/UID) or a search
                    (https://HOST/dicom-web/instances?StudyDate=20260101). The radiographs (CR, DX) there are handed in
  --files-from FILE hand in the films and addresses that FILE names, one on each line; - means standard input
  -0                the names in FILE end with NUL
${QUEUE_HELP}Requests carry the Authorization header in the variable PNEUMOSCOPE_AUTHORIZATION of the environment, here and in the
workers.
`;

/** A film that no worker can read now is tried so often, after pauses of 1, 2, 4 ... s. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1000;
const BATCH = 100;
/** How often a server is asked for the films of a study or a search. */
const TRIES = 5;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function enqueue(argv) {
  const {
    values,
    show,
    paths: named,
  } = parse(argv, {
    dicomweb: { type: 'boolean', default: false },
    'files-from': { type: 'string' },
    zero: { type: 'boolean', short: '0', default: false },
    ...QUEUE_OPTIONS,
  });
  if (show) return shown(show, HELP);
  const list = values['files-from'];
  const paths = [
    ...exactPaths(named),
    ...(list === undefined ? [] : await listedPaths(list, values.zero ? NUL : LINE)),
  ];
  if (paths.length === 0) throw new UsageError('Name at least one film, folder or address.');
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
    for await (const job of jobsOf(paths, values.dicomweb)) {
      if (interruption.aborted) break;
      if ('trouble' in job) {
        console.error(`${job.file}: ${messageOf(job.trouble)}`);
        nfailed++;
        continue;
      }
      batch.push(job);
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
  if (interruption.aborted) return interruptedStatus();
  return nfailed === 0 && nfilms > 0 ? ALL_READ : SOME_NOT_READ;
}

/** @param {import('../paths.js').Path[]} paths @param {boolean} dicomweb
 * @returns {AsyncGenerator<ReturnType<typeof jobOf> | { file: string, trouble: Error }>} */
async function* jobsOf(paths, dicomweb) {
  for (const path of paths)
    if (typeof path === 'string' && isAddress(path)) yield* jobsElsewhere(path, dicomweb);
    else yield* jobsHere(path);
}

/** @param {string} address @param {boolean} dicomweb @returns {ReturnType<typeof jobsOf>} */
async function* jobsElsewhere(address, dicomweb) {
  try {
    for await (const remote of remoteFilms(address, dicomweb, {
      headers: authorization(),
      tries: TRIES,
      signal: interruption,
    }))
      yield jobOf(nameOf(remote), { ...remote, sha256: null });
  } catch (error) {
    if (!(error instanceof ServerError || error instanceof UsageError)) throw error;
    yield { file: shownValue(address), trouble: error };
  }
}

/** @param {import('../paths.js').Path} path @returns {ReturnType<typeof jobsOf>} */
async function* jobsHere(path) {
  for await (const film of findFilms([path])) {
    const bytes = await film.read().catch((error) => error);
    if (bytes instanceof Error) yield { file: film.file, trouble: bytes };
    else {
      const sha256 = hashOf(bytes);
      const { member } = film;
      const file = typeof film.path === 'string' ? resolve(film.path) + (member ? `/${member}` : '') : film.file;
      yield jobOf(`sha256-${sha256}`, {
        file,
        sha256,
        member,
        path: typeof film.path === 'string' ? resolve(film.path) : undefined,
        ...bytesFor(film.path),
      });
    }
  }
}

/** @param {string} jobId @param {import('./queue.js').JobData} data */
const jobOf = (jobId, data) => ({
  name: 'film',
  data,
  opts: {
    jobId,
    attempts: ATTEMPTS,
    backoff: { type: 'exponential', delay: FIRST_PAUSE_MS },
    removeOnComplete: false,
    removeOnFail: false,
  },
});
