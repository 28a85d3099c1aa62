// A DICOMweb server (PS3.18): QIDO-RS to search, WADO-RS to fetch, STOW-RS to store.

import { joinParts } from './multipart.js';
import { ask, fetchFilm, ServerError, withoutUser } from '../http.js';
import { shown } from '../../reader/errors.js';

/** @typedef {{ study: string, series: string, instance: string }} Instance UIDs */

const PAGE = 100;

/** Projection radiographs. */
export const MODALITIES = ['CR', 'DX'];

/** A film's file as the server has it, whatever its transfer syntax. */
export const AS_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*';

const JSON_ANSWER = { headers: { Accept: 'application/dicom+json' } };

const TAGS = { study: '0020000D', series: '0020000E', instance: '00080018' };
const FAILED_SEQUENCE = '00081198';
const FAILURE_REASON = '00081197';

/** Where an instance lies below the server's root. @param {Instance} instance */
export const pathOf = ({ study, series, instance }) => `studies/${study}/series/${series}/instances/${instance}`;

/**
 * @param {string} url its root
 * @param {import('../http.js').How} options
 */
export function dicomwebServer(url, options) {
  const { address, headers } = withoutUser(url);
  const root = address.replace(/\/*$/, '/');
  const how = { ...options, headers: { ...headers, ...options.headers } };

  /** Answers to a search, page by page. @param {string} path @param {URLSearchParams} query @returns {AsyncGenerator<Instance>} each once */
  async function* search(path, query) {
    const seen = new Set();
    for (let offset = 0; ; offset += PAGE) {
      const page = await searchPage(
        `${path}?${new URLSearchParams([...query, ['limit', `${PAGE}`], ['offset', `${offset}`]])}`,
      );
      const fresh = page.map(instanceOf).filter((found) => found && !seen.has(found.instance));
      for (const found of fresh) {
        seen.add(found?.instance);
        yield /** @type {Instance} */ (found);
      }
      if (page.length < PAGE || fresh.length === 0) return; // a server may not know limits and give all at once
    }
  }

  /** @param {string} path @returns {Promise<any[]>} */
  async function searchPage(path) {
    const answer = await ask(root + path, how, JSON_ANSWER);
    if (answer.status === 204) return [];
    if (!answer.ok) throw refusal(root, 'a search for instances', answer.status);
    const page = await answer.json().catch(() => null);
    if (!Array.isArray(page))
      throw new ServerError('bad-answer', `${shown(root)} answers a search with no DICOM JSON.`);
    return page;
  }

  return {
    /** The radiographs among what lies in a folder of the server, as studies/UID, or answers a query.
     * @param {string} [folder] @param {URLSearchParams} [query] @returns {AsyncGenerator<Instance>} */
    async *films(folder = '', query = new URLSearchParams()) {
      const path = `${folder ? `${folder}/` : ''}instances`;
      if (query.has('Modality') || query.has(MODALITY)) return yield* search(path, query);
      for (const modality of MODALITIES) yield* search(path, new URLSearchParams([...query, ['Modality', modality]]));
    },

    /** @param {Instance} instance @returns {Promise<Uint8Array>} its DICOM file, as it is stored */
    film: (instance) => fetchFilm(root + pathOf(instance), how, (status) => refusal(root, 'a film', status), AS_STORED),

    /** @param {Instance} instance @returns {Promise<object>} all that its file states but the picture, in the DICOM JSON Model */
    async metadata(instance) {
      const answer = await ask(`${root}${pathOf(instance)}/metadata`, how, JSON_ANSWER);
      if (!answer.ok) throw refusal(root, 'what a film states', answer.status);
      const [stated] = await answer.json().catch(() => []);
      if (!stated) throw new ServerError('bad-answer', `${shown(root)} gives no DICOM JSON of a film.`);
      return stated;
    },

    /** @param {Uint8Array[]} files DICOM files */
    async store(files) {
      const { body, type } = joinParts(files);
      const init = { method: 'POST', body, headers: { 'Content-Type': type, Accept: 'application/dicom+json' } };
      const answer = await ask(`${root}studies`, how, init);
      const told = await answer.json().catch(() => ({}));
      const failures = told?.[FAILED_SEQUENCE]?.Value ?? [];
      const reasons = failures.map((/** @type {any} */ each) => each[FAILURE_REASON]?.Value?.[0]);
      if (!answer.ok || reasons.length > 0) {
        const why = reasons.length > 0 ? `, failure reason ${reasons.join(', ')}` : '';
        throw new ServerError('not-stored', `${shown(root)} did not store the results: status ${answer.status}${why}.`);
      }
    },
  };
}

const MODALITY = '00080060';

/** @param {Record<string, { Value?: string[] }>} found @returns {Instance | null} */
function instanceOf(found) {
  const [study, series, instance] = [TAGS.study, TAGS.series, TAGS.instance].map((tag) => found?.[tag]?.Value?.[0]);
  return study && series && instance ? { study, series, instance } : null;
}

/** @param {string} root @param {string} what @param {number} status */
export function refusal(root, what, status) {
  if (status === 401 || status === 403)
    return new ServerError(
      'not-allowed',
      `${shown(root)} wants to know who asks (status ${status}): set PNEUMOSCOPE_AUTHORIZATION, or give --header.`,
    );
  if (status === 404 && what === 'a film') return new ServerError('not-found', 'The server no longer has this film.');
  return new ServerError(
    'bad-answer',
    `${shown(root)} refuses ${what} with status ${status}. Is it the root of a DICOMweb server?`,
  );
}
