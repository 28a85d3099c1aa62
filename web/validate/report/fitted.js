// What the report says of a rule that was fitted to its films, or why there is none.

import { h } from 'preact';
import { table, withInterval } from './tables.js';

/** @param {import('../profile.js').Fit} fit @param {import('../words.js').Speaker} speaker */
export function fitted({ profile, few }, { t, percent }) {
  const title = h('h2', null, t('profile.title'));
  if (!profile) return h('section', null, title, h('p', null, t('profile.few', { ...few })));
  const rows = Object.entries(profile.rules).map(([group, rule]) => [
    t(/** @type {any} */ (`who.${group}`)),
    `${rule.films.pneumonia} / ${rule.films.normal}`,
    percent(Math.max(rule.threshold, rule.uncertain[1])),
    percent(Math.min(rule.threshold, rule.uncertain[0])),
    withInterval(rule.sensitivity, percent),
    withInterval(rule.specificity, percent),
  ]);
  const columns = [
    ...[t('profile.group'), t('groups.counts'), t('profile.threshold'), t('profile.below')],
    ...[t('figure.sensitivity'), t('figure.specificity')],
  ];
  const { kind, value, misses, alarms } = profile.goal;
  const goal = t(`goal.${kind}`, { value: percent(value ?? 0), misses: misses ?? 0, alarms: alarms ?? 0 });
  return h(
    'section',
    null,
    title,
    h('p', { class: 'quiet' }, t('profile.about'), ' ', t('profile.goal', { goal })),
    table(t('profile.title'), columns, rows),
  );
}
