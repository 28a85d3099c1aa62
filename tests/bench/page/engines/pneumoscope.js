// Ours, as the package offers it. It times the network itself, in its worker, heatmap and decision included.

import { createReader } from '../../../../dist/reader.js';
import { timed } from '../pixels.js';

/** @param {import('../page.js').Wish} wish @param {string} filmUrl */
export async function start({ precision, threads, variant }, filmUrl) {
  const [reader, film] = await Promise.all([
    createReader({ assets: '/dist/', precision, threads, variant, viewSide: 0 }),
    fetch(filmUrl).then((response) => response.arrayBuffer()),
  ]);
  const run = async () => {
    const { timing, logit } = await reader.read(film);
    return { ms: timing.infer, outputs: [logit] };
  };
  const whole = async (/** @type {Blob} */ file) => [(await reader.read(file)).logit];
  return { run, whole: (file) => timed(() => whole(file)) };
}
