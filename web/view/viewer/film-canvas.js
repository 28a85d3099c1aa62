// Draws the greys of a film into a canvas of the screen: placed, windowed and inverted, 16 bits deep until the last step.
// Only the pixels of the screen are computed, never the whole film, so that a drag keeps the screen's rate. Where the device has
// a graphics processor, WebGL2 computes them (film-webgl.js); elsewhere the loop below does, to within one grey level.

import { gainOf, placementOf, scaleOf } from './drawing.js';
import { createWebgl } from './film-webgl.js';
import { levelFor, mipmap } from './mipmap.js';

/** @typedef {import('./mipmap.js').Greys} Greys */
/** @typedef {import('./drawing.js').Drawing} Drawing */

/** One for the document: a browser gives out few of these. Null where there is none, which is not asked twice: to ask takes
 * longer than to draw. @type {ReturnType<typeof createWebgl> | undefined} */
let webgl;

/** Finds out how films are drawn, before there is one. */
export function prepare() {
  if (webgl === undefined) webgl = createWebgl();
}

/** @param {CanvasRenderingContext2D} context @param {Greys} film @param {Drawing} drawing */
export function drawFilm(context, film, drawing) {
  if (!(drawing.width > 0 && drawing.height > 0)) return;
  prepare();
  const picture = webgl?.draw(film, drawing);
  context.resetTransform();
  context.clearRect(0, 0, drawing.width, drawing.height);
  if (!picture) return void context.putImageData(computed(film, drawing), 0, 0);
  const { width, height } = drawing;
  context.drawImage(picture, 0, 0, width, height, 0, 0, width, height);
}

/** The same without a graphics processor. @param {Greys} film @param {Drawing} drawing @returns {ImageData} */
export function computed(film, drawing) {
  const level = mipmap(film, levelFor(film, scaleOf(drawing)));
  const { turned, along, down } = placementOf(drawing);
  const { width, height, data } = level;
  const acrossFilm = { size: film.width, count: width, stride: 1 };
  const downFilm = { size: film.height, count: height, stride: width };
  const columns = samples(along, drawing.width, turned ? downFilm : acrossFilm);
  const rows = samples(down, drawing.height, turned ? acrossFilm : downFilm);
  const image = new ImageData(drawing.width, drawing.height);
  const words = new Uint32Array(image.data.buffer);
  const { gain, offset } = gainOf(drawing);
  for (let y = rows.first; y < rows.end; y++) {
    const [above, below, part] = [rows.low[y], rows.high[y], rows.part[y]];
    for (let x = columns.first; x < columns.end; x++) {
      const [left, right] = [columns.low[x], columns.high[x]];
      const top = data[above + left] + (data[above + right] - data[above + left]) * columns.part[x];
      const bottom = data[below + left] + (data[below + right] - data[below + left]) * columns.part[x];
      const shown = (top + (bottom - top) * part) * gain + offset;
      const grey = shown <= 0 ? 0 : shown >= 255 ? 255 : (shown + 0.5) | 0;
      words[y * drawing.width + x] = 0xff000000 | (grey * 0x010101);
    }
  }
  return image;
}

/**
 * For each pixel of an axis of the canvas: the two pixels of the film between which it lies, as places in its data, and how far
 * it is on the way to the second.
 * @param {{ scale: number, offset: number }} axis @param {number} npixels
 * @param {{ size: number, count: number, stride: number }} film its length, the level's length, and the step in its data
 */
function samples({ scale, offset }, npixels, { size, count, stride }) {
  const [low, high, part] = [new Int32Array(npixels), new Int32Array(npixels), new Float32Array(npixels)];
  let [first, end] = [npixels, 0];
  for (let pixel = 0; pixel < npixels; pixel++) {
    const place = scale * (pixel + 0.5) + offset;
    if (place < 0 || place >= size) continue;
    [first, end] = [Math.min(first, pixel), pixel + 1];
    const at = Math.min(Math.max((place * count) / size - 0.5, 0), count - 1);
    low[pixel] = Math.floor(at) * stride;
    high[pixel] = Math.min(Math.floor(at) + 1, count - 1) * stride;
    part[pixel] = at - Math.floor(at);
  }
  return { low, high, part, first, end };
}
