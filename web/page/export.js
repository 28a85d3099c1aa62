// <pneumo-export>: the list as CSV or JSON. Films are numbered; their files are named only where the user ticks it.

import { html } from 'lit';
import { checkbox } from '../element/checkbox.js';
import { groupOf } from '../element/group.js';
import { define } from '../element/define.js';
import { edgesOf } from '../reader/decide.js';
import { fhirBundle, toFhir } from '../results/fhir.js';
import { NOTE } from '../results/words.js';
import { icon } from '../element/icons.js';
import { t } from '../element/i18n.js';
import { save } from '../element/save.js';
import { Part } from '../element/widget.js';

/** @typedef {import('../element/store.js').Row} Row */
/** @typedef {import('../element/store.js').State} State */

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
    const { names } = /** @type {State} */ (this.state);
    return html`<div class="intake">
      <button type="button" id="save-csv" @click=${() => this.#save('csv', toCsv)}>
        ${icon('save')}${t('export.csv')}
      </button>
      <button type="button" id="save-json" @click=${() => this.#save('json', toJson)}>
        ${icon('save')}${t('export.json')}
      </button>
      <button type="button" id="save-fhir" @click=${() => this.#save('fhir.json', toFhirJson)}>
        ${icon('save')}${t('export.fhir')}
      </button>
      ${checkbox('names', t('export.names'), names, () => this.emit('do-set', { names: !names }))}
    </div>`;
  }

  /** @param {'csv' | 'json' | 'fhir.json'} kind @param {typeof toCsv} write */
  #save(kind, write) {
    const type = kind === 'csv' ? 'text/csv' : 'application/json';
    const text = write(this.rows, /** @type {State} */ (this.state));
    save(new Blob([text], { type }), `pneumoscope.${kind}`);
  }
}

define('pneumo-export', Export);

/** What an export says of a film: no probability of what the model cannot judge. @param {Row} row @param {State} state */
function record({ id, name, findings, trouble, reference, mark }, { names, group }) {
  const edges = findings && edgesOf(findings);
  const judged = findings && findings.decision !== 'out-of-scope';
  return {
    film: id,
    ...(names ? { file: name } : {}),
    reference: reference.trim() || null,
    decision: findings?.decision ?? null,
    probability: judged ? findings.probability : null,
    pneumonia_from: edges?.from ?? null,
    clear_below: edges?.below ?? null,
    scope_score: findings?.scope.score ?? null,
    scope_reason: findings?.scope.reason ?? null,
    warnings: findings?.warnings ?? [],
    width: findings?.width ?? null,
    height: findings?.height ?? null,
    error: trouble?.code ?? null,
    reader: mark?.says ?? null,
    group: findings ? groupOf(findings, group) : null,
  };
}

/** By what and when the films were judged. @param {State} state */
function circumstances({ model, engine, pointName }) {
  return {
    made: new Date().toISOString(),
    model: model ? `${model.name} ${model.version}` : null,
    engine: engine ? `${engine.variant} ${engine.version}` : null,
    operating_point: pointName || (model?.operatingPoints[0].name ?? null),
    note: NOTE,
  };
}

/** @param {Row[]} rows @param {State} state @returns {string} RFC 4180 */
export function toCsv(rows, state) {
  const of = circumstances(state);
  const records = rows.map((row) => ({ ...record(row, state), ...of }));
  const lines = [Object.keys(records[0] ?? {}), ...records.map((one) => Object.values(one))];
  return lines.map((fields) => fields.map(csvField).join(',') + '\r\n').join('');
}

/** A spreadsheet would run a text that starts like a formula; a quote before it keeps it a text.
 * @param {unknown} value */
function csvField(value) {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {Row[]} rows @param {State} state @returns {string} */
export function toJson(rows, state) {
  const { engine, model } = state;
  const { name, version, sha256 } = model ?? {};
  const films = rows.map((row) => record(row, state));
  return JSON.stringify({ ...circumstances(state), engine, model: { name, version, sha256 }, films }, null, 2);
}

/** Those films that have been read. @param {Row[]} rows @returns {string} a FHIR R4 Bundle */
export function toFhirJson(rows) {
  const reports = rows.flatMap(({ id, findings, reference }) =>
    findings ? [toFhir(findings, { identifier: reference.trim() || `film ${id}` })] : [],
  );
  return JSON.stringify(fhirBundle(reports), null, 2);
}
