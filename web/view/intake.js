// <pneumo-intake>: takes films in, chosen in the file dialogue or one of the samples; large while there is no film.
// Dropped and pasted films are taken by takeDropsOn.

import { html, nothing } from 'lit';
import { define } from './define.js';
import { fetchSibling } from '../desk/sibling.js';
import { filesChosen, filesOf } from './files.js';
import { icon } from './icons.js';

import { unreadable } from '../desk/outcome.js';
import { Part } from './widget.js';

/** @typedef {import('./i18n.js').Translator} Translator */

export class Intake extends Part {
  static properties = {
    large: { type: Boolean },
    cleared: { type: Boolean },
    samples: { attribute: false },
    leftOut: { attribute: false },
  };

  constructor() {
    super();
    /** While there is no film. */
    this.large = false;
    /** Whether it has the button that empties the list. */
    this.cleared = false;
    /** @type {string[]} */
    this.samples = [];
    /** @type {Record<string, number>} */
    this.leftOut = {};
  }

  render() {
    if (this.large) return this.#invitation();
    return html`<div class="intake">
      ${this.#buttons('button')}
      ${
        this.cleared
          ? html`<button type="button" id="clear" @click=${() => this.emit('do-clear')}>
              ${this.t('list.clear')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #invitation() {
    return html`
      <div class="invitation">
        ${icon('drop')}
        <p class="lead">${this.t('intake.drop')}</p>
        <p class="quiet">${this.t('intake.kinds')}</p>
        <div class="intake">${this.#buttons('button primary')} ${this.samples.length ? this.#offers() : nothing}</div>
        ${leftOutLines(this.translator, this.leftOut)}
      </div>
    `;
  }

  /** @param {string} kind of the first button */
  #buttons(kind) {
    return html`
      <label class=${kind}>
        <input id="file" class="unseen" type="file" multiple @change=${this.#take} />
        ${this.t('intake.choose')}
      </label>
      <label class="button camera">
        <input id="camera" class="unseen" type="file" accept="image/*" capture="environment" @change=${this.#take} />
        ${this.t('intake.camera')}
      </label>
      <label class="button">
        <input id="folder" class="unseen" type="file" webkitdirectory @change=${this.#take} />
        ${this.t('intake.folder')}
      </label>
    `;
  }

  #offers() {
    return html`<span role="group" aria-label=${this.t('intake.samples')} class="intake" id="sample-buttons">
      ${this.samples.map(
        (path, i) =>
          html`<button type="button" title=${this.t('intake.samples')} @click=${() => this.#fetch(path)}>
            ${this.t('intake.sample', { number: i + 1 })}
          </button>`,
      )}
    </span>`;
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
      this.emit('do-set', { trouble: unreadable(error) });
    }
  }
}

define('pneumo-intake', Intake);

const LEFT_OUT = /** @type {const} */ (['no-film', 'no-picture', 'twice', 'dicomdir', 'macos-twin', 'empty']);

/** What of folders was not taken, and why. @param {Translator} translator @param {Record<string, number>} counts */
export const leftOutLines = (translator, counts) =>
  LEFT_OUT.filter((reason) => counts[reason] > 0).map(
    (reason) => html`<p class="quiet left-out">${translator.t(`left-out.${reason}`, { count: counts[reason] })}</p>`,
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
