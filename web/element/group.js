// Whom the films are of, as the user says: asked before the first film, and beside every answer.

import { html } from 'lit';
import { t } from './i18n.js';

/** Whom the model learned from. */
export const GROUPS = /** @type {const} */ (['children', 'adults']);

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('./store.js').State['group']} Group null where nobody has said it */

/** What a film's own file says: nobody that the model has learned from, where the view is no frontal one.
 * @param {Pick<Findings, 'film' | 'warnings'>} findings @returns {Group} */
export function statedGroup({ film: { ageYears }, warnings }) {
  if (warnings.includes('lateral')) return 'other';
  if (ageYears === null) return null;
  return ageYears >= 18 ? 'adults' : ageYears >= 1 && ageYears < 6 ? 'children' : 'other';
}

/** Whose figures count: by the film's file, or by the user's word. @param {Pick<Findings, 'film' | 'warnings'>} findings
 * @param {Group} said */
export const groupOf = (findings, said) => statedGroup(findings) ?? said;

/**
 * @param {Group} group @param {(group: Group) => void} onGroup
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
