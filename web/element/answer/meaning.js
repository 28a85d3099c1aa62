// <pneumo-meaning>: what an answer means where the page is used: of the films called pneumonia, how many are?
// It depends on how common pneumonia is there, which the user knows and the model does not.

import { html } from 'lit';
import { define } from '../define.js';
import { setName } from './evidence.js';
import { percent, t } from '../i18n.js';
import { predictiveValues } from '../metrics.js';
import { Part } from '../widget.js';

/** @typedef {import('../metrics.js').Measured} Measured */
/** @typedef {import('../metrics.js').MeasuredSet} MeasuredSet */

export class Meaning extends Part {
  static properties = {
    metrics: { attribute: false },
    point: {},
    prevalence: { attribute: false },
    measuredOn: {},
  };

  constructor() {
    super();
    /** @type {import('../metrics.js').Metrics | null} */
    this.metrics = null;
    this.point = '';
    /** @type {number | null} */
    this.prevalence = null;
    this.measuredOn = '';
  }

  render() {
    const sets = (this.metrics?.sets ?? []).filter(
      ({ points }) => points[this.point] && predictiveValues(points[this.point], 0.5),
    );
    const set = sets.find(({ name }) => name === this.measuredOn) ?? sets[0];
    if (!set) return html`<p class="quiet">${t('meaning.not-measured')}</p>`;
    return html`${this.#prevalence()} ${this.#sets(sets, set)} ${this.#values(set)}`;
  }

  #prevalence() {
    const share = (/** @type {any} */ { target }) => {
      if (target.validity.valid && target.value !== '') this.emit('do-set', { prevalence: target.valueAsNumber / 100 });
    };
    const value = this.prevalence === null ? '' : String(Math.round(1000 * this.prevalence) / 10);
    return html`<div class="prevalence">
      <label for="prevalence" id="prevalence-label">${t('meaning.prevalence')}</label>
      <input
        type="range"
        aria-labelledby="prevalence-label"
        min="0.5"
        max="99"
        step="0.5"
        .value=${value || '50'}
        @input=${share}
      />
      <input type="number" id="prevalence" min="0.1" max="99.9" step="0.1" .value=${value} @change=${share} />
    </div>`;
  }

  /** @param {MeasuredSet[]} sets @param {MeasuredSet} chosen */
  #sets(sets, chosen) {
    return html`<label class="field">
      ${t('meaning.measured-on')}
      <select
        id="measured-on"
        @change=${(/** @type {any} */ { target }) => this.emit('do-set', { measuredOn: target.value })}
      >
        ${sets.map(
          ({ name, kind, group }) =>
            html`<option value=${name} ?selected=${name === chosen.name}>
              ${t(`evidence.kind.${kind}`)}: ${setName(name)}${group ? ` (${t(`patients.${group}`)})` : ''}
            </option>`,
        )}
      </select>
    </label>`;
  }

  /** @param {MeasuredSet} set */
  #values({ points }) {
    if (this.prevalence === null) return html`<p id="prevalence-unset">${t('meaning.prevalence-unset')}</p>`;
    const values = predictiveValues(points[this.point], this.prevalence);
    return html`<dl class="values">
      ${values && this.#value('ppv', values.positive)} ${values && this.#value('npv', values.negative)}
    </dl>`;
  }

  /** @param {'ppv' | 'npv'} name @param {Measured} value */
  #value(name, { value, low, high }) {
    return html`<div>
      <dt>${t(`meaning.${name}`)}</dt>
      <dd id=${name}>
        <strong>${percent(value, 0)}</strong>
        <span class="quiet">${t('evidence.interval', { low: percent(low, 0), high: percent(high, 0) })}</span>
      </dd>
    </div>`;
  }
}

define('pneumo-meaning', Meaning);
