// What the page says aloud to those who do not see it: one sentence for what has just changed.

import { troubleTitle } from './words.js';

/** @typedef {import('./i18n.js').Translator} Translator */

/** @param {Translator} translator @param {import('../desk/store.js').State} state @returns {string} */
export function statusLine(translator, { phase, trouble, rows, open, paused, hides }) {
  if (trouble) return troubleTitle(translator, trouble.code);
  const row = rows.find(({ id }) => id === open?.id);
  if (!row) return phase === 'ready' ? translator.t('status.ready') : translator.t('engine.starting');
  const left = rows.filter(({ state }) => state === 'waiting' || state === 'reading').length;
  if (left > 1) return translator.t(paused ? 'status.paused' : 'status.list', { count: rows.length });
  if (row.trouble) return `${row.name}: ${troubleTitle(translator, row.trouble.code)}`;
  if (!row.findings) return translator.t('viewer.reading', { name: row.name });
  if (hides && !row.revealed) return `${row.name}: ${translator.t('answer.hidden')}`;
  const decision = translator.t(`decision.${row.findings.decision}`);
  if (row.findings.decision === 'out-of-scope') return `${row.name}: ${decision}`;
  return translator.t('status.answer', {
    name: row.name,
    decision,
    probability: translator.probability(row.findings.probability),
  });
}
