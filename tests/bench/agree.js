// Whether the engines that run our own network answer as ours does: a fast wrong answer is no answer.

import { label } from './rows.js';

const MOST_APART = 0.1; // in log-odds: they decode and scale the film in their own ways

/**
 * @param {Map<import('./rows.js').Row, { outputs: number[] }>} open the first answers, ours and the peers'
 * @returns {string[]} a sentence for each row of Chromium that answers otherwise
 */
export function disagreements(open) {
  const answers = [...open].map(([row, { outputs }]) => ({ row, outputs }));
  const ours = answers.find(({ row }) => row.ours)?.outputs[0];
  if (ours === undefined) return [];
  return answers
    .filter(({ row }) => row.host === 'chromium' && /^\/networks\/mobilenet/.test(row.network ?? ''))
    .map(({ row, outputs: [normal, pneumonia] }) => ({ row, apart: Math.abs(pneumonia - normal - ours) }))
    .filter(({ apart }) => !(apart <= MOST_APART))
    .map(({ row, apart }) => `${label(row)} answers ${apart.toFixed(3)} apart from ours in log-odds`);
}
