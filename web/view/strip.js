// <pneumo-strip>: above the film. In a narrow box the verdict; where no list lies beside it, the ways to the other films.

import { html, nothing } from 'lit';
import { listed } from '../desk/triage.js';
import { define } from './define.js';
import { icon } from './icons.js';
import { Part } from './widget.js';

/** @typedef {import('../desk/store.js').State} State */

export class Strip extends Part {
  static properties = { state: { attribute: false }, row: { attribute: false }, said: { attribute: false } };

  constructor() {
    super();
    /** @type {State | null} */
    this.state = null;
    /** The film that is shown. @type {import('../desk/store.js').Row | null} */
    this.row = null;
    /** Its answer, where it may be seen. @type {import('../reader/types.d.ts').Decision | null} */
    this.said = null;
  }

  render() {
    const { state, row, said } = this;
    return html`<span class="verdict" aria-hidden="true"
        >${said ? html`${icon(said)}${this.t(`decision.${said}`)}` : (row?.trouble && this.t('viewer.none')) || this.t('answer.title')}</span
      >
      ${state && state.rows.length > 1 ? this.#steps(state) : nothing}`;
  }

  /** @param {State} state */
  #steps(state) {
    const { rows, open } = state;
    const at = listed(state).findIndex(({ id }) => id === open?.id);
    const button = (/** @type {'previous' | 'next'} */ id, /** @type {boolean} */ last, /** @type {1 | -1} */ by) =>
      html`<button
        type="button"
        id=${id}
        class="tool"
        title=${this.t(`action.${id}`)}
        aria-label=${this.t(`action.${id}`)}
        ?disabled=${last}
        @click=${() => this.emit('do-step', { by })}
      >
        ${icon(id)}
      </button>`;
    return html`<nav id="steps">
      ${button('previous', at <= 0, -1)}
      <span>${this.t('list.place', { place: at + 1, count: rows.length })}</span>
      ${button('next', at === rows.length - 1, 1)}
    </nav>`;
  }
}

define('pneumo-strip', Strip);
