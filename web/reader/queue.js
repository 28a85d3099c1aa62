// One thing after the other, in the order of asking.

/**
 * @returns {<T>(task: () => Promise<T>, signal?: AbortSignal) => Promise<T>} Adds a task. The signal drops a task
 *   that has not begun, and rejects with the signal's reason; a task that has begun minds the signal itself.
 */
export function serialQueue() {
  /** @type {Promise<unknown>} */
  let tail = Promise.resolve();
  return (task, signal) =>
    new Promise((resolve, reject) => {
      const drop = () => reject(signal?.reason);
      if (signal?.aborted) return drop();
      signal?.addEventListener('abort', drop, { once: true });
      tail = tail.then(async () => {
        if (!signal?.aborted) await task().then(resolve, reject);
        signal?.removeEventListener('abort', drop);
      });
    });
}
