// Takes films in: dropped anywhere on the page, chosen in the file dialogue, or one of the samples.

import { element } from './element.js';

/** @typedef {(film: Blob, name: string) => void} OnFilm */
/** @typedef {(error: { code: string, message: string }) => void} OnTrouble */

/** @param {OnFilm} onFilm */
export function takeChosenFilms(onFilm) {
  const input = element('file', HTMLInputElement);
  input.addEventListener('change', () => {
    takeFirst(input.files, onFilm);
    input.value = ''; // so that the same film can be chosen again
  });
}

/** The whole page takes a drop, so that a film beside the frame does not make the browser leave the page.
 * @param {OnFilm} onFilm */
export function takeDroppedFilms(onFilm) {
  const zone = element('zone', HTMLElement);
  const mark = (/** @type {boolean} */ over) => zone.classList.toggle('over', over);
  addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    takeFirst(event.dataTransfer?.files ?? null, onFilm);
  });
}

/** @param {string[]} paths @param {OnFilm} onFilm @param {OnTrouble} onTrouble */
export function offerSamples(paths, onFilm, onTrouble) {
  const buttons = element('sample-buttons', HTMLElement);
  buttons.replaceChildren(...paths.map((path) => sampleButton(path, onFilm, onTrouble)));
  element('samples', HTMLElement).hidden = paths.length === 0;
}

/** @param {string} path @param {OnFilm} onFilm @param {OnTrouble} onTrouble */
function sampleButton(path, onFilm, onTrouble) {
  const name = path.replace(/^.*\//, '');
  const button = document.createElement('button');
  button.type = 'button';
  const label = name.replace(/\.\w+$/, '').replaceAll(/[-_]/g, ' ');
  button.textContent = label.charAt(0).toUpperCase() + label.slice(1);
  button.addEventListener('click', async () => {
    const response = await fetch(path).catch(() => null);
    if (response?.ok) onFilm(await response.blob(), name);
    else onTrouble({ code: 'bad-asset', message: `The sample ${path} could not be fetched.` });
  });
  return button;
}

/** One film at a time. @param {FileList | null} files @param {OnFilm} onFilm */
function takeFirst(files, onFilm) {
  if (files?.[0]) onFilm(files[0], files[0].name);
}
