// Whom the films are of, as the user says: asked before the first film, and beside every answer.

import { html } from 'lit';
import { t } from './i18n.js';

/** Whom the model learned from. */
export const GROUPS = /** @type {const} */ (['children', 'adults']);

/**
 * @param {import('./store.js').State['group']} group @param {(group: import('./store.js').State['group']) => void} onGroup
 * @param {boolean} [fixed] whether the film's own file says it
 */
export function groupField(group, onGroup, fixed = false) {
  return html`<div class="field">
    <label for="group">${t('group.title')}</label>
    <select id="group" ?disabled=${fixed} @change=${(/** @type {any} */ { target }) => onGroup(target.value || null)}>
      <option value="" ?selected=${group === null}>${t('group.unset')}</option>
      ${GROUPS.map((one) => html`<option value=${one} ?selected=${group === one}>${t(`patients.${one}`)}</option>`)}
      <option value="other" ?selected=${group === 'other'}>${t('group.other')}</option>
    </select>
  </div>`;
}
