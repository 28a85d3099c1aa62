// <pneumo-update>: says that a new version is there, and loads it when told to, never before.

import { html } from 'lit';
import { define } from '../element/define.js';
import { t } from '../element/i18n.js';
import { update } from './offline.js';
import { Part } from '../element/widget.js';

class Update extends Part {
  render() {
    return html`<p class="update" role="status">
      ${t('update.waits')}
      <button type="button" id="update" class="primary" @click=${update}>${t('update.reload')}</button>
    </p>`;
  }
}

define('pneumo-update', Update);
