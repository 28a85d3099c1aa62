// <pneumo-seen>: the picture that the network saw.

import { html } from 'lit';
import { define } from '../define.js';

import { greyImage } from './grey-image.js';
import { Part } from '../widget.js';

export class Seen extends Part {
  static properties = { input: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../../reader/types.d.ts').Grid | null} */
    this.input = null;
  }

  render() {
    const side = this.input?.side ?? 0;
    return html`<figure class="seen">
      <canvas role="img" aria-label=${this.t('seen.label')} width=${side} height=${side}></canvas>
      <figcaption class="quiet">${this.t('seen.caption', { side })}</figcaption>
    </figure>`;
  }

  updated() {
    if (!this.input) return;
    const { side, values } = this.input;
    this.querySelector('canvas')
      ?.getContext('2d')
      ?.putImageData(greyImage(values, side, side, 1), 0, 0);
  }
}

define('pneumo-seen', Seen);
