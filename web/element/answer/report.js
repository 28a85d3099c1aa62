// <pneumo-report>: one page about a film, on paper or as PDF. Seen only in print.

import { html, nothing } from 'lit';
import { define } from '../define.js';
import { pointLabel, reason } from './answer.js';
import { engineLine, modelLine } from './engine-panel.js';
import { groupOf } from '../group.js';
import { dateTime, probability, t } from '../i18n.js';
import { hasHeat, Picture } from '../viewer/picture.js';
import { hasContours } from '../../reader/overlay.js';
import { NAMES as VARIANT_NAMES, stabilityLine } from './stability-panel.js';
import { save } from '../save.js';
import { Part } from '../widget.js';

/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

/** Pixels that a film has on paper: 150 an inch of a page's width. */
const PRINTED_SIDE = 1100;

export class Report extends Part {
  static properties = {
    film: { attribute: false },
    findings: { attribute: false },
    state: { attribute: false },
    point: { attribute: false },
  };

  constructor() {
    super();
    /** Its number. @type {number | null} */
    this.film = null;
    /** As they are at the point, with the film's picture; null where it can be read no more. @type {Findings | null} */
    this.findings = null;
    /** @type {import('../store.js').State | null} */
    this.state = null;
    /** @type {import('../../reader/types.d.ts').OperatingPoint | null} */
    this.point = null;
  }

  render() {
    const { findings, state } = this;
    const row = state?.rows.find(({ id }) => id === this.film);
    if (!state || !row) return;
    const called = state.names ? row.name : t('report.film', { number: row.id });
    const name = withReference(called, row.reference);
    if (!findings)
      return html`<h1>${t('report.title')}</h1>
        <p>${name}. ${dateTime(new Date())}</p>
        <h2>${t('trouble.other')}</h2>`;
    const { decision, width, height, operatingPoint, warnings, engine, model } = findings;
    const group = groupOf(findings, state.group);
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
          this.#heated
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
          group
            ? html`<dt>${t('group.title')}</dt>
                <dd>${t(group === 'other' ? 'group.other' : `patients.${group}`)}</dd>`
            : nothing
        }
        ${
          warnings.length
            ? html`<dt>${t('answer.care')}</dt>
                <dd>${warnings.map((one) => html`${t(`warning.${one}`)} `)}</dd>`
            : nothing
        }
        ${
          decision !== 'out-of-scope' &&
          this.film === state.open?.id &&
          state.stability &&
          VARIANT_NAMES.every((one) => state.stability?.[one])
            ? html`<dt>${t('stability.title')}</dt>
                <dd>${stabilityLine(state.stability, findings, this.point)}</dd>`
            : nothing
        }
        <dt>${t('engine.engine')}</dt>
        <dd>${engineLine(engine)}</dd>
        <dt>${t('engine.model')}</dt>
        <dd>${modelLine(model)}</dd>
      </dl>
      <p class="read-by">${t('report.read-by')}</p>
    `;
  }

  /** A second picture where it differs from the first: the heatmap, where the user looks at it and it shows something. */
  get #heated() {
    const { state, findings } = this;
    return Boolean(state?.heatShown && findings?.heatmap && hasHeat(findings) && hasContours(findings.heatmap));
  }

  updated() {
    if (!this.findings?.view) return;
    const picture = new Picture(this.findings);
    this.querySelectorAll('canvas').forEach((canvas, heated) =>
      drawFlat(canvas, picture, heated ? 0.5 : 0, PRINTED_SIDE),
    );
  }
}

define('pneumo-report', Report);

/** @param {string} name @param {string} reference that the user has typed, if any */
const withReference = (name, reference) => (reference.trim() ? `${name} (${reference.trim()})` : name);

/** Saves the film with the heatmap over it, upright and as large as the engine's view; below it stands what it is.
 * @param {Findings} findings @param {number} opacity @param {number} number of the film @param {string} reference that the user typed */
export function savePicture(findings, opacity, number, reference) {
  const canvas = document.createElement('canvas');
  drawFlat(canvas, new Picture(findings), opacity);
  const { model, engine } = findings;
  const captioned = withCaption(canvas, [
    `${withReference(t('report.film', { number }), reference)}: ${t(`decision.${findings.decision}`)}`,
    `${pointLabel(findings.operatingPoint)}. ${reason(findings)}`,
    ...findings.warnings.map((warning) => t(`warning.${warning}`)),
    `${model.name} ${model.version}, ${engine.variant} ${engine.version}, ${dateTime(new Date())}`,
    t('report.research'),
  ]);
  captioned.toBlob((blob) => blob && save(blob, `pneumoscope-film-${number}.png`), 'image/png');
}

/** @param {HTMLCanvasElement} picture @param {string[]} lines broken where the picture is too narrow for them */
function withCaption(picture, lines) {
  const size = Math.max(14, Math.round(picture.width / 60));
  const font = `${size}px sans-serif`;
  const canvas = document.createElement('canvas');
  const measure = canvas.getContext('2d');
  if (!measure) return picture;
  measure.font = font;
  const room = Math.max(picture.width, 320) - 2 * size;
  const broken = lines.flatMap((line) => {
    const out = [''];
    for (const word of line.split(' ')) {
      const longer = `${out.at(-1)} ${word}`.trim();
      if (measure.measureText(longer).width <= room || out.at(-1) === '') out[out.length - 1] = longer;
      else out.push(word);
    }
    return out;
  });
  canvas.width = Math.max(picture.width, 320);
  canvas.height = picture.height + Math.round(size * (1.4 * broken.length + 1));
  const context = canvas.getContext('2d');
  if (!context) return picture;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0);
  context.font = font;
  context.fillStyle = '#000';
  broken.forEach((line, i) => context.fillText(line, size, picture.height + size * (1.4 * (i + 1))));
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @param {Picture} picture @param {number} opacity of the heat
 * @param {number} [longest] side, in pixels */
function drawFlat(canvas, picture, opacity, longest = Infinity) {
  const { view } = picture;
  if (!view) return;
  const heat = opacity > 0 ? picture.heat : null;
  const scale = Math.min(1, longest / Math.max(view.width, view.height));
  canvas.width = Math.round(scale * view.width);
  canvas.height = Math.round(scale * view.height);
  const context = canvas.getContext('2d');
  context?.drawImage(view, 0, 0, canvas.width, canvas.height);
  if (context) context.globalAlpha = opacity;
  if (heat) context?.drawImage(heat, 0, 0, canvas.width, canvas.height);
}
