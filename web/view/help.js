// <pneumo-help>: a dialogue that lists what the keys and the pointer do in the viewer.

import { html } from 'lit';
import { define } from './define.js';
import { ACTIONS, deedOf } from '../desk/actions.js';

import { Part } from './widget.js';

/** @typedef {import('./i18n.js').Translator} Translator */
/** @typedef {import('../desk/actions.js').Action} Action */

const POINTER = /** @type {const} */ (['drag', 'drag-right', 'drag-middle', 'wheel', 'double', 'pinch']);

/** @type {Record<string, string>} */
const SIGNS = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', PageUp: 'PgUp', PageDown: 'PgDn' };

export class Help extends Part {
  render() {
    const names = /** @type {Action[]} */ (Object.keys(ACTIONS));
    return html`<dialog aria-labelledby="help-title" @close=${() => this.emit('do-set', { help: false })}>
      <div class="dialog-head">
        <h2 id="help-title">${this.t('help.title')}</h2>
        <button type="button" class="primary" @click=${() => this.querySelector('dialog')?.close()}>
          ${this.t('help.close')}
        </button>
      </div>
      <p class="quiet">${this.t('help.focus')}</p>
      <dl class="keys">
        ${names.map(
          (name) =>
            html`<div>
              <dt>${deedOf(name).keys.map((key) => html`<kbd>${sign(this.translator, key)}</kbd> `)}</dt>
              <dd>${this.t(`action.${name}`)}</dd>
            </div>`,
        )}
      </dl>
      <h3>${this.t('help.pointer')}</h3>
      <dl class="keys pointer">
        ${POINTER.map(
          (name) =>
            html`<div>
              <dt>${this.t(`pointer.${name}`)}</dt>
              <dd>${this.t(`pointer.${name}.does`)}</dd>
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

/** @param {Translator} translator @param {string} key @returns {string} as it stands on a keyboard */
function sign(translator, key) {
  const [last, held] = key.split('+').reverse();
  if (key === '+') return '+';
  const name = SIGNS[last] ?? (last === ' ' ? translator.t('key.space') : last.toUpperCase());
  return held ? `${held === 'Shift' ? translator.t('key.shift') : held} ${name}` : name;
}
