// What all widgets share: they speak the reader's language, and send what the user does upwards as events.

import { LitElement } from 'lit';
import { pageTranslator } from './i18n.js';

/** @typedef {import('../desk/store.js').Deeds} Deeds */

/** A widget with a shadow root of its own. */
export class Widget extends LitElement {
  #silence = () => {};

  /** That of the element it stands in, or the page's. @returns {import('./i18n.js').Translator} */
  get translator() {
    const { host } = /** @type {{ host?: { translator?: import('./i18n.js').Translator } }} */ (this.getRootNode());
    return host?.translator ?? pageTranslator;
  }

  get t() {
    return this.translator.t;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#silence = this.translator.follow(() => this.requestUpdate());
  }

  disconnectedCallback() {
    this.#silence();
    super.disconnectedCallback();
  }

  /** Up to the shadow root or page that the widget is in, or to its own shadow root, and no further.
   * @template {keyof Deeds} Name @param {Name} name
   * @param {undefined extends Deeds[Name] ? [] : [detail: Deeds[Name]]} details */
  emit(name, ...[detail]) {
    this.renderRoot.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** A widget inside <pneumo-scope> or <pneumo-app>, under their style. */
export class Part extends Widget {
  createRenderRoot() {
    return this;
  }
}
