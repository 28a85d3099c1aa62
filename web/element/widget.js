// What all widgets share: they speak the reader's language, and send what the user does upwards as events.

import { LitElement } from 'lit';
import { onLanguage } from './i18n.js';

/** A widget with a shadow root of its own. */
export class Widget extends LitElement {
  #silence = () => {};

  connectedCallback() {
    super.connectedCallback();
    this.#silence = onLanguage(() => this.requestUpdate());
  }

  disconnectedCallback() {
    this.#silence();
    super.disconnectedCallback();
  }

  /** Up to the shadow root or page that the widget is in, and no further. @param {string} name @param {unknown} [detail] */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** A widget inside <pneumo-scope> or <pneumo-app>, under their style. */
export class Part extends Widget {
  createRenderRoot() {
    return this;
  }
}
