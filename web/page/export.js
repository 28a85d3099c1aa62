// <pneumo-export>: the list as CSV or JSON. Films are numbered; their files are named only where the user ticks it.

import { html, nothing } from 'lit';
import { checkbox } from '../view/checkbox.js';
import { define } from '../view/define.js';
import { toCsv, toFhirJson, toJson } from '../desk/exports.js';
import { icon } from '../view/icons.js';

import { save } from '../view/save.js';
import { Part } from '../view/widget.js';

/** @typedef {import('../desk/store.js').Row} Row */
/** @typedef {import('../desk/store.js').State} State */

export class Export extends Part {
  static properties = { rows: { attribute: false }, state: { attribute: false } };

  constructor() {
    super();
    /** @type {Row[]} */
    this.rows = [];
    /** @type {State | null} */
    this.state = null;
  }

  render() {
    const { names, dates, exportsDates } = /** @type {State} */ (this.state);
    return html`
      <button type="button" data-closes id="save-csv" @click=${() => this.#save('csv', toCsv)}>
        ${icon('save')}${this.t('export.csv')}
      </button>
      <button type="button" data-closes id="save-json" @click=${() => this.#save('json', toJson)}>
        ${icon('save')}${this.t('export.json')}
      </button>
      <button type="button" data-closes id="save-fhir" @click=${() => this.#save('fhir.json', toFhirJson)}>
        ${icon('save')}${this.t('export.fhir')}
      </button>
      ${checkbox('names', this.t('export.names'), names, () => this.emit('do-set', { names: !names }))}
      ${dates ? checkbox('exports-dates', this.t('export.dates'), exportsDates, () => this.emit('do-set', { exportsDates: !exportsDates })) : nothing}
    `;
  }

  /** @param {'csv' | 'json' | 'fhir.json'} kind @param {typeof toCsv} write */
  #save(kind, write) {
    const type = kind === 'csv' ? 'text/csv' : 'application/json';
    const text = write(this.rows, /** @type {State} */ (this.state));
    save(new Blob([text], { type }), `pneumoscope.${kind}`);
  }
}

define('pneumo-export', Export);
