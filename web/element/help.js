// <pneumo-help>: a dialogue that lists what the keys and the pointer do in the viewer.

import { html } from 'lit';
import { define } from './define.js';
import { ACTIONS, deedOf } from './viewer/actions.js';
import { t } from './i18n.js';
import { Part } from './widget.js';

/** @typedef {import('./viewer/actions.js').Action} Action */

const POINTER = /** @type {const} */ (['drag', 'drag-right', 'drag-middle', 'wheel', 'double', 'pinch']);

/** @type {Record<string, string>} */
const SIGNS = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', PageUp: 'PgUp', PageDown: 'PgDn' };

export class Help extends Part {
  render() {
    const names = /** @type {Action[]} */ (Object.keys(ACTIONS));
    return html`<dialog aria-labelledby="help-title" @close=${() => this.emit('do-set', { help: false })}>
      <div class="dialog-head">
        <h2 id="help-title">${t('help.title')}</h2>
        <button type="button" class="primary" @click=${() => this.querySelector('dialog')?.close()}>
          ${t('help.close')}
        </button>
      </div>
      <p class="quiet">${t('help.focus')}</p>
      <dl class="keys">
        ${names.map(
          (name) =>
            html`<div>
              <dt>${deedOf(name).keys.map((key) => html`<kbd>${sign(key)}</kbd> `)}</dt>
              <dd>${t(`action.${name}`)}</dd>
            </div>`,
        )}
      </dl>
      <h3>${t('help.pointer')}</h3>
      <dl class="keys pointer">
        ${POINTER.map(
          (name) =>
            html`<div>
              <dt>${t(`pointer.${name}`)}</dt>
              <dd>${t(`pointer.${name}.does`)}</dd>
            </div>`,
        )}
      </dl>
    </dialog>`;
  }

  firstUpdated() {
    this.querySelector('dialog')?.showModal();
  }
}

define('pneumo-help', Help);

/** @param {string} key @returns {string} as it stands on a keyboard */
function sign(key) {
  const [last, shift] = key.split('+').reverse();
  if (key === '+') return '+';
  const name = SIGNS[last] ?? (last === ' ' ? t('key.space') : last.toUpperCase());
  return shift ? `${t('key.shift')} ${name}` : name;
}
