// Requests to other people's servers: tried again while the server or the line is down, never larger than a film, and told in
// sentences without a secret.

import { setTimeout as sleep } from 'node:timers/promises';
import { splitParts } from './dicomweb/multipart.js';
import { harmless, shown } from '../reader/errors.js';
import { LIMITS } from '../reader/options.js';

/** What ended a request. `code` is a row's. */
export class ServerError extends Error {
  /** @param {string} code @param {string} message @param {string} [reason] */
  constructor(code, message, reason = code) {
    super(harmless(message));
    this.code = code;
    this.reason = reason;
  }
}

/** @typedef {{ headers?: Record<string, string>, tries: number, signal?: AbortSignal }} How */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const ANSWER_WITHIN_MS = 120_000;
const MOST_BYTES = LIMITS.fileMib * 2 ** 20;

/** Statuses that another try may change. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

/** A certificate that nobody vouches for stays so, however often it is asked for. */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/;

/**
 * An address, and the headers for the user and the password that stand in it: fetch takes no address with them.
 * @param {string} address @returns {{ address: string, headers: Record<string, string> }}
 */
export function withoutUser(address) {
  const url = new URL(address);
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  [url.username, url.password] = ['', ''];
  return {
    address: url.href,
    headers: user === ':' ? {} : { Authorization: `Basic ${Buffer.from(user).toString('base64')}` },
  };
}

/**
 * @param {string} address @param {How} how @param {RequestInit} [init]
 * @returns {Promise<Response>} that answers, with whatever status. Rejects with a ServerError.
 */
export async function ask(address, { headers = {}, tries, signal }, init = {}) {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(address, {
      ...init,
      headers: { ...init.headers, ...headers },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((error) => error);
    if (answer instanceof Response && !PASSING.includes(answer.status)) return answer;
    const why = answer instanceof Response ? `status ${answer.status}` : reasonOf(answer);
    if (UNTRUSTED.test(why)) throw untrusted(address, why);
    if (attempt >= tries || signal?.aborted) throw down(address, attempt, why);
    await pause(attempt, signal, answer);
  }
}

/**
 * A film's bytes: the answer's body, or the first part of one in parts. One that breaks off is asked for again.
 * @param {string} address @param {How} how @param {(status: number) => ServerError} refusal of another status than 2xx @param {string} [accept]
 * @returns {Promise<Uint8Array>} Rejects with a ServerError.
 */
export async function fetchFilm(address, how, refusal, accept = '*/*') {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(address, how, { headers: { Accept: accept } });
    if (!answer.ok) throw refusal(answer.status);
    try {
      return splitParts(await bodyOf(answer), answer.headers.get('content-type') ?? '')[0];
    } catch (error) {
      if (error instanceof ServerError) throw error;
      if (attempt >= how.tries || how.signal?.aborted)
        throw new ServerError('bad-answer', `${shown(address)} broke off in a film: ${reasonOf(error)}.`, 'incomplete');
      await pause(attempt, how.signal);
    }
  }
}

/** @param {string} address @param {string} why */
function untrusted(address, why) {
  const message = `This machine does not trust the certificate of ${shown(address)} (${why}). Name the file of the authority that signed it, in PEM, in the environment as NODE_EXTRA_CA_CERTS.`;
  return new ServerError('not-trusted', message);
}

/** @param {string} address @param {number} attempts @param {string} why */
function down(address, attempts, why) {
  const times = `${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
  return new ServerError(
    'server-down',
    `${shown(address)} gave no answer in ${times}: ${why}. Is it the right address, and does the server run?`,
  );
}

/** @param {number} attempt @param {AbortSignal} [signal] ends it @param {unknown} [answer] which may ask for a longer one */
async function pause(attempt, signal, answer) {
  const asked = answer instanceof Response ? 1000 * Number(answer.headers.get('retry-after')) : 0;
  const ours = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.75 + 0.5 * Math.random());
  await sleep(Math.min(Math.max(asked || 0, ours), LONGEST_PAUSE_MS), undefined, { signal }).catch(() => {});
}

/** @param {Response} answer @returns {Promise<Buffer>} */
async function bodyOf(answer) {
  const chunks = [];
  let nbytes = 0;
  for await (const chunk of /** @type {any} */ (answer.body ?? [])) {
    chunks.push(chunk);
    nbytes += chunk.length;
    if (nbytes > MOST_BYTES)
      throw new ServerError(
        'image-too-large',
        `The film's file has more than the ${LIMITS.fileMib} MiB that are read.`,
        'too-large',
      );
  }
  return Buffer.concat(chunks);
}

/** @param {any} error of fetch, which hides the reason beneath */
const reasonOf = (error) => error?.cause?.code ?? error?.cause?.message ?? error?.message ?? String(error);
