// What the page says aloud to those who do not see it: one sentence for what has just changed.

import { troubleTitle } from './answer/answer.js';
import { probability, t } from './i18n.js';

/** @param {import('./store.js').State} state @returns {string} */
export function statusLine({ phase, trouble, rows, open, paused, hides }) {
  if (trouble) return `${troubleTitle(trouble.code)}. ${trouble.message}`;
  const row = rows.find(({ id }) => id === open?.id);
  if (!row) return phase === 'ready' ? t('status.ready') : t('engine.starting');
  const left = rows.filter(({ state }) => state === 'waiting' || state === 'reading').length;
  if (left > 1) return t(paused ? 'status.paused' : 'status.list', { count: rows.length });
  if (row.trouble) return `${row.name}: ${troubleTitle(row.trouble.code)}. ${row.trouble.message}`;
  if (!row.findings) return t('viewer.reading', { name: row.name });
  if (hides && !row.revealed) return `${row.name}: ${t('answer.hidden')}`;
  const decision = t(`decision.${row.findings.decision}`);
  if (row.findings.decision === 'out-of-scope') return `${row.name}: ${decision}`;
  return t('status.answer', { name: row.name, decision, probability: probability(row.findings.probability) });
}
