// <pneumo-report>: one page about the open film, on paper or as PDF. Seen only in print.

import { html, nothing } from 'lit';
import { pointLabel, reason } from './answer.js';
import { engineLine, modelLine } from './engine-panel.js';
import { dateTime, probability, t } from '../i18n.js';
import { hasHeat, Picture } from '../viewer/picture.js';
import { NAMES as VARIANT_NAMES, stabilityLine } from './stability-panel.js';
import { save } from '../save.js';
import { Part } from '../widget.js';

/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

export class Report extends Part {
  static properties = { findings: { attribute: false }, state: { attribute: false }, point: { attribute: false } };

  constructor() {
    super();
    /** Of the open film, as they are at the point. @type {Findings | null} */
    this.findings = null;
    /** @type {import('../store.js').State | null} */
    this.state = null;
    /** @type {import('../../reader/types.d.ts').OperatingPoint | null} */
    this.point = null;
  }

  render() {
    const { findings, state } = this;
    const row = state?.rows.find(({ id }) => id === state.open?.id);
    if (!findings || !state || !row) return;
    const { decision, width, height, operatingPoint, warnings, engine, model } = findings;
    const name = state.names ? row.name : t('report.film', { number: row.id });
    return html`
      <h1>${t('report.title')}</h1>
      <p>${t('answer.film', { name, width, height })}. ${dateTime(new Date())}</p>
      <p class="research"><strong>${t('report.research')}</strong> ${t('limits.model')}</p>
      <div class="pictures">
        <figure>
          <canvas></canvas>
          <figcaption>${t('viewer.title')}</figcaption>
        </figure>
        ${
          hasHeat(findings)
            ? html`<figure>
                <canvas></canvas>
                <figcaption>${t('report.heat')}</figcaption>
              </figure>`
            : nothing
        }
      </div>
      <h2>${t(`decision.${decision}`)}</h2>
      <p>${reason(findings)}</p>
      <dl class="facts">
        ${
          decision === 'out-of-scope'
            ? nothing
            : html`<dt>${t('answer.probability')}</dt>
                <dd>${probability(findings.probability)}</dd>`
        }
        <dt>${t('answer.point')}</dt>
        <dd>${pointLabel(operatingPoint)}</dd>
        ${
          warnings.length
            ? html`<dt>${t('answer.care')}</dt>
                <dd>${warnings.map((one) => html`${t(`warning.${one}`)} `)}</dd>`
            : nothing
        }
        ${
          state.stability && VARIANT_NAMES.every((one) => state.stability?.[one])
            ? html`<dt>${t('stability.title')}</dt>
                <dd>${stabilityLine(state.stability, findings, this.point)}</dd>`
            : nothing
        }
        <dt>${t('engine.engine')}</dt>
        <dd>${engineLine(engine)}</dd>
        <dt>${t('engine.model')}</dt>
        <dd>${modelLine(model)}</dd>
      </dl>
    `;
  }

  updated() {
    if (!this.findings?.view) return;
    const picture = new Picture(this.findings);
    this.querySelectorAll('canvas').forEach((canvas, heated) => drawFlat(canvas, picture, heated ? 0.5 : 0));
  }
}

customElements.define('pneumo-report', Report);

/** Saves the film with the heatmap over it, upright and as large as the engine's view.
 * @param {Findings} findings @param {number} opacity @param {string} name of the file */
export function savePicture(findings, opacity, name) {
  const canvas = document.createElement('canvas');
  drawFlat(canvas, new Picture(findings), opacity);
  canvas.toBlob((blob) => blob && save(blob, name), 'image/png');
}

/** @param {HTMLCanvasElement} canvas @param {Picture} picture @param {number} opacity of the heat */
function drawFlat(canvas, { view, heat }, opacity) {
  if (!view) return;
  canvas.width = view.width;
  canvas.height = view.height;
  const context = canvas.getContext('2d');
  context?.drawImage(view, 0, 0);
  if (context) context.globalAlpha = opacity;
  if (opacity > 0 && heat) context?.drawImage(heat, 0, 0, view.width, view.height);
}
