// <pneumo-meaning>: what an answer means where the page is used: of the films called pneumonia, how many are?
// It depends on how common pneumonia is there, which the user knows and the model does not.

import { html } from 'lit';
import { define } from '../define.js';
import { setName } from './evidence.js';

import { predictiveValues } from '../../desk/metrics.js';
import { prevalenceField } from './prevalence.js';
import { Part } from '../widget.js';

/** @typedef {import('../../desk/metrics.js').Measured} Measured */
/** @typedef {import('../../desk/metrics.js').MeasuredSet} MeasuredSet */

export class Meaning extends Part {
  static properties = {
    metrics: { attribute: false },
    point: {},
    prevalence: { attribute: false },
    measuredOn: {},
    group: {},
  };

  constructor() {
    super();
    /** @type {import('../../desk/metrics.js').Metrics | null} */
    this.metrics = null;
    this.point = '';
    /** @type {number | null} */
    this.prevalence = null;
    this.measuredOn = '';
    /** Whom the film is of; figures of others are not its own. @type {import('../../reader/patients.js').Group} */
    this.group = null;
  }

  render() {
    const sets = (this.metrics?.sets ?? []).filter(
      ({ points, group }) =>
        points[this.point] && predictiveValues(points[this.point], 0.5) && (this.group ?? group) === group,
    );
    const set = sets.find(({ name }) => name === this.measuredOn) ?? sets[0];
    if (!set) return html`<p class="quiet">${this.t('meaning.not-measured')}</p>`;
    return html`${this.#prevalence()} ${this.#sets(sets, set)} ${this.#values(set)}`;
  }

  #prevalence() {
    const say = (/** @type {number | null} */ prevalence) => this.emit('do-set', { prevalence });
    return html`<div class="prevalence">
      <label for="prevalence" id="prevalence-label">${this.t('meaning.prevalence')}</label>
      <input
        type="range"
        aria-labelledby="prevalence-label"
        min="0.5"
        max="99"
        step="0.5"
        .value=${String(100 * (this.prevalence ?? 0.5))}
        @input=${(/** @type {any} */ { target }) => say(target.valueAsNumber / 100)}
      />
      ${prevalenceField('prevalence', this.prevalence, say)}
    </div>`;
  }

  /** @param {MeasuredSet[]} sets @param {MeasuredSet} chosen */
  #sets(sets, chosen) {
    return html`<label class="field">
      ${this.t('meaning.measured-on')}
      <select
        id="measured-on"
        @change=${(/** @type {any} */ { target }) => this.emit('do-set', { measuredOn: target.value })}
      >
        ${sets.map(
          ({ name, kind, group }) =>
            html`<option value=${name} ?selected=${name === chosen.name}>
              ${this.t(`evidence.kind.${kind}`)}:
              ${setName(this.translator, name)}${group ? ` (${this.t(`patients.${group}`)})` : ''}
            </option>`,
        )}
      </select>
    </label>`;
  }

  /** @param {MeasuredSet} set */
  #values({ points }) {
    if (this.prevalence === null) return html`<p id="prevalence-unset">${this.t('meaning.prevalence-unset')}</p>`;
    const values = predictiveValues(points[this.point], this.prevalence);
    return html`<dl class="values">
      ${values && this.#value('ppv', values.positive)} ${values && this.#value('npv', values.negative)}
    </dl>`;
  }

  /** @param {'ppv' | 'npv'} name @param {Measured} value */
  #value(name, { value, low, high }) {
    return html`<div>
      <dt>${this.t(`meaning.${name}`)}</dt>
      <dd id=${name}>
        <strong>${this.translator.probability(value)}</strong>
        <span class="quiet"
          >${this.t('evidence.interval', { low: this.translator.probability(low), high: this.translator.probability(high) })}</span
        >
      </dd>
    </div>`;
  }
}

define('pneumo-meaning', Meaning);
