// How common pneumonia is where the page is used, as the user says it: in per cent, unset until then.

import { html } from 'lit';
import { live } from 'lit/directives/live.js';

/** @param {string} id @param {number | null} prevalence 0 to 1 @param {(prevalence: number | null) => void} onPrevalence */
export function prevalenceField(id, prevalence, onPrevalence) {
  const said = prevalence === null ? '' : String(Math.round(1000 * prevalence) / 10);
  const take = (/** @type {any} */ { target }) => {
    if (target.validity.badInput || !target.validity.valid)
      target.value = said; // what is no share changes nothing
    else onPrevalence(target.value === '' ? null : target.valueAsNumber / 100);
  };
  return html`<input
    type="number"
    id=${id}
    placeholder="%"
    min="0.1"
    max="99.9"
    step="any"
    .value=${live(said)}
    @change=${take}
  />`;
}
