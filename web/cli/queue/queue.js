// A queue of films in Redis, kept by BullMQ. A film's job bears the hash of its bytes for a name, so that it is there once; what came
// of it stays with the job until it is collected.

import { createHash } from 'node:crypto';
import { interruption } from '../interruption.js';
import { PneumoscopeError } from '../../reader/errors.js';

export const REDIS = 'redis://127.0.0.1:6379';
const QUEUE = 'pneumoscope';

/** Of every command that speaks to the queue. @type {import('../arguments.js').Options} */
export const QUEUE_OPTIONS = {
  redis: { type: 'string' },
  queue: { type: 'string', default: QUEUE },
};

export const QUEUE_HELP = `  --redis URL       the Redis server (REDIS_URL in the environment, else ${REDIS})
  --queue NAME      of the queue in it (${QUEUE})
  --help, --version

Needs the packages bullmq and ioredis, and a Redis that keeps its data (appendonly yes, maxmemory-policy noeviction).
`;

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
  const missing = `There is no Redis at ${withoutPassword(url)}. Start it, or name another with --redis.`;
  const giveUp = () => connection.disconnect();
  if (patient) connection.once('error', () => console.error(`${missing} Waiting for it.`));
  connection.on('error', () => {}); // it comes back by itself, or the next command fails
  interruption.addEventListener('abort', giveUp);
  try {
    await connection.ping();
  } catch {
    throw new Error(missing);
  }
  interruption.removeEventListener('abort', giveUp);
  return { bullmq, connection, name: queue };
}

/** @param {string} url */
const withoutPassword = (url) => url.replace(/\/\/[^@/]*@/, '//');
