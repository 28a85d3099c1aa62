// <pneumo-evidence>: what was measured of the model, at home and elsewhere side by side.

import { html, nothing } from 'lit';
import { define } from '../define.js';
import { pointLabel } from '../words.js';

import { answers } from '../../desk/metrics.js';
import { Part } from '../widget.js';

/** @typedef {import('../i18n.js').Translator} Translator */
/** @typedef {import('../../desk/metrics.js').Measured} Measured */
/** @typedef {import('../../desk/metrics.js').MeasuredSet} MeasuredSet */

const KINDS = /** @type {const} */ (['external', 'internal', 'spectrum', 'out-of-scope']); // elsewhere first: that is where the page is

export class Evidence extends Part {
  static properties = { metrics: { attribute: false }, point: {} };

  constructor() {
    super();
    /** @type {import('../../desk/metrics.js').Metrics | null} */
    this.metrics = null;
    this.point = '';
  }

  render() {
    const { metrics } = this;
    return html`
      <p>${this.t('evidence.intended')}</p>
      ${
        metrics
          ? html`<table>
                <thead>
                  <tr>
                    <td></td>
                    <th scope="col">${this.t('evidence.called')}</th>
                    <th scope="col">${this.t('evidence.cleared')}</th>
                    <th scope="col">${this.t('evidence.left')}</th>
                  </tr>
                </thead>
                ${KINDS.flatMap((kind) => metrics.sets.filter((set) => set.kind === kind && set.points[this.point])).map((set) => this.#set(set))}
              </table>
              <p class="quiet">
                ${this.t('evidence.measured', { date: this.translator.day(new Date(metrics.date)), point: pointLabel(this.translator, this.point) })}
              </p>`
          : html`<p class="quiet">${this.t('evidence.not-measured')}</p>`
      }
    `;
  }

  /** @param {MeasuredSet} set */
  #set({ name, kind, group, films, normal, points }) {
    const { found, missed, pneumoniaLeft, alarms, cleared, normalLeft } = answers(points[this.point]);
    return html`<tbody>
      <tr>
        <th colspan="4" scope="rowgroup">
          ${this.t(`evidence.kind.${kind}`)}
          <span class="quiet">
            ${setName(this.translator, name)},
            ${this.t('evidence.films', { count: films })}${group ? `, ${this.t(`patients.${group}`)}` : nothing}
          </span>
        </th>
      </tr>
      ${found ? row(this.translator, this.t('evidence.with'), found, missed, pneumoniaLeft) : nothing}
      ${normal ? row(this.translator, kind === 'out-of-scope' ? '' : this.t('evidence.without'), alarms, cleared, normalLeft) : nothing}
    </tbody>`;
  }
}

define('pneumo-evidence', Evidence);

const SETS = /** @type {const} */ ([
  ...['kermany-test', 'kermany-originals', 'rsna-test', 'adults', 'adults-normal'],
  ...['adults-unpicked', 'unpicked-no-finding', 'unpicked-abnormal', 'unpicked-opacities'],
  ...['bones', 'dental', 'ct', 'photographs', 'documents', 'lateral'],
]);

/** @param {Translator} translator @param {string} name of a set of films @returns {string} as it is called in the user's language, where it is known */
export function setName(translator, name) {
  const known = SETS.find((one) => one === name);
  return known ? translator.t(`set.${known}`) : name;
}

/** @param {Translator} translator @param {string} heading @param {(Measured | null)[]} shares */
const row = (translator, heading, ...shares) =>
  html`<tr>
    ${heading ? html`<th scope="row">${heading}</th>` : html`<td></td>`}
    ${shares.map((share) => html`<td>${figure(translator, share)}</td>`)}
  </tr>`;

/** @param {Translator} translator @param {Measured | null} measured */
function figure(translator, measured) {
  if (!measured) return '–';
  const { value, low, high } = measured;
  const interval = translator.t('evidence.interval', { low: translator.percent(low), high: translator.percent(high) });
  return html`${translator.percent(value)} <span class="quiet">${interval}</span>`;
}
