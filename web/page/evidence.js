// <pneumo-evidence>: what was measured of the model, at home and elsewhere side by side.

import { html, nothing } from 'lit';
import { percent, t } from './i18n.js';
import { Part } from './widget.js';

/** @typedef {import('./metrics.js').MeasuredSet} MeasuredSet */

const KINDS = /** @type {const} */ (['internal', 'external', 'out-of-scope']);

export class Evidence extends Part {
  static properties = { metrics: { attribute: false }, point: {} };

  constructor() {
    super();
    /** @type {import('./metrics.js').Metrics | null} */
    this.metrics = null;
    this.point = '';
  }

  render() {
    const { metrics } = this;
    return html`
      <p>${t('evidence.intended')}</p>
      ${
        metrics
          ? html`<div class="scroll" tabindex="0" role="region" aria-label=${t('evidence.title')}>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">${t('evidence.set')}</th>
                      <th scope="col">${t('evidence.sensitivity')}</th>
                      <th scope="col">${t('evidence.specificity')}</th>
                      <th scope="col">${t('evidence.held-back')}</th>
                    </tr>
                  </thead>
                  ${KINDS.map((kind) =>
                    this.#group(
                      kind,
                      metrics.sets.filter((set) => set.kind === kind),
                    ),
                  )}
                </table>
              </div>
              <p class="quiet">${t('evidence.measured', { date: metrics.date, point: this.point })}</p>`
          : html`<p class="quiet">${t('evidence.not-measured')}</p>`
      }
    `;
  }

  /** @param {typeof KINDS[number]} kind @param {MeasuredSet[]} sets */
  #group(kind, sets) {
    if (sets.length === 0) return nothing;
    return html`<tbody>
      <tr>
        <th colspan="4" scope="rowgroup">${t(`evidence.kind.${kind}`)}</th>
      </tr>
      ${sets.map((set) => this.#row(set))}
    </tbody>`;
  }

  /** @param {MeasuredSet} set */
  #row({ name, films, patients, points, held_back: heldBack }) {
    const { sensitivity = null, specificity = null } = points[this.point] ?? {};
    return html`<tr>
      <th scope="row">
        ${name}
        <span class="quiet">${t('evidence.films', { count: films })}${patients ? `, ${patients}` : nothing}</span>
      </th>
      <td>${figure(sensitivity)}</td>
      <td>${figure(specificity)}</td>
      <td>${percent(heldBack)}</td>
    </tr>`;
  }
}

customElements.define('pneumo-evidence', Evidence);

/** @param {import('./metrics.js').Measured | null} measured */
function figure(measured) {
  if (!measured) return '–';
  const { value, low, high } = measured;
  const interval = t('evidence.interval', { low: percent(low), high: percent(high) });
  return html`${percent(value)} <span class="quiet">${interval}</span>`;
}
