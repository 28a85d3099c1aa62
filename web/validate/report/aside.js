// What of the set is not in the figures, and what of it is odd: a list that opens.

import { h } from 'preact';

/** @typedef {import('../words.js').Speaker} Speaker */

/** So many of a kind are named. */
const NAMED = 20;

/** @param {import('./report.js').Set} set @param {Speaker} speaker */
export function aside({ measurement: { films }, problems, missing, unlabelled }, { t }) {
  const same = (/** @type {{ file: string, like: string }} */ pair) => t('list.same', pair);
  const lists = [
    [
      t('list.not-read', { count: films.notRead.length }),
      films.notRead.map(({ file, message }) => `${file}: ${message}`),
    ],
    [
      t('list.problems', { count: problems.length }),
      problems.map(({ row, reason, values }) => t('list.row', { row, text: t(`problem.${reason}`, values) })),
    ],
    [t('list.missing', { count: missing.length }), missing],
    [t('list.unlabelled', { count: unlabelled.length }), unlabelled],
    [t('list.twice', { count: films.twice.length }), films.twice.map(same)],
    [t('list.contradicted', { count: films.contradicted.length }), films.contradicted.map(same)],
    [t('list.both', { count: films.patientsInBoth.length }), films.patientsInBoth],
  ];
  const full = lists.filter(([, items]) => items.length > 0);
  if (full.length === 0) return null;
  return h(
    'section',
    null,
    h('h2', null, t('list.title')),
    full.map(([name, items]) =>
      h(
        'details',
        null,
        h('summary', null, name),
        h(
          'ul',
          null,
          /** @type {string[]} */ (items).slice(0, NAMED).map((item) => h('li', null, item)),
          items.length > NAMED && h('li', null, t('list.more', { count: items.length - NAMED })),
        ),
      ),
    ),
  );
}
