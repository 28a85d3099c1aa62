// <pneumo-update>: says that a new version is there, and loads it when told to, never before.

import { html } from 'lit';
import { define } from '../view/define.js';

import { update } from './offline.js';
import { Part } from '../view/widget.js';

class Update extends Part {
  render() {
    return html`<p class="update" role="status">
      ${this.t('update.waits')}
      <button type="button" id="update" class="primary" @click=${update}>${this.t('update.reload')}</button>
    </p>`;
  }
}

define('pneumo-update', Update);
