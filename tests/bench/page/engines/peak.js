// No engine: the loops of peak.c, so that the peak is measured in the browser and between the engines' rounds.

import { openPeak } from '../../peak.js';

/** @param {import('../page.js').Wish} wish */
export async function start({ network }) {
  const measure = await openPeak(await (await fetch(network)).arrayBuffer());
  return { run: async () => ({ ms: 0, outputs: [], peaks: measure() }) };
}
