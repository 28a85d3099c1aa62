// <pneumo-about>: a dialogue that says what this software is and is not, and which engine and model answer.

import { html } from 'lit';
import '../view/answer/engine-panel.js';
import { define } from '../view/define.js';
import { shownRow } from '../desk/triage.js';
import { Part } from '../view/widget.js';

export class About extends Part {
  static properties = { state: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../desk/store.js').State | null} */
    this.state = null;
  }

  render() {
    const { state } = this;
    if (!state) return;
    return html`<dialog id="about" aria-labelledby="about-title">
      <div class="dialog-head">
        <h2 id="about-title">${this.t('about.title')}</h2>
        <button type="button" @click=${() => this.querySelector('dialog')?.close()}>${this.t('help.close')}</button>
      </div>
      <p><strong>${this.t('limits.research')}</strong> ${this.t('limits.model')}</p>
      <p>${this.t('evidence.intended')}</p>
      <pneumo-engine
        .phase=${state.phase}
        .engine=${state.engine}
        .model=${state.model}
        .timing=${shownRow(state, state.active)?.findings?.timing}
      ></pneumo-engine>
    </dialog>`;
  }
}

define('pneumo-about', About);
