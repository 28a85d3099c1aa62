// Ctrl-C, and a service's stop: what is under way is finished; a second one does not wait for it.

export const INTERRUPTED = 130;

const controller = new AbortController();

/** Aborted once the user has had enough. */
export const interruption = controller.signal;

for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(name, () => {
    if (interruption.aborted) process.exit(INTERRUPTED);
    controller.abort();
    console.error('Finishing the films that are being read.');
  });
