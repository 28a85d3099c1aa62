// <pneumo-stability>: whether the answer holds when the film is changed a little.

import { html } from 'lit';
import { define } from '../define.js';
import { icon } from '../icons.js';
import { probability, t } from '../i18n.js';
import { VARIANTS } from './stability.js';
import { judged } from '../triage.js';
import { Part } from '../widget.js';

/** @typedef {import('../../reader/types.d.ts').Findings} Findings */
/** @typedef {import('./stability.js').Variant} Variant */

export const NAMES = /** @type {Variant[]} */ (Object.keys(VARIANTS));

export class StabilityPanel extends Part {
  static properties = { stability: { attribute: false }, findings: { attribute: false }, point: { attribute: false } };

  constructor() {
    super();
    /** @type {import('./stability.js').Stability | null} */
    this.stability = null;
    /** As they are at the point. @type {Findings | null} */
    this.findings = null;
    /** @type {import('../../reader/types.d.ts').OperatingPoint | null} */
    this.point = null;
  }

  render() {
    return html`
      <p class="quiet">${t('stability.what')}</p>
      ${
        this.stability
          ? this.#results(this.stability)
          : html`<button type="button" id="check" @click=${() => this.emit('do-check')}>
              ${t('stability.check')}
            </button>`
      }
    `;
  }

  /** @param {import('./stability.js').Stability} stability */
  #results(stability) {
    const read = NAMES.filter((name) => stability[name]).length;
    return html`
      ${
        read < NAMES.length
          ? html`<progress max=${NAMES.length} value=${read} aria-label=${t('stability.title')}></progress>`
          : html`<p id="holds"><strong>${stabilityLine(stability, this.findings, this.point)}</strong></p>`
      }
      <table>
        <tbody>
          ${NAMES.map(
            (name) =>
              html`<tr>
                <th scope="row">${t(`variant.${name}`)}</th>
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
        <span class="verdict">${icon(decision)}${t(`decision.short.${decision}`)}</span>
      </td>
      <td>${probability(findings.probability)}</td>
    `;
  }
}

define('pneumo-stability', StabilityPanel);

/**
 * @param {import('./stability.js').Stability} stability of all variants
 * @param {Findings | null} findings @param {import('../../reader/types.d.ts').OperatingPoint | null} point
 */
export function stabilityLine(stability, findings, point) {
  const all = NAMES.flatMap((name) => stability[name] ?? []);
  const changed = all.filter((one) => judged(one, point).decision !== findings?.decision).length;
  const furthest = Math.max(...all.map((one) => Math.abs(one.probability - (findings?.probability ?? 0))));
  const values = { changed, count: all.length, furthest: Math.round(100 * furthest) };
  return t(changed === 0 ? 'stability.holds' : 'stability.changes', values);
}
