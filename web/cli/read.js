// From a film's bytes to its outcome, findings or an error: what every command does that reads films.

import { readFile } from 'node:fs/promises';
import { harmless } from '../reader/errors.js';
import { createPool } from '../reader/reader.js';
import { countsIn, tellDrift } from './drift.js';

/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {import('../reader/types.d.ts').ReadOptions} Want */
/** @typedef {import('./rows.js').Outcome} Outcome */

/** A single film gets one reader with all the threads; of several, --threads says how many are read at once.
 * @param {import('./arguments.js').How} how @param {{ viewSide?: number, single?: boolean }} [more] */
export async function openPool({ model, profile, drift, reader }, { viewSide = 0, single = false } = {}) {
  const { threads, ...wishes } = reader;
  const given = (/** @type {string | undefined} */ file) => (file === undefined ? undefined : readFile(file));
  const options = {
    ...{ ...wishes, viewSide, model: await given(model), profile: await given(profile) },
    drift: drift === undefined ? undefined : await countsIn(drift),
  };
  const pool = await createPool(single ? { ...options, threads, size: 1 } : { ...options, threads: 1, size: threads });
  if (drift !== undefined) process.on('exit', () => tellDrift(pool, drift));
  return pool;
}

/** A time limit that is noticed so much later than it was over tells that the machine was asleep. */
const ASLEEP_MS = 1000;

/**
 * @param {Pick<Reader, 'read'>} reader @param {{ file: string, bytes: Uint8Array }} film @param {Want} want
 * @param {number} timeLimit in seconds, during which the machine is awake
 * @returns {Promise<Outcome>}
 */
export async function outcomeOf(reader, { file, bytes }, want, timeLimit) {
  for (let mayHaveSlept = true; ; mayHaveSlept = false) {
    const [signal, begun] = [AbortSignal.timeout(Math.ceil(1000 * timeLimit)), performance.now()];
    try {
      return { file, findings: await reader.read(bytes, { ...want, signal }) };
    } catch (thrown) {
      const isAsleep = performance.now() - begun > 1000 * timeLimit + ASLEEP_MS;
      if (!signal.aborted) return failed(file)(thrown);
      if (!mayHaveSlept || !isAsleep) return failed(file)(tooSlow(timeLimit));
    }
  }
}

/** @param {number} seconds */
function tooSlow(seconds) {
  const message = `The film took longer than ${seconds} seconds; --time-limit allows more.`;
  return { code: 'too-slow', message };
}

/** @param {string} file @returns {(thrown: any) => { file: string, error: NonNullable<Outcome['error']> }} */
export function failed(file) {
  return ({ code = 'not-read', reason, message }) => ({
    file,
    error: { code, reason: reason ?? code, message: harmless(message) },
  });
}
