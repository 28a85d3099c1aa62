// <pneumo-report>: one page about a film, on paper or as PDF. Seen only in print.

import { html, nothing } from 'lit';
import { define } from '../define.js';
import { caution, nextStep, reason, ruleLabel } from '../words.js';
import { figureLine } from './numbers.js';
import { engineLine, modelLine } from './engine-panel.js';
import { brokenInto } from './lines.js';
import { groupOf } from '../../reader/patients.js';

import { hasHeat, isFlat } from '../../desk/heat.js';
import { Picture } from '../viewer/picture.js';
import { hasContours } from '../../reader/overlay.js';
import { isWhole, stabilityLine } from './stability-panel.js';
import { save } from '../save.js';
import { Part } from '../widget.js';

/** @typedef {import('../i18n.js').Translator} Translator */
/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

/** Pixels that a film has on paper: 150 an inch of a page's width. */
const PRINTED_SIDE = 1100;
const MOST_LINES = 150; // below a saved picture: canvases have a greatest height

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
    /** @type {import('../../desk/store.js').State | null} */
    this.state = null;
    /** @type {import('../../reader/types.d.ts').OperatingPoint | null} */
    this.point = null;
  }

  render() {
    const { findings, state } = this;
    const row = state?.rows.find(({ id }) => id === this.film);
    if (!state || !row) return;
    const called = state.names ? row.name : this.t('report.film', { number: row.id });
    const name = withReference(called, row.reference);
    if (!findings)
      return html`<h1>${this.t('report.title')}</h1>
        <p>${name}. ${this.translator.dateTime(new Date())}</p>
        <h2>${this.t('trouble.other')}</h2>`;
    const { decision, width, height, warnings, engine, model } = findings;
    const group = groupOf(findings, row.group, state.group);
    return html`
      <h1>${this.t('report.title')}</h1>
      <p>${this.t('answer.film', { name, width, height })}. ${this.translator.dateTime(new Date())}</p>
      <p class="research"><strong>${this.t('report.research')}</strong> ${this.t('limits.model')}</p>
      <div class="pictures">
        <figure>
          <canvas></canvas>
          <figcaption>${this.t('viewer.title')}</figcaption>
        </figure>
        ${
          this.#heated
            ? html`<figure>
                <canvas></canvas>
                <figcaption>${this.t('report.heat')}</figcaption>
              </figure>`
            : nothing
        }
      </div>
      <h2>${this.t(`decision.${decision}`)}</h2>
      <p>${caution(this.translator, findings)}</p>
      <p><strong>${nextStep(this.translator, findings)}</strong></p>
      ${hasHeat(findings) && isFlat(findings.heatmap) ? html`<p>${this.t('heat.flat')}</p>` : nothing}
      <dl class="facts">
        ${
          decision === 'out-of-scope'
            ? nothing
            : html`<dt>${this.t('answer.probability')}</dt>
                <dd>${this.translator.probability(findings.probability)}</dd>`
        }
        <dt>${this.t('answer.point')}</dt>
        <dd>
          ${ruleLabel(this.translator, findings)}.
          ${decision === 'out-of-scope' ? nothing : reason(this.translator, findings)}
        </dd>
        <dt>${this.t('group.label')}</dt>
        <dd>
          ${this.t(group === null ? 'group.unset' : `group.${group}`)}.
          ${figureLine(this.translator, findings, state.metrics, group, state.prevalence)}
        </dd>
        ${
          warnings.length + (findings.scope.overruled?.length ?? 0)
            ? html`<dt>${this.t('answer.care')}</dt>
                <dd>
                  ${(findings.scope.overruled ?? []).map((one) => `${this.t('anyway.done')} ${this.t(`scope.${one}`)} `)}
                  ${warnings.map((one) => html`${this.t(`warning.${one}`)} `)}
                </dd>`
            : nothing
        }
        ${
          decision !== 'out-of-scope' && this.film === state.stability?.id && isWhole(state.stability.copies)
            ? html`<dt>${this.t('stability.title')}</dt>
                <dd>${stabilityLine(this.translator, state.stability.copies, findings, this.point)}</dd>`
            : nothing
        }
        <dt>${this.t('engine.engine')}</dt>
        <dd>${engineLine(this.translator, engine)}</dd>
        <dt>${this.t('engine.model')}</dt>
        <dd>${modelLine(model)}</dd>
      </dl>
      ${
        row.text.trim()
          ? html`<h2>${this.t('report.own')}</h2>
              <p class="own" dir="auto">${row.text.trim()}</p>`
          : nothing
      }
      <p class="read-by">${this.t('report.read-by')}</p>
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

/** Saves the film with the heatmap over it, where it is shown, upright and as large as the engine's view; below it stands what the
 * report says. @param {Translator} translator
 * @param {{ film: number, findings: Findings, state: import('../../desk/store.js').State }} which */
export function savePicture(translator, { film, findings, state }) {
  const row = state.rows.find(({ id }) => id === film);
  const canvas = document.createElement('canvas');
  drawFlat(canvas, new Picture(findings), state.heatShown ? state.heatOpacity : 0);
  const { model, engine, decision, warnings } = findings;
  const { t } = translator;
  const group = groupOf(findings, row?.group ?? null, state.group);
  const captioned = withCaption(
    canvas,
    [
      `${withReference(t('report.film', { number: film }), row?.reference ?? '')}: ${t(`decision.${decision}`)}`,
      `${caution(translator, findings)} ${nextStep(translator, findings)}`,
      `${t('group.label')}: ${t(group === null ? 'group.unset' : `group.${group}`)}. ${figureLine(translator, findings, state.metrics, group, state.prevalence)}`,
      ...(decision === 'out-of-scope' ? [] : [`${ruleLabel(translator, findings)}. ${reason(translator, findings)}`]),
      ...(findings.scope.overruled ?? []).map((one) => `${t('anyway.done')} ${t(`scope.${one}`)}`),
      ...warnings.map((warning) => t(`warning.${warning}`)),
      `${model.name} ${model.version}, ${engine.variant} ${engine.version}, ${translator.dateTime(new Date())}`,
      t('report.research'),
      ...(row?.text.trim() ? [`${t('report.own')}:`, ...row.text.trim().split('\n')] : []),
    ],
    translator.direction,
  );
  captioned.toBlob((blob) => blob && save(blob, `pneumoscope-film-${film}.png`), 'image/png');
}

/** @param {HTMLCanvasElement} picture @param {string[]} lines broken where the picture is too narrow for them
 * @param {'ltr' | 'rtl'} direction */
function withCaption(picture, lines, direction) {
  const size = Math.max(14, Math.round(picture.width / 60));
  const font = `${size}px sans-serif`;
  const canvas = document.createElement('canvas');
  const measure = canvas.getContext('2d');
  if (!measure) return picture;
  measure.font = font;
  const room = Math.max(picture.width, 320) - 2 * size;
  const fits = (/** @type {string} */ text) => measure.measureText(text).width <= room;
  const all = lines.flatMap((line) => brokenInto(line, fits));
  const broken = all.length > MOST_LINES ? [...all.slice(0, MOST_LINES - 1), '…'] : all;
  canvas.width = Math.max(picture.width, 320);
  canvas.height = picture.height + Math.round(size * (1.4 * broken.length + 1));
  const context = canvas.getContext('2d');
  if (!context) return picture;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0);
  context.font = font;
  context.fillStyle = '#000';
  context.direction = direction;
  const start = direction === 'rtl' ? canvas.width - size : size;
  broken.forEach((line, i) => context.fillText(line, start, picture.height + size * (1.4 * (i + 1))));
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @param {Picture} picture @param {number} opacity of the heat
 * @param {number} [longest] side, in pixels */
function drawFlat(canvas, picture, opacity, longest = Infinity) {
  const { whole } = picture;
  if (!whole) return;
  const heat = opacity > 0 ? picture.heat : null;
  const scale = Math.min(1, longest / Math.max(whole.width, whole.height));
  canvas.width = Math.round(scale * whole.width);
  canvas.height = Math.round(scale * whole.height);
  const context = canvas.getContext('2d');
  context?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  if (context) context.globalAlpha = opacity;
  if (heat) context?.drawImage(heat, 0, 0, canvas.width, canvas.height);
}
