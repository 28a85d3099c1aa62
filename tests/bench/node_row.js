// A row that runs in a Node process of its own.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NODE, V8_FLAGS } from './places.js';

const CHILD = fileURLToPath(new URL('node_child.js', import.meta.url));

/** @param {import('./rows.js').Row} row */
export async function openNodeRow(row) {
  const child = fork(CHILD, [JSON.stringify(row)], { execPath: NODE, execArgv: V8_FLAGS });
  const died = once(child, 'exit').then(() => [{ error: 'its process ended' }]);
  const ask = async (/** @type {number} */ n) => {
    child.send(n);
    const [answer] = await Promise.race([once(child, 'message'), died]);
    if (answer.error) throw new Error(answer.error);
    return answer.runs;
  };
  const close = async () => void child.kill();
  try {
    const [{ outputs }] = await ask(1);
    return { outputs, burst: ask, close };
  } catch (error) {
    await close();
    throw error;
  }
}
