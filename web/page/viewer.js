// <pneumo-viewer>: the film with its heatmap.

import { html } from 'lit';
import { overlay } from '../overlay.js';
import { t } from './i18n.js';
import { Part } from './widget.js';

export class Viewer extends Part {
  static properties = {
    findings: { attribute: false },
    name: {},
    heatShown: { type: Boolean },
    heatOpacity: { type: Number },
  };

  constructor() {
    super();
    /** @type {import('../types.d.ts').Findings | null} */
    this.findings = null;
    this.name = '';
    this.heatShown = true;
    this.heatOpacity = 0.5;
  }

  render() {
    return html`
      <canvas role="img" aria-label=${this.#label()} ?hidden=${!this.findings}></canvas>
      <div class="tools">
        <label><input type="checkbox" .checked=${this.heatShown} @change=${this.#show} /> ${t('viewer.heat')}</label>
        <label
          >${t('viewer.opacity')}
          <input
            type="range"
            id="heat-opacity"
            min="0.1"
            max="1"
            step="0.05"
            .value=${String(this.heatOpacity)}
            ?disabled=${!this.heatShown}
            @input=${this.#strengthen}
        /></label>
      </div>
    `;
  }

  updated() {
    const { view, heatmap } = this.findings ?? {};
    const canvas = this.querySelector('canvas');
    if (!view || !heatmap || !canvas) return;
    canvas.width = view.width;
    canvas.height = view.height;
    const pixels = overlay(view, heatmap, { opacity: this.heatShown ? this.heatOpacity : 0 });
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, view.width, view.height), 0, 0);
  }

  #label() {
    if (!this.findings) return '';
    const decision = t(`decision.${this.findings.decision}`);
    return t(this.heatShown ? 'viewer.label.heat' : 'viewer.label', { name: this.name, decision });
  }

  /** @param {Event} event */
  #show(event) {
    this.emit('do-set', { heatShown: /** @type {HTMLInputElement} */ (event.target).checked });
  }

  /** @param {Event} event */
  #strengthen(event) {
    this.emit('do-set', { heatOpacity: /** @type {HTMLInputElement} */ (event.target).valueAsNumber });
  }
}

customElements.define('pneumo-viewer', Viewer);
