// A DICOMweb server (PS3.18): QIDO-RS to search, WADO-RS to fetch, STOW-RS to store; each request is tried again while the server or
// the line is down.

import { setTimeout as sleep } from 'node:timers/promises';
import { joinParts, splitParts } from './multipart.js';
import { LIMITS } from '../../reader/options.js';

/** @typedef {{ study: string, series: string, instance: string }} Instance UIDs */

/** What ended a request. `code` is a row's. */
export class ServerError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const PAGE = 100;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const ANSWER_WITHIN_MS = 120_000;

/** Statuses that another try may change. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

const TAGS = { study: '0020000D', series: '0020000E', instance: '00080018' };
const FAILED_SEQUENCE = '00081198';
const FAILURE_REASON = '00081197';

/** Where an instance lies below the server's root. @param {Instance} instance */
export const pathOf = ({ study, series, instance }) => `studies/${study}/series/${series}/instances/${instance}`;

/**
 * @param {string} url its root
 * @param {{ headers: Record<string, string>, tries: number, signal: AbortSignal }} options
 */
export function dicomwebServer(url, { headers, tries, signal }) {
  const root = url.replace(/\/*$/, '/');

  /** @param {string} path @param {RequestInit} [init] @returns {Promise<Response>} that answers, with whatever status */
  async function ask(path, init = {}) {
    for (let attempt = 1; ; attempt++) {
      const within = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const answer = await fetch(root + path, {
        ...init,
        headers: { ...init.headers, ...headers },
        signal: within,
      }).catch((error) => error);
      if (answer instanceof Response && !PASSING.includes(answer.status)) return answer;
      const why = answer instanceof Response ? `status ${answer.status}` : reasonOf(answer);
      if (attempt === tries || signal.aborted)
        throw new ServerError(
          'server-down',
          `${root} gave no answer in ${attempt} ${attempt === 1 ? 'try' : 'tries'}: ${why}. Is it the root of a DICOMweb server, and does it run?`,
        );
      await sleep(pauseBefore(attempt, answer), undefined, { signal }).catch(() => {});
    }
  }

  return {
    /**
     * @param {string} modality
     * @returns {AsyncGenerator<Instance>} those that the server has, each once
     */
    async *instances(modality) {
      const seen = new Set();
      for (let offset = 0; ; offset += PAGE) {
        const query = new URLSearchParams({ Modality: modality, limit: `${PAGE}`, offset: `${offset}` });
        const answer = await ask(`instances?${query}`, { headers: { Accept: 'application/dicom+json' } });
        if (answer.status === 204) return;
        if (!answer.ok) throw refusal(root, 'a search for instances', answer.status);
        const page = await answer.json().catch(() => null);
        if (!Array.isArray(page)) throw new ServerError('bad-answer', `${root} answers a search with no DICOM JSON.`);
        const fresh = page.map(instanceOf).filter((found) => found && !seen.has(found.instance));
        for (const found of fresh) {
          seen.add(found?.instance);
          yield /** @type {Instance} */ (found);
        }
        if (page.length < PAGE || fresh.length === 0) return; // a server may not know limits and give all at once
      }
    },

    /** @param {Instance} instance @returns {Promise<Uint8Array>} its DICOM file, as it is stored */
    async film(instance) {
      const Accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
      for (let attempt = 1; ; attempt++) {
        const answer = await ask(pathOf(instance), { headers: { Accept } });
        if (!answer.ok) throw refusal(root, 'a film', answer.status);
        try {
          const [file] = splitParts(await bodyOf(answer), answer.headers.get('content-type') ?? '');
          return file;
        } catch (error) {
          if (error instanceof ServerError && error.code !== 'bad-answer') throw error;
          if (attempt === tries || signal.aborted)
            throw new ServerError('bad-answer', `${root} broke off in a film: ${reasonOf(error)}.`);
          await sleep(pauseBefore(attempt), undefined, { signal }).catch(() => {});
        }
      }
    },

    /** @param {Instance} instance @returns {Promise<object>} all that its file states but the picture, in the DICOM JSON Model */
    async metadata(instance) {
      const answer = await ask(`${pathOf(instance)}/metadata`, { headers: { Accept: 'application/dicom+json' } });
      if (!answer.ok) throw refusal(root, 'what a film states', answer.status);
      const [stated] = await answer.json().catch(() => []);
      if (!stated) throw new ServerError('bad-answer', `${root} gives no DICOM JSON of a film.`);
      return stated;
    },

    /** @param {Uint8Array[]} files DICOM files */
    async store(files) {
      const { body, type } = joinParts(files);
      const init = { method: 'POST', body, headers: { 'Content-Type': type, Accept: 'application/dicom+json' } };
      const answer = await ask('studies', init);
      const told = await answer.json().catch(() => ({}));
      const failures = told?.[FAILED_SEQUENCE]?.Value ?? [];
      const reasons = failures.map((/** @type {any} */ each) => each[FAILURE_REASON]?.Value?.[0]);
      if (!answer.ok || reasons.length > 0) {
        const why = reasons.length > 0 ? `, failure reason ${reasons.join(', ')}` : '';
        throw new ServerError('not-stored', `${root} did not store the results: status ${answer.status}${why}.`);
      }
    },
  };
}

/** @param {Record<string, { Value?: string[] }>} found @returns {Instance | null} */
function instanceOf(found) {
  const [study, series, instance] = [TAGS.study, TAGS.series, TAGS.instance].map((tag) => found?.[tag]?.Value?.[0]);
  return study && series && instance ? { study, series, instance } : null;
}

/** @param {string} root @param {string} what @param {number} status */
function refusal(root, what, status) {
  if (status === 401 || status === 403)
    return new ServerError(
      'not-allowed',
      `${root} wants to know who asks (status ${status}): set PNEUMOSCOPE_AUTHORIZATION, or give --header.`,
    );
  if (status === 404 && what === 'a film') return new ServerError('not-found', 'The server no longer has this film.');
  return new ServerError(
    'bad-answer',
    `${root} refuses ${what} with status ${status}. Is it the root of a DICOMweb server?`,
  );
}

/** @param {number} attempt @param {unknown} [answer] @returns {number} ms */
function pauseBefore(attempt, answer) {
  const asked = answer instanceof Response ? 1000 * Number(answer.headers.get('retry-after')) : 0;
  const ours = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.75 + 0.5 * Math.random());
  return Math.min(Math.max(asked || 0, ours), LONGEST_PAUSE_MS);
}

/** A body, if it is not larger than a film may be. @param {Response} answer @returns {Promise<Buffer>} */
async function bodyOf(answer) {
  const chunks = [];
  let nbytes = 0;
  for await (const chunk of /** @type {any} */ (answer.body ?? [])) {
    chunks.push(chunk);
    nbytes += chunk.length;
    if (nbytes > LIMITS.fileMib * 2 ** 20)
      throw new ServerError(
        'image-too-large',
        `The film's file has more than the ${LIMITS.fileMib} MiB that are read.`,
      );
  }
  return Buffer.concat(chunks);
}

/** @param {any} error of fetch, which hides the reason beneath */
const reasonOf = (error) => error?.cause?.code ?? error?.cause?.message ?? error?.message ?? String(error);
