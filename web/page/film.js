// Shows the film with its heatmap, and says while it is being read that it is.

import { overlay } from '../overlay.js';
import { element } from './element.js';
import { DECISIONS } from './words.js';

/** @typedef {import('./store.js').State} State */

/** @param {import('./store.js').Store} store @param {() => void} onCancel */
export function showFilm(store, onCancel) {
  element('cancel', HTMLButtonElement).addEventListener('click', onCancel);
  const shown = element('heat-shown', HTMLInputElement);
  const opacity = element('heat-opacity', HTMLInputElement);
  shown.addEventListener('change', () => store.set({ heatShown: shown.checked }));
  opacity.addEventListener('input', () => store.set({ heatOpacity: opacity.valueAsNumber }));
  store.subscribe((state, before) => {
    showParts(state);
    if (differs(state, before)) draw(state);
  });
}

/** @param {State} state */
function showParts({ phase, filmName, findings, heatShown }) {
  element('canvas', HTMLCanvasElement).hidden = !findings;
  element('invitation', HTMLElement).hidden = Boolean(findings);
  element('heat', HTMLElement).hidden = !findings;
  element('heat-opacity', HTMLInputElement).disabled = !heatShown;
  element('choose', HTMLElement).textContent = findings ? 'Choose another film' : 'Choose a film';
  element('busy', HTMLElement).hidden = phase !== 'reading';
  element('busy-text', HTMLElement).textContent = `Reading ${filmName}`;
}

/** Whether the picture on the canvas is no longer the right one. @param {State} state @param {State} before */
function differs(state, before) {
  return /** @type {const} */ (['findings', 'heatShown', 'heatOpacity']).some((key) => state[key] !== before[key]);
}

/** @param {State} state */
function draw({ filmName, findings, heatShown, heatOpacity }) {
  if (!findings?.view || !findings.heatmap) return;
  const { width, height } = findings.view;
  const canvas = element('canvas', HTMLCanvasElement);
  canvas.width = width;
  canvas.height = height;
  const pixels = overlay(findings.view, findings.heatmap, { opacity: heatShown ? heatOpacity : 0 });
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  const heat = heatShown ? ', with the heatmap over it' : '';
  canvas.setAttribute('aria-label', `The film ${filmName}${heat}. Answer: ${DECISIONS[findings.decision]}.`);
}
