// What all widgets share: they speak the reader's language, and send what the user does upwards as events.

import { LitElement } from 'lit';
import { pageSpeech, speaking } from './i18n.js';

/** @typedef {import('./store.js').Deeds} Deeds */

/** A widget with a shadow root of its own. */
export class Widget extends LitElement {
  #silence = () => {};

  /** That of the element it stands in, or the page's. @returns {import('./i18n.js').Speech} */
  get speech() {
    const { host } = /** @type {{ host?: { speech?: import('./i18n.js').Speech } }} */ (this.getRootNode());
    return host?.speech ?? pageSpeech;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#silence = this.speech.follow(() => this.requestUpdate());
  }

  disconnectedCallback() {
    this.#silence();
    super.disconnectedCallback();
  }

  performUpdate() {
    return speaking(this.speech, () => super.performUpdate());
  }

  /** Up to the shadow root or page that the widget is in, and no further.
   * @template {keyof Deeds} Name @param {Name} name
   * @param {undefined extends Deeds[Name] ? [] : [detail: Deeds[Name]]} details */
  emit(name, ...[detail]) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** A widget inside <pneumo-scope> or <pneumo-app>, under their style. */
export class Part extends Widget {
  createRenderRoot() {
    return this;
  }
}
