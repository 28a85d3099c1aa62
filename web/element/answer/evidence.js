// <pneumo-evidence>: what was measured of the model, at home and elsewhere side by side.

import { html, nothing } from 'lit';
import { define } from '../define.js';
import { pointLabel } from './answer.js';
import { day, percent, t } from '../i18n.js';
import { answers } from '../metrics.js';
import { Part } from '../widget.js';

/** @typedef {import('../metrics.js').Measured} Measured */
/** @typedef {import('../metrics.js').MeasuredSet} MeasuredSet */

const KINDS = /** @type {const} */ (['internal', 'external', 'out-of-scope']);

export class Evidence extends Part {
  static properties = { metrics: { attribute: false }, point: {} };

  constructor() {
    super();
    /** @type {import('../metrics.js').Metrics | null} */
    this.metrics = null;
    this.point = '';
  }

  render() {
    const { metrics } = this;
    return html`
      <p>${t('evidence.intended')}</p>
      ${
        metrics
          ? html`<table>
                <thead>
                  <tr>
                    <td></td>
                    <th scope="col">${t('evidence.called')}</th>
                    <th scope="col">${t('evidence.cleared')}</th>
                    <th scope="col">${t('evidence.left')}</th>
                  </tr>
                </thead>
                ${KINDS.flatMap((kind) => metrics.sets.filter((set) => set.kind === kind && set.points[this.point])).map((set) => this.#set(set))}
              </table>
              <p class="quiet">
                ${t('evidence.measured', { date: day(new Date(metrics.date)), point: pointLabel(this.point) })}
              </p>`
          : html`<p class="quiet">${t('evidence.not-measured')}</p>`
      }
    `;
  }

  /** @param {MeasuredSet} set */
  #set({ name, kind, group, films, normal, points }) {
    const { found, missed, pneumoniaLeft, alarms, cleared, normalLeft } = answers(points[this.point]);
    return html`<tbody>
      <tr>
        <th colspan="4" scope="rowgroup">
          ${t(`evidence.kind.${kind}`)}
          <span class="quiet">
            ${setName(name)}, ${t('evidence.films', { count: films })}${group ? `, ${t(`patients.${group}`)}` : nothing}
          </span>
        </th>
      </tr>
      ${found ? row(t('evidence.with'), found, missed, pneumoniaLeft) : nothing}
      ${normal ? row(kind === 'out-of-scope' ? '' : t('evidence.without'), alarms, cleared, normalLeft) : nothing}
    </tbody>`;
  }
}

define('pneumo-evidence', Evidence);

const SETS = /** @type {const} */ ([
  ...['kermany-test', 'kermany-originals', 'rsna-test', 'adults', 'adults-normal'],
  ...['bones', 'dental', 'ct', 'photographs', 'documents', 'lateral'],
]);

/** @param {string} name of a set of films @returns {string} as it is called in the user's language, where it is known */
export function setName(name) {
  const known = SETS.find((one) => one === name);
  return known ? t(`set.${known}`) : name;
}

/** @param {string} heading @param {(Measured | null)[]} shares */
const row = (heading, ...shares) =>
  html`<tr>
    ${heading ? html`<th scope="row">${heading}</th>` : html`<td></td>`}
    ${shares.map((share) => html`<td>${figure(share)}</td>`)}
  </tr>`;

/** @param {Measured | null} measured */
function figure(measured) {
  if (!measured) return '–';
  const { value, low, high } = measured;
  const interval = t('evidence.interval', { low: percent(low), high: percent(high) });
  return html`${percent(value)} <span class="quiet">${interval}</span>`;
}
