// Draws the app's icon, a pair of lungs, from one list of curves: as SVG, and as PNGs for the systems that want them.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';

/** @typedef {number[]} Curve a cubic one: x and y of its start, of its two handles and of its end */

const VIEW = 96;
const GROUND = [15, 20, 24];
const LUNG_COLOUR = [92, 200, 215];
const WINDPIPE_COLOUR = [232, 238, 242];
const ROWS = 4; // lines in a row of pixels whose mean smooths the edges
const STEPS = 16; // straight pieces of a curve

const LUNG = [
  [43, 28, 31, 25, 20, 46, 19, 68],
  [19, 68, 19, 78, 26, 80, 33, 75],
  [33, 75, 39, 71, 43, 71, 43, 62],
  [43, 62, 43, 51, 43, 40, 43, 28],
];
const OTHER_LUNG = LUNG.map((curve) => curve.map((value, i) => (i % 2 === 0 ? VIEW - value : value)));

/** Those of manifest.webmanifest and iOS's. iOS rounds the corners itself; a mask may cut off a tenth all round. */
const PNGS = [
  { file: 'icon-180.png', side: 180, corner: 0, scale: 1 },
  { file: 'icon-192.png', side: 192, corner: 20, scale: 1 },
  { file: 'icon-512.png', side: 512, corner: 20, scale: 1 },
  { file: 'icon-maskable-512.png', side: 512, corner: 0, scale: 0.8 },
];

/** @param {string} folder is made */
export async function writeIcons(folder) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'icon.svg'), svg());
  for (const { file, ...how } of PNGS) await writeFile(join(folder, file), png(how));
}

function svg() {
  const round = (/** @type {number[]} */ values) => values.map((value) => Number(value.toFixed(2)));
  const path = (/** @type {Curve[]} */ curves) =>
    `M${round(curves[0].slice(0, 2))}C${curves.map((curve) => round(curve.slice(2))).join(' ')}z`;
  const shapes = shapesOf(20).map(({ curves, colour }) => `<path fill="rgb(${colour})" d="${path(curves)}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${VIEW} ${VIEW}">${shapes.join('')}</svg>\n`;
}

/** @param {{ side: number, corner: number, scale: number }} how */
function png({ side, corner, scale }) {
  const data = new Uint8ClampedArray(side * side * 4);
  const [ground, ...drawing] = shapesOf(corner);
  paint(data, side, ground, (value) => (value * side) / VIEW);
  for (const shape of drawing)
    paint(data, side, shape, (value) => ((value - VIEW / 2) * scale + VIEW / 2) * (side / VIEW));
  return encode({ width: side, height: side, channels: 4, data: new Uint8Array(data.buffer) });
}

/** From the back to the front. @param {number} corner its radius */
function shapesOf(corner) {
  return [
    { curves: box(0, 0, VIEW, VIEW, corner), colour: GROUND },
    { curves: LUNG, colour: LUNG_COLOUR },
    { curves: OTHER_LUNG, colour: LUNG_COLOUR },
    { curves: box(45.5, 12, 50.5, 46, 2.5), colour: WINDPIPE_COLOUR },
  ];
}

/** @param {number} left @param {number} top @param {number} right @param {number} bottom @param {number} r of the corners
 * @returns {Curve[]} */
function box(left, top, right, bottom, r) {
  const k = r * 0.4477; // a circle's quarter as a cubic curve
  const line = (/** @type {number[]} */ ...[x0, y0, x1, y1]) => [x0, y0, x0, y0, x1, y1, x1, y1];
  return [
    line(left + r, top, right - r, top),
    [right - r, top, right - k, top, right, top + k, right, top + r],
    line(right, top + r, right, bottom - r),
    [right, bottom - r, right, bottom - k, right - k, bottom, right - r, bottom],
    line(right - r, bottom, left + r, bottom),
    [left + r, bottom, left + k, bottom, left, bottom - k, left, bottom - r],
    line(left, bottom - r, left, top + r),
    [left, top + r, left, top + k, left + k, top, left + r, top],
  ];
}

/**
 * Lays a filled shape over RGBA pixels, its edges smooth: for each of ROWS lines in a row of pixels, how much of each
 * pixel lies between the places where the outline crosses the line.
 * @param {Uint8ClampedArray} data @param {number} side
 * @param {{ curves: Curve[], colour: number[] }} shape @param {(value: number) => number} toPixels
 */
function paint(data, side, { curves, colour }, toPixels) {
  const outline = curves.flatMap(flatten).map((point) => point.map(toPixels));
  for (let y = 0; y < side; y++) {
    const cover = new Float64Array(side);
    for (let row = 0; row < ROWS; row++) coverLine(cover, crossings(outline, y + (row + 0.5) / ROWS));
    cover.forEach((amount, x) => blend(data.subarray((y * side + x) * 4), colour, Math.min(amount, 1)));
  }
}

/** @param {Curve} curve @returns {number[][]} points, without the last, with which the next curve begins */
function flatten([x0, y0, x1, y1, x2, y2, x3, y3]) {
  const at = (/** @type {number} */ t, /** @type {number[]} */ [a, b, c, d]) =>
    a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t ** 2 * (1 - t) + d * t ** 3;
  return Array.from({ length: STEPS }, (_, i) => [at(i / STEPS, [x0, x1, x2, x3]), at(i / STEPS, [y0, y1, y2, y3])]);
}

/** @param {number[][]} outline @param {number} y @returns {number[]} where a line at this height crosses it */
function crossings(outline, y) {
  const found = outline.flatMap(([x0, y0], i) => {
    const [x1, y1] = outline[(i + 1) % outline.length];
    return y0 <= y === y1 <= y ? [] : [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)];
  });
  return found.sort((a, b) => a - b);
}

/** @param {Float64Array} cover @param {number[]} xs in pairs, from inside to outside */
function coverLine(cover, xs) {
  for (let i = 0; i < xs.length; i += 2)
    for (let x = Math.floor(xs[i]); x < Math.min(xs[i + 1], cover.length); x++)
      cover[x] += (Math.min(x + 1, xs[i + 1]) - Math.max(x, xs[i])) / ROWS;
}

/** @param {Uint8ClampedArray} pixel @param {number[]} colour @param {number} amount */
function blend(pixel, colour, amount) {
  if (amount === 0) return;
  colour.forEach((value, i) => (pixel[i] = value * amount + pixel[i] * (1 - amount)));
  pixel[3] = 255 * amount + pixel[3] * (1 - amount);
}
