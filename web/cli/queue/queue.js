// A queue of films in Redis, kept by BullMQ. A film's job bears the hash of its bytes for a name, so that it is there once; what came
// of it stays with the job until it is collected.

import { createHash } from 'node:crypto';
import { interruption } from '../interruption.js';
import { PneumoscopeError, shown } from '../../reader/errors.js';

export const REDIS = 'redis://127.0.0.1:6379';
const QUEUE = 'pneumoscope';

/** Of every command that speaks to the queue. @type {import('../arguments.js').Options} */
export const QUEUE_OPTIONS = {
  redis: { type: 'string' },
  queue: { type: 'string', default: QUEUE },
};

export const QUEUE_HELP = `  --redis URL       the Redis server (REDIS_URL in the environment, else ${REDIS})
  --queue NAME      name of the queue on that server (${QUEUE})
  --help, --version

Needs the packages bullmq and ioredis, and a Redis that keeps its data (appendonly yes, maxmemory-policy noeviction).
`;

/**
 * A film in the queue: a file here, of which the hash is known, perhaps in an archive; or one elsewhere.
 * @typedef {object} JobData
 * @property {string} file as rows name it
 * @property {string | null} sha256 of its bytes
 * @property {string} [path] of the file, or of the archive
 * @property {string} [fileBytes] the same in base64, where a text cannot carry it
 * @property {string} [member] its name in the archive
 * @property {string} [address]
 * @property {boolean} [dicomweb] whether the address is a DICOMweb server's
 */

/** @param {Uint8Array} bytes */
export const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * @param {Record<string, any>} values of QUEUE_OPTIONS
 * @param {boolean} patient whether to wait for a server that is not there: a worker does
 * @returns {Promise<{ bullmq: any, connection: any, name: string }>}
 * @throws PneumoscopeError `missing-package`, or Error where there is no Redis
 */
export async function connect({ redis, queue }, patient) {
  const url = redis ?? process.env.REDIS_URL ?? REDIS;
  const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]).catch(() => {
    throw new PneumoscopeError(
      'missing-package',
      'The queue is kept by BullMQ, which is not there: npm install bullmq ioredis.',
    );
  });
  const connection = new ioredis.Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (tries) => (patient || tries < 5 ? Math.min(250 * tries, 5000) : null),
  });
  const missing = `There is no Redis at ${shown(url)}. Start it, or name another with --redis.`;
  const giveUp = () => connection.disconnect();
  if (patient) connection.once('error', (error) => isRefusal(error) || console.error(`${missing} Waiting for it.`));
  /** @type {Promise<never>} */
  const refused = new Promise((_, reject) => connection.on('error', (error) => isRefusal(error) && reject(error))); // others pass
  interruption.addEventListener('abort', giveUp);
  try {
    await Promise.race([connection.ping(), refused]);
  } catch (error) {
    giveUp();
    throw new Error(isRefusal(error) ? refusal(url, /** @type {Error} */ (error)) : missing);
  }
  interruption.removeEventListener('abort', giveUp);
  return { bullmq, connection, name: queue };
}

/** Redis says these of a client that it does not let in; no waiting changes that. @param {any} error */
const isRefusal = (error) =>
  /^(NOAUTH|WRONGPASS|NOPERM|DENIED)\b|invalid (username-)?password|without any password/i.test(`${error?.message}`);

/** @param {string} url @param {Error} error */
function refusal(url, { message }) {
  const how = "Write ':PASSWORD@' before the host in --redis or in REDIS_URL";
  if (/^NOAUTH/.test(message)) return `The Redis at ${shown(url)} wants a password. ${how}.`;
  if (/^(NOPERM|DENIED)/.test(message)) return `The Redis at ${shown(url)} does not allow this: ${message}.`;
  return `The Redis at ${shown(url)} refuses the password. ${how}.`;
}
