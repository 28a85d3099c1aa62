// <pneumo-evidence>: what was measured of the model, at home and elsewhere side by side.

import { html, nothing } from 'lit';
import { pointLabel } from './answer.js';
import { day, percent, t } from '../i18n.js';
import { Part } from '../widget.js';

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
                    <th scope="col">${t('evidence.sensitivity')}</th>
                    <th scope="col">${t('evidence.specificity')}</th>
                    <th scope="col">${t('evidence.held-back')}</th>
                  </tr>
                </thead>
                ${KINDS.flatMap((kind) => metrics.sets.filter((set) => set.kind === kind)).map((set) => this.#set(set))}
              </table>
              <p class="quiet">
                ${t('evidence.measured', { date: day(new Date(metrics.date)), point: pointLabel(this.point) })}
              </p>`
          : html`<p class="quiet">${t('evidence.not-measured')}</p>`
      }
    `;
  }

  /** @param {MeasuredSet} set */
  #set({ name, kind, films, patients, points, held_back: heldBack }) {
    const judged = kind === 'out-of-scope' ? undefined : points[this.point]; // there it should judge none
    const { sensitivity = null, specificity = null } = judged ?? {};
    return html`<tbody>
      <tr>
        <th colspan="3" scope="rowgroup">
          ${t(`evidence.kind.${kind}`)}
          <span class="quiet">
            ${name}, ${t('evidence.films', { count: films })}${patients ? `, ${patientsLabel(patients)}` : nothing}
          </span>
        </th>
      </tr>
      <tr>
        <td>${figure(sensitivity)}</td>
        <td>${figure(specificity)}</td>
        <td>${percent(heldBack)}</td>
      </tr>
    </tbody>`;
  }
}

/** The groups of patients that model/measure.js names. */
const PATIENTS = /** @type {const} */ ({ 'children of 1 to 5 years': 'patients.children', adults: 'patients.adults' });

/** @param {string} name @returns {string} as the group is called in the user's language, where it is known */
export const patientsLabel = (name) =>
  name in PATIENTS ? t(PATIENTS[/** @type {keyof typeof PATIENTS} */ (name)]) : name;

customElements.define('pneumo-evidence', Evidence);

/** @param {import('../metrics.js').Measured | null} measured */
function figure(measured) {
  if (!measured) return '–';
  const { value, low, high } = measured;
  const interval = t('evidence.interval', { low: percent(low), high: percent(high) });
  return html`${percent(value)} <span class="quiet">${interval}</span>`;
}
