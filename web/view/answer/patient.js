// Who the patient is: by the film's file, or as the user says it, for this film and only when asked for the whole list.

import { html, nothing } from 'lit';
import { groupOf, statedGroup } from '../../reader/patients.js';

/** @typedef {import('../i18n.js').Translator} Translator */
/** @typedef {import('../../reader/patients.js').Group} Group */
/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

const CHOICES = /** @type {const} */ (['children', 'adults', 'other']);

/**
 * @param {Translator} translator @param {Findings} findings
 * @param {{ said: Group, ofList: Group, many: boolean }} how what was said of this film and of the list; whether there are others
 * @param {(group: Group) => void} onFilm @param {(group: Group) => void} onList
 */
export function patient({ t }, findings, { said, ofList, many }, onFilm, onList) {
  const stated = statedGroup(findings);
  const group = groupOf(findings, said, ofList);
  if (stated !== null)
    return html`<div class="who">
      ${t('group.label')} <span class="fixed" id="group-fixed">${t(`group.${stated}`)}</span>
      <span>${t('group.of-file')}</span>
    </div>`;
  return html`<div class="who" role="group" aria-label=${t('group.title')} ?data-unset=${group === null}>
    <span>${t(group === null ? 'group.title' : 'group.label')}</span>
    ${CHOICES.map(
      (one) =>
        html`<button
          type="button"
          data-group=${one}
          aria-pressed=${one === group}
          title=${one === 'other' ? t('group.other.what') : nothing}
          @click=${() => onFilm(one === said ? null : one)}
        >
          ${t(`group.${one}`)}
        </button>`,
    )}
    ${
      many && group !== null && group !== ofList
        ? html`<button type="button" id="group-all" class="link" @click=${() => onList(group)}>
            ${t('group.all')}
          </button>`
        : nothing
    }
  </div>`;
}
