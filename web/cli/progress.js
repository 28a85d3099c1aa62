// How far a run is, on a terminal: films, films a second, time left, and what came of them. Nothing in pipes.

import { clearLine, cursorTo } from 'node:readline';
import { SingleBar } from 'cli-progress';

const FORMAT = '{bar} {value}/{total} films, {rate}/s, {left} left; {answers}';

/**
 * @typedef {object} Progress
 * @property {(text: string) => void} print prints a row, above the bar where there is one
 * @property {(outcome: import('./rows.js').Outcome, total: number) => void} add counts a film that is done; `total`: that there will be
 * @property {() => void} stop
 */

/** @param {(text: string) => void} print @returns {Progress} that shows nothing */
export const noProgress = (print) => ({ print, add() {}, stop() {} });

/** Whether there is somebody to see it. @param {boolean} quiet */
export const isWatched = (quiet) =>
  !quiet && process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/** @param {(text: string) => void} print where rows go elsewhere than to the terminal @returns {Progress} */
export function progressBar(print) {
  const bar = new SingleBar({
    format: FORMAT,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    fps: 5,
    emptyOnZero: true,
  });
  const begun = performance.now();
  /** @type {Record<string, number>} */
  const counts = {};
  let ndone = 0;
  bar.start(0, 0, { rate: '0', left: '?', answers: '' });
  const above = (/** @type {string} */ text) => {
    cursorTo(process.stderr, 0);
    clearLine(process.stderr, 0);
    print(text);
    bar.render(true);
  };
  const show = (/** @type {number} */ total) => {
    const perSecond = (1000 * ndone) / Math.max(1, performance.now() - begun);
    bar.setTotal(total);
    const answers = Object.entries(counts).map(([answer, count]) => `${count} ${answer}`);
    bar.update(ndone, {
      rate: perSecond.toFixed(1),
      left: duration((total - ndone) / perSecond),
      answers: answers.join(', '),
    });
  };
  return {
    print: process.stdout.isTTY ? above : print,
    add({ findings, error }, total) {
      const answer = error ? 'not read' : `${findings?.decision}`;
      counts[answer] = (counts[answer] ?? 0) + 1;
      ndone++;
      show(Math.max(total, ndone));
    },
    stop: () => bar.stop(),
  };
}

/** @param {number} seconds */
function duration(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return '?';
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.ceil(seconds)} s`;
}
