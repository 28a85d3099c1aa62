// How a film lies in its frame: where, how large, which way up, and which greys are shown. Pure functions of numbers.
//
// A view maps the film's pixels to the frame's: turned by quarters, mirrored as the user sees it, zoomed, moved.
// Greys run from 0, the film's own black, to 1, its own white, and beyond where its file has more. The window's level is
// the grey that is shown half bright, its width the span from black to white.

/**
 * @typedef {object} View
 * @property {number | null} zoom CSS pixels a film pixel; null fits the film into the frame
 * @property {number} x from the frame's centre to the film's, in CSS pixels
 * @property {number} y
 * @property {0 | 1 | 2 | 3} turns quarters clockwise
 * @property {boolean} mirrored left for right
 * @property {boolean} upended top for bottom
 * @property {number} level
 * @property {number} width
 * @property {boolean} inverted
 */

/** @typedef {{ width: number, height: number }} Size */

/** @type {View} */
export const INITIAL = {
  zoom: null,
  x: 0,
  y: 0,
  turns: 0,
  mirrored: false,
  upended: false,
  level: 0.5,
  width: 1,
  inverted: false,
};

const NARROWEST = 0.02;
const WIDEST = 1000; // a film may use a thousandth of its file's range
const MOST_ZOOM = 32;

/** @param {View} view @param {Size} film @param {Size} frame @returns {number} CSS pixels a film pixel */
export function zoomOf({ zoom, turns }, film, frame) {
  if (zoom !== null) return zoom;
  const [width, height] = turns % 2 ? [film.height, film.width] : [film.width, film.height];
  return Math.min(frame.width / width, frame.height / height);
}

/**
 * Zooms so that what lies under a point stays under it.
 * @param {View} view @param {Size} film @param {Size} frame @param {number} factor
 * @param {{ x: number, y: number }} [point] from the frame's centre
 * @returns {View}
 */
export function zoomed(view, film, frame, factor, point = { x: 0, y: 0 }) {
  const before = zoomOf(view, film, frame);
  const least = Math.min(zoomOf({ ...view, zoom: null }, film, frame) / 4, 1);
  const zoom = Math.min(Math.max(before * factor, least), MOST_ZOOM);
  const grown = zoom / before;
  const moved = { x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown };
  return within({ ...view, ...moved, zoom }, film, frame);
}

/** @param {View} view @param {Size} film @param {Size} frame @param {number} dx @param {number} dy @returns {View} */
export const moved = (view, film, frame, dx, dy) => within({ ...view, x: view.x + dx, y: view.y + dy }, film, frame);

/** Keeps the frame's centre on the film, so that a film cannot be lost. @type {(view: View, film: Size, frame: Size) => View} */
function within(view, film, frame) {
  const zoom = zoomOf(view, film, frame);
  const [width, height] = view.turns % 2 ? [film.height, film.width] : [film.width, film.height];
  const clamp = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(value, -most), most);
  return { ...view, x: clamp(view.x, (width * zoom) / 2), y: clamp(view.y, (height * zoom) / 2) };
}

/** By a quarter as the user sees it, about the frame's centre. @param {View} view @param {1 | -1} quarter @returns {View} */
export function turned(view, quarter) {
  const seen = view.mirrored !== view.upended ? -quarter : quarter;
  const turns = /** @type {View['turns']} */ ((view.turns + seen + 4) % 4);
  return { ...view, turns, x: -quarter * view.y, y: quarter * view.x };
}

/** @param {View} view @returns {View} */
export const mirrored = (view) => ({ ...view, mirrored: !view.mirrored, x: -view.x });

/** @param {View} view @returns {View} */
export const upended = (view) => ({ ...view, upended: !view.upended, y: -view.y });

/** @param {View} view @param {number} level @param {number} width @returns {View} */
export function windowed(view, level, width) {
  const clamp = (/** @type {number} */ value, /** @type {number} */ least) => Math.min(Math.max(value, least), WIDEST);
  return { ...view, level: clamp(level, -WIDEST), width: clamp(width, NARROWEST) };
}

/**
 * From film pixels to CSS pixels of the frame, as canvas has it: x' = a x + c y + e, y' = b x + d y + f.
 * @param {View} view @param {Size} film @param {Size} frame
 * @returns {[a: number, b: number, c: number, d: number, e: number, f: number]}
 */
export function matrixOf(view, film, frame) {
  const zoom = zoomOf(view, film, frame);
  const cos = [1, 0, -1, 0][view.turns];
  const sin = [0, 1, 0, -1][view.turns];
  const [flipX, flipY] = [view.mirrored ? -zoom : zoom, view.upended ? -zoom : zoom];
  const [a, b, c, d] = [cos * flipX, sin * flipY, -sin * flipX, cos * flipY];
  const e = frame.width / 2 + view.x - (a * film.width + c * film.height) / 2;
  const f = frame.height / 2 + view.y - (b * film.width + d * film.height) / 2;
  return [a, b, c, d, e, f];
}

/** @param {ReturnType<typeof matrixOf>} matrix @param {{ x: number, y: number }} at in the frame @returns {{ x: number, y: number }} in the film */
export function inverted([a, b, c, d, e, f], { x, y }) {
  const area = a * d - b * c;
  return { x: (d * (x - e) - c * (y - f)) / area, y: (a * (y - f) - b * (x - e)) / area };
}

/** @typedef {{ black: number, white: number }} Span greys of a film's file, 0 to 1 */

/** The greys of the file that the window shows black and white. @param {View} view @param {Span} film its own @returns {Span} */
export function spanOf({ level, width }, { black, white }) {
  const at = (/** @type {number} */ grey) => black + grey * (white - black);
  return { black: at(level - width / 2), white: at(level + width / 2) };
}

/**
 * The window as CSS filters on the file's greys: together slope * grey + intercept, cut off at black and white. Each filter
 * cuts off too; in the order chosen here that happens only where the whole does.
 * @param {View} view @param {Span} film its own @returns {string}
 */
export function filterOf(view, film) {
  const { inverted } = view;
  const span = spanOf(view, film);
  const [width, level] = [span.white - span.black, (span.white + span.black) / 2];
  const [slope, intercept] = [1 / width, 0.5 - level / width];
  const parts = ['grayscale(1)'];
  if (intercept <= 0) parts.push(`brightness(${1 / (2 * level)})`, `contrast(${(2 * level) / width})`);
  else parts.push(`contrast(${slope / (slope + 2 * intercept)})`, `brightness(${slope + 2 * intercept})`);
  if (inverted) parts.push('invert(1)');
  return parts.join(' ');
}

/** The window over all that the film's file can hold. @param {View} view @param {Span} film its own @returns {View} */
export function windowedWhole(view, { black, white }) {
  const range = Math.max(white - black, 1e-6);
  return windowed(view, (0.5 - black) / range, 1 / range);
}

/** The window between the darkest and the brightest hundredth of a film.
 * @param {View} view @param {import('../reader/types.d.ts').View} film @returns {View} */
export function windowedTo(view, { data, black, white }) {
  const counts = new Uint32Array(65536);
  for (const value of data) counts[value]++;
  const reached = (/** @type {number} */ share) => {
    let sum = 0;
    return counts.findIndex((count) => (sum += count) > share * data.length);
  };
  const [low, high] = [0.01, 0.99].map((share) => (reached(share) / 65535 - black) / Math.max(white - black, 1e-6));
  return windowed(view, (low + high) / 2, high - low);
}
