// Ctrl-C, and a service's stop: what is under way is finished; a second one does not wait for it.

/** What a shell says of a program that a signal ended: 128 and the signal's number. */
const STATUS = { SIGINT: 130, SIGTERM: 143 };

const controller = new AbortController();
let status = STATUS.SIGINT;

/** Aborted once the user has had enough. */
export const interruption = controller.signal;

/** The exit status of a run that was interrupted. */
export const interruptedStatus = () => status;

for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(name, () => {
    status = STATUS[name];
    if (interruption.aborted) process.exit(status);
    controller.abort();
    console.error('Finishing the films that are being read.');
  });
