// What is written over a film: what its file says of it, where the window stands, how far it is zoomed and turned, the letters of
// the patient's sides, and a ruler where the file states a spacing. Nothing of the patient but age and sex in a word.

import { html, nothing } from 'lit';

import { lettersOf } from '../../desk/letters.js';
import { windowed, zoomOf } from '../../desk/placement.js';

/** @typedef {import('../i18n.js').Translator} Translator */
/** @typedef {import('../../desk/placement.js').View} View */
/** @typedef {import('../../desk/placement.js').Size} Size */
/** @typedef {import('../../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../../reader/types.d.ts').View} Greys */
/** @typedef {import('../../reader/types.d.ts').FilmFacts} FilmFacts */

/** From a view's window, in shares of the film's own range, to values of the film, and back. Null where a film has none.
 * @param {FilmFacts} film @param {Greys} greys */
function scaleOf({ valueBlack, valueWhite }, { black, white }) {
  if (valueBlack === null || valueWhite === null) return null;
  const range = Math.max(white - black, 1e-6);
  const span = valueWhite - valueBlack;
  return {
    level: (/** @type {number} */ level) => valueBlack + (black + level * range) * span,
    width: (/** @type {number} */ width) => width * range * Math.abs(span),
    viewLevel: (/** @type {number} */ value) => ((value - valueBlack) / span - black) / range,
    viewWidth: (/** @type {number} */ value) => value / (range * Math.abs(span)),
  };
}

/** The view with a window of the file's. @param {View} view @param {Findings} findings
 * @param {{ center: number, width: number }} window @returns {View} */
export function withFileWindow(view, { film, view: greys }, { center, width }) {
  const scale = greys && scaleOf(film, greys);
  return scale ? windowed(view, scale.viewLevel(center), scale.viewWidth(width)) : view;
}

/** The windows that a file offers. @param {Findings | null} findings */
export const fileWindows = (findings) =>
  findings?.view && findings.film.valueBlack !== null ? findings.film.windows : [];

/** @param {Translator} translator @param {Findings} findings @param {View} view @param {Size} frame
 * @param {{ x: number, y: number } | null} under the film's pixel under the pointer
 * @param {string} date of the study, where the user wants to see it */
export function readout(translator, findings, view, frame, under, date) {
  const { film, view: greys } = findings;
  const { t, number, percent } = translator;
  const scale = greys && scaleOf(film, greys);
  const zoom = zoomOf(view, film, frame);
  const value = under && greys ? valueAt(film, greys, under) : null;
  return html`
    <p class="readout stated">${stated(translator, film, date).map((word) => html`<span>${word}</span>`)}</p>
    <p class="readout changed">${changes(film, view).map((name) => html`<strong>${t(`badge.${name}`)}</strong>`)}</p>
    <p class="readout window">
      ${
        scale
          ? html`<span>${t('readout.level', { value: number(Math.round(scale.level(view.level))) })}</span>
              <span>${t('readout.width', { value: number(Math.round(scale.width(view.width))) })}</span>`
          : nothing
      }
      <span>${t('readout.zoom', { value: percent(zoom, 0) })}</span>
      ${value === null ? nothing : html`<span>${t('readout.value', { value: number(Math.round(value)) })}</span>`}
    </p>
    ${film.edges ? letters(lettersOf(film.edges, view)) : nothing}
    ${film.spacingMm ? ruler(translator, film.spacingMm / zoom, frame) : nothing}
  `;
}

/** @param {ReturnType<typeof lettersOf>} at the edges of the frame */
const letters = (at) => Object.entries(at).map(([edge, text]) => html`<span class="letter ${edge}">${text}</span>`);

/** The film's value at a pixel, as near as the engine's view has it; null where its grey scale is no straight line.
 * @param {FilmFacts} film @param {Greys} greys @param {{ x: number, y: number }} at */
function valueAt({ width, height, valueBlack, valueWhite }, greys, { x, y }) {
  if (valueBlack === null || valueWhite === null) return null;
  const [column, row] = [Math.floor((x * greys.width) / width), Math.floor((y * greys.height) / height)];
  return valueBlack + (greys.data[row * greys.width + column] / 65535) * (valueWhite - valueBlack);
}

/** @param {Translator} translator @param {FilmFacts} film @param {string} date @returns {string[]} */
function stated({ t, number, day }, { modality, view, laterality, ageYears, sex, bits, spacingMm }, date) {
  const age = ageYears === null ? null : t('readout.age', { count: Math.floor(ageYears) });
  const spacing =
    spacingMm === null ? null : t('readout.mm', { value: number(spacingMm, { maximumFractionDigits: 3 }) });
  const made = date ? day(new Date(date)) : null;
  return [made, modality, view, laterality, age, sex, t('readout.bits', { count: bits }), spacing].filter(
    (word) => word !== null,
  );
}

/** How the film is not shown as its file stores it. @param {FilmFacts} film @param {View} view */
function changes({ orientation }, view) {
  const mirroredByFile = [2, 4, 5, 7].includes(orientation);
  const list = {
    flipped: view.mirrored !== view.upended || mirroredByFile,
    rotated: view.turns !== 0 || (view.mirrored && view.upended) || [3, 6, 8].includes(orientation),
    inverted: view.inverted,
  };
  return /** @type {(keyof typeof list)[]} */ (Object.keys(list)).filter((name) => list[name]);
}

/** As long as fits into a third of the frame, in round millimetres. @param {Translator} translator @param {number} mm a CSS pixel @param {Size} frame */
function ruler(translator, mm, { width }) {
  const longest = (mm * width) / 3;
  const length = [100, 50, 20, 10, 5, 2, 1].find((round) => round <= longest) ?? 1;
  return html`<p class="readout ruler" .style=${`inline-size: ${length / mm}px`}>
    ${translator.t('readout.mm', { value: translator.number(length) })}
  </p>`;
}
