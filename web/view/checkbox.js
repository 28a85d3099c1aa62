// A box to tick, with its words.

import { html } from 'lit';

/** @param {string} id @param {string} label @param {boolean} checked @param {() => void} onChange */
export const checkbox = (id, label, checked, onChange) =>
  html`<label><input type="checkbox" id=${id} .checked=${checked} @change=${onChange} /> ${label}</label>`;
