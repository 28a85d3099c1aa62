// <pneumo-engine>: what answered: the engine, the time it took and the model.

import { html, nothing } from 'lit';
import { define } from '../define.js';

import { Part } from '../widget.js';

/** @typedef {import('../i18n.js').Translator} Translator */

export class EnginePanel extends Part {
  static properties = {
    phase: { attribute: false },
    engine: { attribute: false },
    model: { attribute: false },
    timing: { attribute: false },
  };

  constructor() {
    super();
    /** @type {import('../../desk/store.js').State['phase']} */
    this.phase = 'starting';
    /** @type {import('../../reader/types.d.ts').Engine | null} */
    this.engine = null;
    /** @type {import('../../reader/types.d.ts').Model | null} */
    this.model = null;
    /** @type {import('../../reader/types.d.ts').Timing | null} */
    this.timing = null;
  }

  render() {
    return html`
      <dl class="facts">
        <dt>${this.t('engine.engine')}</dt>
        <dd>
          <span id="engine-line">${this.#line()}</span>
          ${this.engine && isAlone(this.engine) ? html`<span id="engine-note">${this.t('engine.alone')}</span>` : nothing}
        </dd>
        <dt>${this.t('engine.time')}</dt>
        <dd id="time-line">${this.timing ? timeLine(this.translator, this.timing) : '–'}</dd>
        <dt>${this.t('engine.model')}</dt>
        <dd id="model-line">${this.model ? modelLine(this.model) : '–'}</dd>
      </dl>
    `;
  }

  #line() {
    if (this.engine) return engineLine(this.translator, this.engine);
    return this.t(this.phase === 'failed' ? 'engine.failed' : 'engine.starting');
  }
}

define('pneumo-engine', EnginePanel);

/** Whether there is one thread where there should be more. @param {import('../../reader/types.d.ts').Engine} engine */
const isAlone = ({ threads }) => threads === 1 && globalThis.crossOriginIsolated && navigator.hardwareConcurrency > 1;

/** @param {Translator} translator @param {import('../../reader/types.d.ts').Engine} engine */
export const engineLine = (translator, { variant, threads, precision, version }) =>
  `${version}, ${variant}, ${translator.t('engine.threads', { count: threads })}, ${precision}`;

/** @param {Translator} translator @param {import('../../reader/types.d.ts').Timing} timing */
function timeLine(translator, { decode, prepare, infer, total }) {
  const [all, first, second, third] = [total, decode, prepare, infer].map(translator.milliseconds);
  return translator.t('engine.times', { all, decode: first, prepare: second, network: third });
}

/** @param {import('../../reader/types.d.ts').Model} model */
export function modelLine({ name, version, sha256 }) {
  return `${name} ${version}${sha256 ? `, sha256 ${sha256.slice(0, 12)}…` : ''}`;
}
