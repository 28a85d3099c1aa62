// The pictures a film is drawn from: the engine's view of it at once, the film itself in all its pixels soon after, and
// the heatmap as lines over it.

import { contours, shownGreys } from '../../reader/overlay.js';
import { greyImage } from './thumbnail.js';
import { filterOf, INITIAL, spanOf } from './view.js';

/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

/** Longest side that is drawn from: four bytes a pixel have to fit into memory. */
const MOST_SIDE = 6000;

/** Evidence in an image that the model cannot judge is none. @param {Findings} findings */
export const hasHeat = ({ scope }) => !scope.reason;

export class Picture {
  /** @type {ImageBitmap | null} */
  #sharp = null;
  #closed = false;
  #heatmap;
  /** @type {HTMLCanvasElement | null} */
  #heat = null;
  /** The view as last shown, and with which window. @type {{ canvas: HTMLCanvasElement, window: string } | null} */
  #shown = null;

  /** @param {Findings} findings with view and heatmap */
  constructor(findings) {
    const { width, height, view, heatmap } = findings;
    this.size = { width, height };
    this.film = view;
    this.#heatmap = hasHeat(findings) ? heatmap : null;
  }

  /** The heatmap's lines, made when they are first shown. */
  get heat() {
    if (this.#heatmap && this.film) this.#heat ??= canvasOf(lines(this.#heatmap, this.film));
    return this.#heat;
  }

  /** The film as it is shown at first. */
  get view() {
    return this.#seen(INITIAL);
  }

  /** Has the browser decode the whole film, where the engine's view has fewer pixels. What the browser cannot decode, or
   * decodes to another shape, stays with the view. @param {Blob} file */
  async sharpen(file) {
    const { width, height } = this.size;
    if (!this.film || this.film.width >= width) return;
    const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
    const smaller =
      scale < 1 ? { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale) } : {};
    const options = /** @type {const} */ ({ imageOrientation: 'from-image', colorSpaceConversion: 'none', ...smaller });
    const sharp = await createImageBitmap(file, options).catch(() => null);
    if (sharp && !this.#closed && Math.abs(sharp.width / sharp.height - width / height) < 0.01) this.#sharp = sharp;
    else sharp?.close();
  }

  /**
   * What to draw, and the CSS filter to draw it with: the engine's view has its window in its pixels, in all the depth that
   * the film has; the browser's picture of it has eight bits, and is filtered.
   * @param {number} pixels across which the film's width is drawn @param {import('./view.js').View} view
   * @returns {{ image: CanvasImageSource | null, filter: string }}
   */
  sourceFor(pixels, view) {
    if (!this.film) return { image: null, filter: '' };
    if (this.#sharp && pixels > this.film.width) return { image: this.#sharp, filter: filterOf(view, this.film) };
    return { image: this.#seen(view), filter: view.inverted ? 'invert(1)' : '' };
  }

  /** @param {import('./view.js').View} view */
  #seen(view) {
    if (!this.film) return null;
    const span = spanOf(view, this.film);
    const window = `${span.black} ${span.white}`;
    if (this.#shown?.window !== window) {
      const greys = shownGreys(this.film, span);
      this.#shown = { canvas: canvasOf(greyImage(greys, this.film.width, this.film.height)), window };
    }
    return this.#shown.canvas;
  }

  close() {
    this.#closed = true;
    this.#sharp?.close();
    this.#sharp = null;
  }
}

/** @param {import('../../reader/types.d.ts').Grid} heatmap @param {import('../../reader/types.d.ts').View} view */
function lines(heatmap, view) {
  const pixels = contours(heatmap, view);
  return new ImageData(pixels, Math.sqrt(pixels.length / 4));
}

/** @param {ImageData} image */
function canvasOf(image) {
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
