// pneumoscope dicomweb URL: reads the films of a DICOMweb server that were not read before, and sends results back if asked.

import { setTimeout as sleep } from 'node:timers/promises';
import { dicomwebServer, MODALITIES, pathOf } from './server.js';
import { ServerError } from '../http.js';
import { howToRead, parse, READER_HELP, READER_OPTIONS, seconds, UsageError } from '../arguments.js';
import { interruptedStatus, interruption } from '../interruption.js';
import { openLines } from '../json-lines.js';
import { failed, openPool, outcomeOf } from '../read.js';
import { HEADING, jsonRow, objectRow, textRow } from '../rows.js';
import { ALL_READ, print, shown, SOME_NOT_READ } from '../status.js';
import { authorization } from '../queue/addresses.js';
import { shown as shownValue } from '../../reader/errors.js';
import { sourceOf, toSecondaryCapture, toStructuredReport } from '../../results/dicom.js';

/** @typedef {import('./server.js').Instance} Instance */
/** @typedef {import('../rows.js').Outcome} Outcome */

const STATE = 'pneumoscope-dicomweb.ndjson';
const TRIES = 8;

const HELP = `Usage: pneumoscope dicomweb [options] URL

Reads the radiographs (${MODALITIES.join(', ')}) of a DICOMweb server, each once, and prints one row for each film. URL is the server's root
for QIDO-RS, WADO-RS and STOW-RS, such as http://127.0.0.1:8042/dicom-web.

  --state FILE      keep a JSON line in FILE for each film that was read (${STATE}). It also says whether
                    the results were stored. A film that has a line is not read again
  --store           send a Structured Report and a Secondary Capture back. They name the film and its patient as the film's
                    file does. Nothing is sent if the file says that the film is no frontal chest film. Needs the
                    package dcmjs
  --every N         look for new films every N seconds; without this option, look once
  --header 'NAME: VALUE'
                    send this header with each request; may be given several times. Other users of this machine can
                    read the command line: put the Authorization header into PNEUMOSCOPE_AUTHORIZATION in the
                    environment
  --tries N         make a request at most N times (${TRIES}) if the server does not answer, with pauses that grow to 30 s
  --json            print the rows as pneumoscope --json does
${READER_HELP}
Exit status: as that of pneumoscope; it is also 1 if the server could not be reached.
`;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function dicomweb(argv) {
  const { values, show, paths } = parse(argv, {
    state: { type: 'string', default: STATE },
    store: { type: 'boolean', default: false },
    every: { type: 'string' },
    header: { type: 'string', multiple: true, default: [] },
    tries: { type: 'string', default: `${TRIES}` },
    json: { type: 'boolean', default: false },
    ...READER_OPTIONS,
  });
  if (show) return shown(show, HELP);
  if (paths.length !== 1 || !/^https?:\/\//.test(paths[0]))
    throw new UsageError('Name the root of one DICOMweb server, as http://127.0.0.1:8042/dicom-web.');
  if (!/^[1-9]\d{0,5}$/.test(values.tries))
    throw new UsageError(`--tries must be a whole number from 1, not "${shownValue(values.tries)}".`);
  const server = dicomwebServer(paths[0], {
    headers: headersOf(values.header),
    tries: Number(values.tries),
    signal: interruption,
  });
  const every = values.every === undefined ? null : seconds('--every', values.every);
  const how = howToRead(values);
  const pool = await openPool(how, { viewSide: values.store ? 1024 : 0 });
  const state = await openLines(values.state);
  const done = new Set(state.objects.map(({ instance }) => instance));
  if (!values.json) print(`${HEADING}\n`);
  let status = ALL_READ;
  try {
    do {
      const round = {
        server,
        pool,
        state,
        done,
        store: values.store,
        timeLimit: how.timeLimit,
        readAnyway: how.readAnyway,
      };
      for await (const outcome of readNew(round)) {
        print(`${values.json ? jsonRow(outcome, pool) : textRow(outcome)}\n`);
        if (outcome.error) status = SOME_NOT_READ;
      }
    } while (!interruption.aborted && every !== null && (await waited(every)));
    return interruption.aborted ? interruptedStatus() : status;
  } finally {
    pool.close();
    await state.close();
  }
}

/**
 * What the server has and `done` has not. A server that cannot be searched is a row too: the next round may find it back.
 * @param {{ server: ReturnType<typeof dicomwebServer>, pool: import('../../reader/types.d.ts').Pool,
 *   state: Awaited<ReturnType<typeof openLines>>, done: Set<string>, store: boolean, timeLimit: number, readAnyway: boolean }} round
 * @returns {AsyncGenerator<Outcome>}
 */
async function* readNew({ server, pool, state, done, store, timeLimit, readAnyway }) {
  const readOne = async (
    /** @type {Instance | ServerError} */ found,
    /** @type {import('../../reader/types.d.ts').Reader} */ reader,
  ) => {
    if (found instanceof ServerError) return failed('')(found);
    const file = pathOf(found);
    try {
      const bytes = await server.film(found);
      const outcome = await outcomeOf(reader, { file, bytes }, { view: store, heatmap: store, readAnyway }, timeLimit);
      const stored = store && outcome.findings !== undefined && isChestFilm(outcome.findings);
      if (stored && outcome.findings)
        await server.store(await resultsOf(outcome.findings, await server.metadata(found)));
      await state.add({ ...found, stored, row: objectRow(outcome, pool) });
      return outcome;
    } catch (thrown) {
      const outcome = failed(file)(thrown); // of the server, not of the film: the next run tries again,
      if (outcome.error.code === 'server-down') done.delete(found.instance); // and so does the next round
      return outcome;
    }
  };
  yield* pool.inOrder(newInstances(server, done), readOne);
}

/** @param {ReturnType<typeof dicomwebServer>} server @param {Set<string>} done @returns {AsyncGenerator<Instance | ServerError>} */
async function* newInstances(server, done) {
  try {
    for await (const found of server.films()) {
      if (interruption.aborted) return;
      if (done.has(found.instance)) continue;
      done.add(found.instance);
      yield found;
    }
  } catch (thrown) {
    if (!(thrown instanceof ServerError)) throw thrown;
    yield thrown;
  }
}

/** What a film's file may say that makes a result about its chest wrong. @type {readonly string[]} */
const NO_CHEST_FILM = ['view', 'body-part', 'modality', 'for-processing'];

/** @param {import('../../reader/types.d.ts').Findings} findings */
const isChestFilm = ({ scope }) =>
  ![...scope.reasons, ...(scope.overruled ?? [])].some((reason) => NO_CHEST_FILM.includes(reason));

/** @param {import('../../reader/types.d.ts').Findings} findings @param {object} stated of the film */
async function resultsOf(findings, stated) {
  const source = await sourceOf(stated);
  return [await toStructuredReport(findings, { source }), await toSecondaryCapture(findings, { source })];
}

/** @param {string[]} lines @returns {Record<string, string>} */
function headersOf(lines) {
  const headers = lines.map((line) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (!name) throw new UsageError(`--header must be 'NAME: VALUE', not "${shownValue(line)}".`);
    return [name, value];
  });
  return { ...authorization(), ...Object.fromEntries(headers) };
}

/** @param {number} seconds @returns {Promise<boolean>} false where the user has had enough */
const waited = (seconds) => sleep(1000 * seconds, true, { signal: interruption }).catch(() => false);
