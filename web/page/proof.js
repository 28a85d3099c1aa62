// <pneumo-proof>: how anybody can see for themselves that films stay here: what was asked of the network, the policy that
// the browser enforces, and what the self-test gave.

import { html, nothing } from 'lit';
import { define } from '../view/define.js';

import { singleFile } from './offline.js';
import { Part } from '../view/widget.js';

/** @typedef {import('../view/i18n.js').Translator} Translator */

export class Proof extends Part {
  static properties = { state: { attribute: false } };

  #abort = new AbortController();

  constructor() {
    super();
    /** @type {import('../desk/store.js').State | null} */
    this.state = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#abort = new AbortController();
    for (const name of ['online', 'offline'])
      addEventListener(name, () => this.requestUpdate(), { signal: this.#abort.signal });
  }

  disconnectedCallback() {
    this.#abort.abort();
    super.disconnectedCallback();
  }

  render() {
    if (!this.state) return;
    const { requests, kept, selfTest } = this.state;
    return html`<dialog id="proof" aria-labelledby="proof-title">
      <div class="dialog-head">
        <h2 id="proof-title">${this.t('proof.summary')}</h2>
        <button type="button" @click=${() => this.querySelector('dialog')?.close()}>${this.t('help.close')}</button>
      </div>
      <dl>
        <dt>${this.t('proof.requests')}</dt>
        <dd id="proof-requests">
          ${this.t('proof.count', { all: requests.all.length, since: requests.sinceReady.length })}
          ${addresses(requests.sinceReady)}
        </dd>
        <dt>${this.t('proof.blocked')}</dt>
        <dd id="proof-blocked">
          ${this.t('proof.stopped', { count: requests.blocked.length })} ${addresses(requests.blocked)}
        </dd>
        <dt>${this.t('proof.policy')}</dt>
        <dd>
          ${this.t('proof.enforced')}
          <ul id="proof-policy">
            ${policy().map((directive) => html`<li><code>${directive}</code></li>`)}
          </ul>
        </dd>
        <dt>${this.t('proof.plug')}</dt>
        <dd>
          ${this.t('proof.try')}
          <strong id="proof-network">${this.t(navigator.onLine ? 'proof.online' : 'proof.offline')}</strong>
        </dd>
        ${singleFile ? keeping(this.translator, singleFile, kept) : nothing}
        <dt>${this.t('proof.self-test')}</dt>
        <dd id="proof-self-test">${selfTest?.passed ? testLine(this.translator, selfTest) : '–'}</dd>
      </dl>
    </dialog>`;
  }
}

define('pneumo-proof', Proof);

/** @param {string[]} urls */
const addresses = (urls) =>
  urls.length
    ? html`<ul>
        ${urls.map((url) => html`<li><code>${url}</code></li>`)}
      </ul>`
    : nothing;

/** @param {Translator} translator @param {string} file @param {boolean | null} kept */
const keeping = (translator, file, kept) =>
  html`<dt>${translator.t('proof.keeping')}</dt>
    <dd>
      <span id="proof-kept">${kept === null ? nothing : translator.t(kept ? 'proof.kept' : 'proof.unkept')}</span>
      <a href=${file} download>${translator.t('proof.file')}</a>
    </dd>`;

/** The page's own policy; a server's header can only forbid more. @returns {string[]} */
function policy() {
  const meta = /** @type {HTMLMetaElement | null} */ (
    document.querySelector('meta[http-equiv="Content-Security-Policy"]')
  );
  return meta?.content.split('; ') ?? [];
}

/** @param {Translator} translator @param {import('../desk/self-test.js').Outcome} outcome */
function testLine(translator, { logit, expected, replaced }) {
  const [found, wanted] = [logit, expected].map((value) => value.toFixed(4));
  return `${translator.t('proof.passed', { found, wanted })} ${replaced ? translator.t('proof.replaced') : ''}`;
}
