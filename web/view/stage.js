// <pneumo-stage>: the films that are shown, edge to edge, with the row of tools over them.

import { html, nothing } from 'lit';
import { deedOf } from '../desk/actions.js';
import { hasHeat } from '../desk/heat.js';
import { dateOf } from '../desk/prior.js';
import { isHidden, listed, shownRow } from '../desk/triage.js';
import { define } from './define.js';
import { icon } from './icons.js';
import './viewer/tools.js';
import './viewer/viewer.js';
import { Part } from './widget.js';

/** @typedef {import('../desk/store.js').State} State */
/** @typedef {import('../desk/store.js').Row} Row */
/** @typedef {import('../desk/actions.js').Action} Action */

export class Stage extends Part {
  static properties = { state: { attribute: false }, controls: { type: Boolean } };

  constructor() {
    super();
    /** @type {State | null} */
    this.state = null;
    /** Whether there are tools. */
    this.controls = true;
  }

  render() {
    const { state } = this;
    if (!state) return;
    const found = state[state.active]?.findings ?? null;
    const row = shownRow(state, state.active);
    const heat = !found || hasHeat(found);
    return html`
      <section class="film" part="film" aria-label=${this.t('viewer.title')}>
        <div class="frames">${this.#pane(state, 'open')} ${this.#pane(state, 'beside')}</div>
      </section>
      ${this.controls ? html`<div class="toast" role="status">${this.#offer(state)}</div>` : nothing}
      ${
        this.controls && row?.state !== 'failed'
          ? html`<pneumo-tools .state=${state} .film=${found} .heat=${heat && !isHidden(row, state)}></pneumo-tools>`
          : nothing
      }
    `;
  }

  /** What was done last can be taken back. A cleared list has a button in its place; a mark's own buttons show it, and take it back.
   * @param {State} state */
  #offer({ told, undoable }) {
    const step = undoable.at(-1);
    if (!told || !step || step.what === 'cleared' || step.what === 'marked') return nothing;
    const number = 'rows' in step ? step.rows[0].id : step.id;
    return html`<span>${this.t(`undo.${step.what}`, { number })}</span>
      <button type="button" id="undo" @click=${() => this.emit('do-undo')}>${this.t('action.undo')}</button>
      <button type="button" id="keep" @click=${() => this.emit('do-set', { told: false })}>
        ${this.t('help.close')}
      </button>`;
  }

  /** @param {Action} name */
  act(name) {
    const { stage } = deedOf(name);
    if (stage === 'compare') this.#compare();
    else if (stage === 'fullscreen') this.#fill();
    else this.#viewer?.act(name);
  }

  /** The tools work on one of the films. */
  get #viewer() {
    const viewers = /** @type {import('./viewer/viewer.js').Viewer[]} */ ([...this.querySelectorAll('pneumo-viewer')]);
    return viewers.find(({ place }) => place === this.state?.active);
  }

  /** The next film of the list beside the open one, or the one beside it away. */
  #compare() {
    const { state } = this;
    if (!state?.open) return;
    const rows = listed(state).filter(({ findings }) => findings);
    const at = rows.findIndex(({ id }) => id === state.open?.id);
    const other = state.beside ?? rows[at + 1] ?? rows[at - 1];
    if (other) this.emit('do-compare', { id: other.id });
  }

  #fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.requestFullscreen?.().catch(() => {}); // a page that frames this one may not allow it
  }

  /** @param {State} state @param {'open' | 'beside'} place */
  #pane(state, place) {
    const opened = state[place];
    const row = shownRow(state, place);
    if (!opened || !row) return nothing;
    const hidden = isHidden(row, state);
    const decision = row.findings && !hidden && this.t(`decision.${row.findings.decision}`);
    const label = decision ? this.t('viewer.label', { name: row.name, decision }) : row.name;
    return html`<figure class="pane" ?data-active=${state.beside && state.active === place}>
      <pneumo-viewer
        .place=${place}
        .film=${opened.findings}
        .file=${row.file}
        .early=${state.phase === 'starting'}
        .label=${label}
        .date=${state.dates ? dateOf(row) : ''}
        .view=${opened.view}
        .tool=${state.tool}
        .heatShown=${state.heatShown && !hidden}
        .heatOpacity=${state.heatOpacity}
      ></pneumo-viewer>
      ${state.beside ? this.#caption(row, hidden) : nothing} ${opened.findings ? nothing : this.#busy(row, state)}
    </figure>`;
  }

  /** @param {Row} row @param {State} state */
  #busy({ name, trouble: why }, { paused, phase, progress }) {
    if (why) return html`<div class="busy none">${icon('failed')}<span>${this.t('viewer.none')}</span></div>`;
    if (paused)
      return html`<div class="busy">
        <button type="button" class="primary" @click=${() => this.emit('do-resume')}>${this.t('list.resume')}</button>
      </div>`;
    const loaded = this.translator.megabytes(progress?.loaded ?? 0);
    return html`<div class="busy">
      <span class="spinner" aria-hidden="true"></span>
      <span>${phase === 'starting' ? this.t('engine.loading', { loaded }) : this.t('viewer.reading', { name })}</span>
      <button type="button" id="cancel" @click=${() => this.emit('do-cancel')}>${this.t('list.cancel')}</button>
    </div>`;
  }

  /** A film's answer below it, where two are shown. @param {Row} row @param {boolean} hidden */
  #caption({ name, findings }, hidden) {
    return html`<figcaption data-decision=${(!hidden && findings?.decision) || nothing}>
      <span class="name">${name}</span>
      ${
        findings && !hidden
          ? html`<span class="verdict">${icon(findings.decision)}${this.t(`decision.${findings.decision}`)}</span>`
          : nothing
      }
    </figcaption>`;
  }
}

define('pneumo-stage', Stage);
