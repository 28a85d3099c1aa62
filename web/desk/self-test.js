// Before the first answer the reader reads a built-in film, on the very path that all films take, and its answer is held
// against the one that build.js had from the engine's oracle: other code, on another machine. A reader that differs gives
// no answers. One that uses relaxed SIMD or threads is first replaced by the plainest one, which may do.

import { PneumoscopeError } from '../reader/errors.js';
import { listedModel } from '../reader/models.js';
import { fetchSibling } from './sibling.js';

/** @typedef {typeof import('../reader/types.d.ts').createReader} CreateReader */
/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {{ passed: boolean, logit: number, expected: number, replaced: boolean }} Outcome the log-odds that were read
 * and that should have been; whether it was the plainest reader's turn */

/** Differences in the log-odds that rounding explains: float32 sums differ with their order, integers never. */
const TOLERANCES = { f32: 1e-3, int8: 0 };

const FAILED =
  'The engine read its built-in film and did not get the answer it should. Until it does, no film is read on this device.';

/**
 * @param {CreateReader} createReader
 * @param {(outcome: Outcome) => void} [onOutcome]
 * @returns {(options?: import('../reader/types.d.ts').ReaderOptions) => Promise<Reader>} whose readers have passed; it rejects
 *   with 'self-test-failed' too. A model that is not the package's own has no answer to be held against.
 */
export const tested =
  (createReader, onOutcome = () => {}) =>
  async (options = {}) => {
    if (options.model !== undefined) return createReader(options);
    const film = fetchSibling(__SELF_TEST__, options.assets);
    film.catch(() => {}); // it is awaited below, once the reader is there
    for (const replaced of [false, true]) {
      const reader = await createReader(replaced ? { ...options, variant: 'simd', threads: 1 } : options);
      const outcome = { ...(await test(reader, await film)), replaced };
      onOutcome(outcome);
      if (outcome.passed) return reader;
      reader.close();
    }
    throw new PneumoscopeError('self-test-failed', FAILED);
  };

/** @param {Reader} reader @param {Blob} film */
async function test(reader, film) {
  const findings = await reader.read(film);
  const { engine, logit } = findings;
  const expected = listedModel(findings)?.logit ?? NaN;
  return { passed: Math.abs(logit - expected) <= TOLERANCES[engine.precision], logit, expected };
}
