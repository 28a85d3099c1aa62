// <pneumo-proof>: how anybody can see for themselves that films stay here: what was asked of the network, the policy that
// the browser enforces, and what the self-test gave.

import { html, nothing } from 'lit';
import { define } from '../element/define.js';
import { t } from '../element/i18n.js';
import { singleFile } from './offline.js';
import { Part } from '../element/widget.js';

export class Proof extends Part {
  static properties = { state: { attribute: false } };

  #abort = new AbortController();

  constructor() {
    super();
    /** @type {import('../element/store.js').State | null} */
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
    return html`<details id="proof">
      <summary>${t('proof.summary')}</summary>
      <dl>
        <dt>${t('proof.requests')}</dt>
        <dd id="proof-requests">
          ${t('proof.count', { all: requests.all.length, since: requests.sinceReady.length })}
          ${addresses(requests.sinceReady)}
        </dd>
        <dt>${t('proof.blocked')}</dt>
        <dd id="proof-blocked">
          ${t('proof.stopped', { count: requests.blocked.length })} ${addresses(requests.blocked)}
        </dd>
        <dt>${t('proof.policy')}</dt>
        <dd>
          ${t('proof.enforced')}
          <ul id="proof-policy">
            ${policy().map((directive) => html`<li><code>${directive}</code></li>`)}
          </ul>
        </dd>
        <dt>${t('proof.plug')}</dt>
        <dd>
          ${t('proof.try')}
          <strong id="proof-network">${t(navigator.onLine ? 'proof.online' : 'proof.offline')}</strong>
        </dd>
        ${singleFile ? keeping(singleFile, kept) : nothing}
        <dt>${t('proof.self-test')}</dt>
        <dd id="proof-self-test">${selfTest?.passed ? testLine(selfTest) : '–'}</dd>
      </dl>
    </details>`;
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

/** @param {string} file @param {boolean | null} kept */
const keeping = (file, kept) =>
  html`<dt>${t('proof.keeping')}</dt>
    <dd>
      <span id="proof-kept">${kept === null ? nothing : t(kept ? 'proof.kept' : 'proof.unkept')}</span>
      <a href=${file} download>${t('proof.file')}</a>
    </dd>`;

/** The page's own policy; a server's header can only forbid more. @returns {string[]} */
function policy() {
  const meta = /** @type {HTMLMetaElement | null} */ (
    document.querySelector('meta[http-equiv="Content-Security-Policy"]')
  );
  return meta?.content.split('; ') ?? [];
}

/** @param {import('../element/self-test.js').Outcome} outcome */
function testLine({ logit, expected, replaced }) {
  const [found, wanted] = [logit, expected].map((value) => value.toFixed(4));
  return `${t('proof.passed', { found, wanted })} ${replaced ? t('proof.replaced') : ''}`;
}
