// Films that lie elsewhere: addresses of files, presigned ones among them, and studies or searches of DICOMweb servers. Workers fetch
// them; what stands in the queue is the address.

import { createHash } from 'node:crypto';
import { AS_STORED, dicomwebServer, pathOf } from '../dicomweb/server.js';
import { fetchFilm, ServerError, withoutUser } from '../http.js';
import { UsageError } from '../arguments.js';
import { shown } from '../../reader/errors.js';

/** @typedef {{ file: string, address: string, dicomweb: boolean }} Remote `file`: the address without what signs it, as rows name it */

/** What signs an address for a time: another signature is the same film. S3 and its like, Google, Azure, CloudFront. */
const SIGNATURE =
  /^(X-Amz-.*|X-Goog-.*|AWSAccessKeyId|GoogleAccessId|Signature|Expires|Key-Pair-Id|Policy|s[a-z]|s[a-z]{2}|token|access_token)$/i;

/** What lies below a DICOMweb server's root. */
const RESOURCE = /^(.*?)\/((?:studies\/[\d.]+(?:\/series\/[\d.]+(?:\/instances\/[\d.]+)?)?)|studies|series|instances)$/;

const TRIES = 3;

/** @param {string} text */
export const isAddress = (text) => /^https?:\/\//i.test(text);

/** @param {string} address @returns {Remote} @throws {UsageError} */
function remoteFile(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url) throw new UsageError(`"${shown(address)}" is not an address.`);
  if (url.username || url.password)
    throw new UsageError(
      `${shown(address)} names a user or a password, which would stand in the queue. Give the workers PNEUMOSCOPE_AUTHORIZATION in their environment instead.`,
    );
  url.hash = '';
  const signed = url.href;
  for (const name of [...url.searchParams.keys()]) if (SIGNATURE.test(name)) url.searchParams.delete(name);
  return { file: url.href, address: signed, dicomweb: false };
}

/** The films that an address of a DICOMweb server stands for: a study, a series, an instance, or a search.
 * @param {string} text as https://host/dicom-web/studies/UID or .../instances?PatientID=1 @param {import('../http.js').How} how
 * @returns {AsyncGenerator<Remote>} */
async function* remoteStudy(text, how) {
  const url = new URL(withoutUser(text).address);
  const [, root, resource] = RESOURCE.exec(url.origin + url.pathname) ?? [];
  if (!resource)
    throw new UsageError(
      `${shown(text)} is no study, series, instance or search of a DICOMweb server, as https://HOST/dicom-web/studies/UID or https://HOST/dicom-web/instances?StudyDate=20260101.`,
    );
  const server = dicomwebServer(root, how);
  const remote = (/** @type {string} */ path) => ({
    file: `${root}/${path}`,
    address: `${root}/${path}`,
    dicomweb: true,
  });
  if (resource.includes('/instances/')) return yield remote(resource);
  const folder = resource.includes('/') ? resource : '';
  for await (const instance of server.films(folder, url.searchParams)) yield remote(pathOf(instance));
}

/** @param {string} address @param {boolean} dicomweb @param {import('../http.js').How} how @returns {AsyncGenerator<Remote>} */
export async function* remoteFilms(address, dicomweb, how) {
  if (dicomweb) yield* remoteStudy(address, how);
  else yield remoteFile(address);
}

/** A film's name in the queue: its address, however it is signed. @param {Remote} remote */
export const nameOf = ({ file }) => `address-${createHash('sha256').update(file).digest('hex')}`;

/** Fetched into memory and nowhere else. @param {Remote} remote @returns {Promise<Uint8Array>} Rejects with a ServerError. */
export const fetchRemote = ({ file, address, dicomweb }) =>
  fetchFilm(
    address,
    { headers: authorization(), tries: TRIES },
    (status) => refusal(file, status),
    dicomweb ? AS_STORED : '*/*',
  );

/** Never in an argument, which others on the machine can read. @returns {Record<string, string>} */
export function authorization() {
  const value = process.env.PNEUMOSCOPE_AUTHORIZATION;
  return value ? { Authorization: value } : {};
}

/** @param {string} file @param {number} status */
function refusal(file, status) {
  if (status === 404 || status === 410)
    return new ServerError('not-found', `${shown(file)} is not there (status ${status}).`);
  if (status === 401 || status === 403)
    return new ServerError(
      'not-allowed',
      `${shown(file)} may not be fetched (status ${status}): sign the address anew, or set PNEUMOSCOPE_AUTHORIZATION for the workers.`,
    );
  return new ServerError('bad-answer', `${shown(file)} is answered with status ${status}.`);
}
