// The pictures a film is drawn from: the engine's view of it at once, the film itself in all its pixels soon after, and
// the heatmap as a layer.

import { heatLayer } from '../overlay.js';
import { greyImage } from './thumbnail.js';

/** @typedef {import('../types.d.ts').Findings} Findings */

/** Longest side that is drawn from: four bytes a pixel have to fit into memory. */
const MOST_SIDE = 6000;

/** Evidence in an image that the model cannot judge is none. @param {Findings} findings */
export const hasHeat = ({ scope }) => !scope.reason;

export class Picture {
  /** @type {ImageBitmap | null} */
  #sharp = null;
  #closed = false;

  /** @param {Findings} findings with view and heatmap */
  constructor(findings) {
    const { width, height, view, heatmap } = findings;
    this.size = { width, height };
    this.grey = view?.data ?? new Uint8Array();
    this.heat = heatmap && hasHeat(findings) ? canvasOf(heatLayer(heatmap)) : null;
    this.view = view && canvasOf(greyImage(view.data, view.width, view.height));
  }

  /** Has the browser decode the whole film, where the engine's view has fewer pixels. What the browser cannot decode, or
   * decodes to another shape, stays with the view. @param {Blob} file */
  async sharpen(file) {
    const { width, height } = this.size;
    if (!this.view || this.view.width >= width) return;
    const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
    const smaller =
      scale < 1 ? { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale) } : {};
    const options = /** @type {const} */ ({ imageOrientation: 'from-image', colorSpaceConversion: 'none', ...smaller });
    const sharp = await createImageBitmap(file, options).catch(() => null);
    if (sharp && !this.#closed && Math.abs(sharp.width / sharp.height - width / height) < 0.01) this.#sharp = sharp;
    else sharp?.close();
  }

  /** @param {number} pixels across which the film's width is drawn @returns {CanvasImageSource | null} */
  sourceFor(pixels) {
    return this.#sharp && this.view && pixels > this.view.width ? this.#sharp : this.view;
  }

  close() {
    this.#closed = true;
    this.#sharp?.close();
    this.#sharp = null;
  }
}

/** @param {ImageData} image */
function canvasOf(image) {
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
