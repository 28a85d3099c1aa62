// How far a long reading is, on one line of a terminal.

/** Lines a second that a terminal, also a distant one, follows. */
const EVERY_MS = 200;

/** @param {number} total films @param {number} done those that need not be read @param {NodeJS.WriteStream} [to] */
export function progress(total, done, to = process.stderr) {
  if (!to.isTTY) return { add: () => {}, end: () => {} };
  const [begun, before] = [performance.now(), done];
  let shown = 0;
  return {
    add() {
      done++;
      const now = performance.now();
      if (now - shown < EVERY_MS && done < total) return;
      shown = now;
      const left = ((now - begun) / (done - before)) * (total - done);
      to.write(`\r\u001b[K${done} of ${total} films (${Math.floor((100 * done) / total)} %), ${inWords(left)} left`);
    },
    end: () => to.write('\r\u001b[K'),
  };
}

/** @param {number} ms */
function inWords(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
