// The report's tables: figures by rule, answers by what the films show, and groups.

import { h } from 'preact';
import { DECISIONS } from '../figures.js';

/** @typedef {import('../measurement.js').Measurement} Measurement */
/** @typedef {import('../words.js').Speaker} Speaker */
/** @typedef {import('preact').ComponentChild} Node */
/** @typedef {{ value: number, low?: number, high?: number, of?: number } | null} Figure */

/** A wide table scrolls in itself, so that a phone's page does not. @param {Node} heading @param {Node[]} columns @param {Node[][]} rows */
export const table = (heading, columns, rows) =>
  h(
    'div',
    { class: 'wide', tabindex: 0, role: 'region', 'aria-label': heading },
    h(
      'table',
      null,
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map(([first, ...cells]) =>
          h(
            'tr',
            null,
            h('th', { scope: 'row' }, first),
            cells.map((cell) => h('td', null, cell)),
          ),
        ),
      ),
    ),
  );

/** A figure with its interval. @param {Figure | undefined} figure @param {(value: number) => string} format @returns {Node} */
export function withInterval(figure, format) {
  if (!figure) return '–';
  const { value, low, high } = figure;
  if (low === undefined || high === undefined) return format(value);
  return [h('b', null, format(value)), h('small', null, ` ${format(low)}–${format(high)}`)];
}

const FIGURES = /** @type {const} */ (['sensitivity', 'specificity', 'ppv', 'npv', 'accuracy', 'f1']);

/** @param {Measurement} measurement @param {Speaker} speaker */
export function rulesTable({ rules, auc, averagePrecision }, { t, percent, fine }) {
  const rows = [
    ...FIGURES.map((name) => [
      t(`figure.${name}`),
      ...rules.map((rule) => withInterval(rule[name], name === 'f1' ? fine : percent)),
    ]),
  ];
  return [
    h('h2', null, t('rules.title')),
    h('p', { class: 'quiet' }, t('rules.about')),
    table(t('rules.title'), [t('rules.rule'), ...rules.map(({ name }) => name)], rows),
    auc &&
      h(
        'p',
        { class: 'figures' },
        [
          [t('figure.auc'), auc],
          [t('figure.delong'), auc.delong && { value: auc.value, ...auc.delong }],
          [t('figure.ap'), averagePrecision],
        ].map(([name, figure]) => h('span', null, name, ' ', withInterval(/** @type {Figure} */ (figure), fine))),
      ),
  ];
}

/** Confusion matrices, with what is left to a person. @param {Measurement} measurement @param {Speaker} speaker */
export function answersTable({ rules, films }, { t, plain, percent }) {
  const cell = (/** @type {Record<string, number>} */ said, /** @type {string} */ decision) => {
    const all = DECISIONS.reduce((sum, one) => sum + said[one], 0);
    const share = all === 0 ? 0 : said[decision] / all;
    return h(
      'span',
      { class: `share-${Math.round(10 * share)}` },
      plain(said[decision]),
      all > 0 && h('small', null, ` ${percent(share)}`),
    );
  };
  const rows = rules.flatMap(({ name, said }) =>
    /** @type {const} */ (['pneumonia', 'normal']).map((kind) => [
      `${name}: ${t(`label.${kind}`)}`,
      ...DECISIONS.map((decision) => cell(said[kind], decision)),
    ]),
  );
  const reasons = Object.entries(films.notJudged).map(([reason, count]) =>
    t(/** @type {any} */ (`reason.${reason}`), { count }),
  );
  return [
    h('h3', null, t('said.title')),
    table(t('said.title'), [t('said.film'), ...DECISIONS.map((one) => t(`said.${one}`))], rows),
    reasons.length > 0 && h('p', { class: 'quiet' }, t('said.reasons', { reasons: reasons.join('; ') })),
  ];
}

const GROUPINGS = /** @type {const} */ (['age', 'sex', 'view', 'site']);

/** @param {Measurement} measurement @param {Speaker} speaker */
export function groupsTable({ groups }, { t, percent, fine }) {
  const rows = GROUPINGS.flatMap((name) =>
    groups[name].map((group) => {
      const label = `${t(`group.${name}`)}: ${group.value}`;
      const counts = `${group.pneumonia} / ${group.normal}`;
      if (!('auc' in group)) return [label, counts, h('span', { class: 'quiet' }, t('groups.few'))];
      const { found, alarms, auc } = group;
      return [label, counts, withInterval(found, percent), withInterval(alarms, percent), withInterval(auc, fine)];
    }),
  );
  if (rows.length === 0) return null;
  const columns = [t('groups.title'), t('groups.counts'), t('tile.found'), t('tile.alarms'), t('tile.auc')];
  return h(
    'section',
    null,
    h('h2', null, t('groups.title')),
    h('p', { class: 'quiet' }, t('groups.about')),
    table(t('groups.title'), columns, rows),
  );
}
