// <pneumo-stability>: whether the answer holds when the film is changed a little.

import { html } from 'lit';
import { define } from '../define.js';
import { icon } from '../icons.js';

import { VARIANTS } from '../../desk/stability.js';
import { judged } from '../../desk/triage.js';
import { Part } from '../widget.js';

/** @typedef {import('../i18n.js').Translator} Translator */
/** @typedef {import('../../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../../desk/stability.js').Variant} Variant */

const NAMES = /** @type {Variant[]} */ (Object.keys(VARIANTS));

export class StabilityPanel extends Part {
  static properties = { stability: { attribute: false }, findings: { attribute: false }, point: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../../desk/stability.js').Stability | null} */
    this.stability = null;
    /** As they are at the point. @type {Findings | null} */
    this.findings = null;
    /** @type {import('../../reader/types.d.ts').OperatingPoint | null} */
    this.point = null;
  }

  render() {
    return html`
      <p class="quiet">${this.t('stability.what')}</p>
      ${
        this.stability
          ? this.#results(this.stability)
          : html`<button type="button" id="check" @click=${() => this.emit('do-check')}>
              ${this.t('stability.check')}
            </button>`
      }
    `;
  }

  /** @param {import('../../desk/stability.js').Stability} stability */
  #results(stability) {
    const read = NAMES.filter((name) => stability[name]).length;
    return html`
      ${
        read < NAMES.length
          ? html`<progress max=${NAMES.length} value=${read} aria-label=${this.t('stability.title')}></progress>`
          : html`<p id="holds">
              <strong>${stabilityLine(this.translator, stability, this.findings, this.point)}</strong>
            </p>`
      }
      <table>
        <tbody>
          ${NAMES.map(
            (name) =>
              html`<tr>
                <th scope="row">${this.t(`variant.${name}`)}</th>
                ${this.#cells(stability[name])}
              </tr>`,
          )}
        </tbody>
      </table>
    `;
  }

  /** @param {Findings | undefined} findings */
  #cells(findings) {
    if (!findings)
      return html`<td></td>
        <td></td>`;
    const { decision } = judged(findings, this.point);
    return html`
      <td data-decision=${decision}>
        <span class="verdict">${icon(decision)}${this.t(`decision.${decision}`)}</span>
      </td>
      <td>${this.translator.probability(findings.probability)}</td>
    `;
  }
}

define('pneumo-stability', StabilityPanel);

/** Whether all copies have been read. @param {import('../../desk/stability.js').Stability} copies */
export const isWhole = (copies) => NAMES.every((name) => copies[name]);

/**
 * @param {Translator} translator @param {import('../../desk/stability.js').Stability} stability of all variants
 * @param {Findings | null} findings @param {import('../../reader/types.d.ts').OperatingPoint | null} point
 */
export function stabilityLine(translator, stability, findings, point) {
  const all = NAMES.flatMap((name) => stability[name] ?? []);
  const changed = all.filter((one) => judged(one, point).decision !== findings?.decision).length;
  const furthest = Math.max(...all.map((one) => Math.abs(one.probability - (findings?.probability ?? 0))));
  const values = { changed, count: all.length, furthest: Math.round(100 * furthest) };
  return translator.t(changed === 0 ? 'stability.holds' : 'stability.changes', values);
}
