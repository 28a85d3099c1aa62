// The films of the surest mistakes with their heatmaps, as addresses that hold the picture.

import { overlay } from '../../reader/overlay.js';

/** Longest side of a picture in the report, in pixels. */
const SIDE = 512;

/** @param {{ file: string }[]} mistakes @param {import('../../desk/study.js').Film[]} films
 * @param {(film: Blob) => Promise<import('../../reader/types.d.ts').Findings>} read @returns {Promise<Map<string, string>>} by film */
export async function picturesOf(mistakes, films, read) {
  const files = new Map(films.map(({ listed, file }) => [listed.file, file]));
  const pictures = new Map();
  for (const { file } of mistakes) {
    const film = files.get(file);
    const findings = film && (await read(film).catch(() => null));
    if (findings?.view && findings.heatmap) pictures.set(file, pictureOf(findings.view, findings.heatmap));
  }
  return pictures;
}

/** @param {import('../../reader/types.d.ts').View} view @param {import('../../reader/types.d.ts').Grid} heatmap */
function pictureOf(view, heatmap) {
  const whole = canvas(view.width, view.height);
  whole.context.putImageData(new ImageData(overlay(view, heatmap), view.width, view.height), 0, 0);
  const scale = Math.min(1, SIDE / Math.max(view.width, view.height));
  const small = canvas(Math.round(view.width * scale), Math.round(view.height * scale));
  small.context.drawImage(whole.element, 0, 0, small.element.width, small.element.height);
  return small.element.toDataURL('image/jpeg', 0.9);
}

/** @param {number} width @param {number} height */
function canvas(width, height) {
  const element = Object.assign(document.createElement('canvas'), { width, height });
  return { element, context: /** @type {CanvasRenderingContext2D} */ (element.getContext('2d')) };
}
