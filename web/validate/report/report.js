// The report of a set of films, as a tree that becomes a text in Node and elements in a page. It is in English or another of the
// page's languages; `speaker` has the words.

import { h } from 'preact';
import { FEW } from '../measurement.js';
import { sorted } from '../rows.js';
import { aside } from './aside.js';
import { fitted } from './fitted.js';
import { plots } from './plots.js';
import { answersTable, groupsTable, rulesTable } from './tables.js';

/** @typedef {import('../measurement.js').Measurement} Measurement */
/** @typedef {import('../words.js').Speaker} Speaker */
/** @typedef {import('preact').ComponentChild} Node */

/**
 * @typedef {object} Set what is told of
 * @property {import('../rows.js').Row[]} rows
 * @property {import('../measurement.js').Rules} rules
 * @property {Measurement} measurement
 * @property {import('../table.js').Problem[]} problems rows of the table that could not be used
 * @property {string[]} missing films of the table that are not there
 * @property {string[]} unlabelled films without a label
 * @property {{ date: string, software: string, model: Pick<import('../../reader/types.d.ts').Model, 'name' | 'version' | 'sha256'> }} made
 * @property {import('../profile.js').Fit | null} fit a rule of the site's own, where one was asked for
 * @property {import('../../reader/profile.js').Profile | null} profile the site's rule that was in force
 * @property {Map<string, string>} pictures of the surest mistakes, as addresses, by film
 */

/** A report in a file of its own asks for nothing and runs nothing. */
export const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** @param {Set} set @param {Speaker} speaker */
export function report(set, speaker) {
  const { measurement } = set;
  return h(
    'article',
    { class: 'report', lang: speaker.language, dir: speaker.direction },
    head(set, speaker),
    tiles(measurement, speaker),
    h('section', null, rulesTable(measurement, speaker), answersTable(measurement, speaker)),
    curves(set, speaker),
    groupsTable(measurement, speaker),
    set.fit && fitted(set.fit, speaker),
    mistakes(set, speaker),
    aside(set, speaker),
    h(
      'section',
      null,
      h('h2', null, speaker.t('proves.title')),
      h(
        'ul',
        null,
        /** @type {const} */ (['films', 'labels', 'mix']).map((one) => h('li', null, speaker.t(`proves.${one}`))),
      ),
    ),
  );
}

/** @param {Set} set @param {Speaker} speaker */
function head({ measurement: { films, prevalence }, made, profile }, { t, percent, date }) {
  const few = Math.min(films.normal, films.pneumonia) < FEW;
  const { normal, pneumonia, patients } = films;
  const hash = made.model.sha256?.slice(0, 12) ?? '';
  return h(
    'header',
    null,
    h('h1', null, t('report.title')),
    h(
      'p',
      { class: 'set' },
      t(films.patientsKnown ? 'report.set' : 'report.set-unknown', { films: films.read, patients, pneumonia, normal }),
    ),
    h(
      'p',
      null,
      prevalence !== null &&
        pneumonia > 0 &&
        normal > 0 &&
        `${t('report.prevalence', { share: percent(prevalence) })} `,
      pneumonia === 0 && h('strong', null, t('size.none-pneumonia'), ' '),
      normal === 0 && h('strong', null, t('size.none-normal'), ' '),
      few ? h('strong', null, t('size.few', { few: FEW })) : t('size.enough'),
    ),
    profile &&
      h('p', null, t('report.rule-of-site', { site: profile.site, films: profile.films, date: date(profile.date) })),
    h(
      'p',
      { class: 'quiet' },
      t('report.made', {
        date: date(made.date),
        version: made.software,
        model: `${made.model.name} ${made.model.version}`,
        hash,
      }),
      ` ${t('report.research')}`,
    ),
  );
}

/** What one wants to know first, of the rule in force. @param {Measurement} measurement @param {Speaker} speaker */
function tiles({ rules: [rule], auc }, { t, percent, fine }) {
  const of = (/** @type {import('../shares.js').Measured & { of: number }} */ { low, high, of }) =>
    t('tile.of', { low: percent(low), high: percent(high), of });
  const shares = /** @type {const} */ (['found', 'missed', 'alarms', 'left']).map((name) => {
    const share = rule[name];
    return share && tile(t(`tile.${name}`), percent(share.value), of(share));
  });
  const range = auc?.low !== undefined && t('tile.range', { low: fine(auc.low), high: fine(auc.high ?? 1) });
  return h('section', { class: 'tiles' }, shares, auc && tile(t('tile.auc'), fine(auc.value), range));
}

/** @param {Node} name @param {Node} value @param {Node} range */
const tile = (name, value, range) =>
  h('div', { class: 'tile' }, h('p', null, name), h('b', null, value), h('small', null, range));

/** @param {Set} set @param {Speaker} speaker */
function curves({ rows, rules, measurement }, speaker) {
  if (!measurement.auc) return null;
  const judged = sorted(rows)
    .read.filter(({ scope }) => scope.reason === null)
    .map((row) => ({ ...row, probability: rules.probabilityOf(row) }));
  return h(
    'section',
    null,
    h('h2', null, speaker.t('plots.title')),
    h('p', { class: 'quiet' }, speaker.t('plots.about')),
    h('div', { class: 'plots' }, plots(judged, measurement, speaker)),
  );
}

/** @param {Set} set @param {Speaker} speaker */
function mistakes({ measurement, pictures }, { t, percent }) {
  if (!measurement.auc) return null;
  const shown = measurement.mistakes.map(({ file, label, decision, probability }) => {
    const about = t('mistakes.film', {
      label: t(`label.${label}`),
      decision: t(`said.${decision}`),
      probability: percent(probability),
    });
    const src = pictures.get(file);
    return h(
      'figure',
      null,
      src && h('img', { src, alt: about }),
      h('figcaption', null, h('b', null, file), h('br', null), about),
    );
  });
  return h(
    'section',
    { class: 'mistakes' },
    h('h2', null, t('mistakes.title')),
    h('p', { class: 'quiet' }, t(shown.length > 0 ? 'mistakes.about' : 'mistakes.none')),
    h('div', { class: pictures.size > 0 ? 'pictures' : 'no-pictures' }, shown),
  );
}
