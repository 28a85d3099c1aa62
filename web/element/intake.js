// <pneumo-intake>: takes films in, chosen in the file dialogue or one of the samples; large while there is no film.
// Dropped and pasted films are taken by takeDropsOn.

import { html, nothing } from 'lit';
import { define } from './define.js';
import { fetchSibling } from './sibling.js';
import { filesChosen, filesOf } from './files.js';
import { groupField } from './group.js';
import { icon } from './icons.js';
import { t } from './i18n.js';
import { troubleOf } from './reading.js';
import { Part } from './widget.js';

export class Intake extends Part {
  static properties = {
    large: { type: Boolean },
    samples: { attribute: false },
    leftOut: { attribute: false },
    group: {},
  };

  constructor() {
    super();
    this.large = false;
    /** @type {string[]} */
    this.samples = [];
    /** @type {Record<string, number>} */
    this.leftOut = {};
    /** @type {import('./store.js').State['group']} */
    this.group = null;
  }

  render() {
    return this.large ? this.#invitation() : html`<div class="intake">${this.#buttons()}</div>`;
  }

  #invitation() {
    return html`
      <div class="invitation">
        ${icon('film')}
        <p class="lead">${t('intake.drop')}</p>
        <p class="quiet">${t('intake.kinds')}</p>
        <div class="intake">${this.#buttons()}</div>
        ${groupField(this.group, (group) => this.emit('do-set', { group }))} ${leftOutLines(this.leftOut)}
        ${this.samples.length ? this.#offers() : nothing}
      </div>
    `;
  }

  #buttons() {
    return html`
      <label class=${this.large ? 'button primary' : 'button'}>
        <input id="file" class="unseen" type="file" multiple @change=${this.#take} />
        ${t('intake.choose')}
      </label>
      <label class="button camera">
        <input id="camera" class="unseen" type="file" accept="image/*" capture="environment" @change=${this.#take} />
        ${t('intake.camera')}
      </label>
      <label class="button">
        <input id="folder" class="unseen" type="file" webkitdirectory @change=${this.#take} />
        ${t('intake.folder')}
      </label>
    `;
  }

  #offers() {
    return html`
      <p class="quiet" id="samples-label">${t('intake.samples')}</p>
      <div role="group" aria-labelledby="samples-label" class="intake" id="sample-buttons">
        ${this.samples.map(
          (path, i) =>
            html`<button type="button" @click=${() => this.#fetch(path)}>
              ${t('intake.sample', { number: i + 1 })}
            </button>`,
        )}
      </div>
    `;
  }

  /** @param {Event} event */
  async #take(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const chosen = filesChosen(input.files);
    input.value = ''; // so that the same film can be chosen again
    this.emit('do-add', await chosen);
  }

  /** @param {string} path */
  async #fetch(path) {
    try {
      this.emit('do-add', { files: [{ file: await fetchSibling(path), name: path.replace(/^.*\//, '') }] });
    } catch (error) {
      this.emit('do-set', { trouble: troubleOf(error) });
    }
  }
}

define('pneumo-intake', Intake);

const LEFT_OUT = /** @type {const} */ (['no-film', 'no-picture', 'twice', 'dicomdir', 'macos-twin', 'empty']);

/** What of folders was not taken, and why. @param {Record<string, number>} counts */
export const leftOutLines = (counts) =>
  LEFT_OUT.filter((reason) => counts[reason] > 0).map(
    (reason) => html`<p class="quiet left-out">${t(`left-out.${reason}`, { count: counts[reason] })}</p>`,
  );

/**
 * Takes films dropped on an element or pasted into it. The whole page may be that element, so that a film beside the
 * frame does not make the browser leave the page.
 * @param {EventTarget} target
 * @param {(found: import('./files.js').Found) => void} onFound
 * @param {(over: boolean) => void} onOver whether a film hangs over it
 * @returns {() => void} ends it
 */
export function takeDropsOn(target, onFound, onOver) {
  const ending = new AbortController();
  const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ act) =>
    target.addEventListener(name, act, { signal: ending.signal });
  on('dragover', (event) => {
    event.preventDefault();
    onOver(true);
  });
  on('dragleave', (event) => {
    if (event.relatedTarget === null) onOver(false);
  });
  on('drop', async (event) => {
    event.preventDefault();
    onOver(false);
    onFound(await filesOf(event.dataTransfer));
  });
  on('paste', async (event) => {
    const found = await filesOf(event.clipboardData);
    if (found.files.length > 0) onFound(found);
  });
  return () => ending.abort();
}
