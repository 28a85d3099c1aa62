// What a film is drawn from: the engine's greys at once, the browser's picture of the whole file soon after, and the heatmap
// as lines over it.

import { contours, shownGreys } from '../../reader/overlay.js';
import { hasHeat } from '../../desk/heat.js';
import { greyImage } from './grey-image.js';

/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

/** Longest side that is drawn from: four bytes a pixel have to fit into memory. */
const MOST_SIDE = 6000;

export class Picture {
  /** @type {ImageBitmap | null} */
  #sharp = null;
  #closed = false;
  #heatmap;
  /** @type {HTMLCanvasElement | null} */
  #heat = null;

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

  /** All of the film as it is shown at first, as a picture for paper. */
  get whole() {
    return this.film && canvasOf(greyImage(shownGreys(this.film), this.film.width, this.film.height));
  }

  /** Has the browser decode the whole film, where the engine's view has fewer pixels. What the browser cannot decode, or
   * decodes to another shape, stays with the view. @param {Blob} file */
  async sharpen(file) {
    const { width, height } = this.size;
    if (!this.film || this.film.width >= width || !globalThis.createImageBitmap) return;
    const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
    const smaller =
      scale < 1 ? { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale) } : {};
    const options = /** @type {const} */ ({ imageOrientation: 'from-image', colorSpaceConversion: 'none', ...smaller });
    const sharp = await createImageBitmap(file, options).catch(() => null);
    if (sharp && !this.#closed && Math.abs(sharp.width / sharp.height - width / height) < 0.01) this.#sharp = sharp;
    else sharp?.close();
  }

  /** The browser's picture of the film, of eight bits, where the engine's greys have too few pixels.
   * @param {number} pixels across which the film's width is drawn */
  sharpFor(pixels) {
    return this.film && pixels > this.film.width ? this.#sharp : null;
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
