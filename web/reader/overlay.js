// Lays the heatmap over the film. Pure functions of pixels, for the page and the command line alike.

/** Log-odds at which a place is drawn at full strength, the same for every film: a normal film does not glow. */
const FULL_STRENGTH = 6;

/**
 * From weak to strong evidence, R G B: a warm ramp whose lightness rises too, so that it reads without colour vision.
 */
const RAMP = [
  [160, 20, 50],
  [230, 80, 30],
  [255, 176, 64],
];

/** @type {typeof import('./types.d.ts').overlay} */
export function overlay(view, heatmap, { opacity = 0.5 } = {}) {
  const { width, height } = view;
  const data = shownGreys(view);
  const pixels = new Uint8ClampedArray(width * height * 4);
  forEachPixel(heatmap, width, height, (place, heat) => {
    const grey = data[place];
    for (let channel = 0; channel < 3; channel++)
      pixels[place * 4 + channel] = grey + (colour(heat, channel) - grey) * heat * opacity;
    pixels[place * 4 + 3] = 255;
  });
  return pixels;
}

/** The greys of a view between two of its film's, black and white unless others are given: u8[height][width].
 * @param {import('./types.d.ts').View} view @param {{ black: number, white: number }} [between] */
export function shownGreys(view, { black, white } = view) {
  const shown = (/** @type {number} */ grey) => 255 * ((grey / 65535 - black) / Math.max(white - black, 1e-6));
  const table = Uint8ClampedArray.from({ length: 65536 }, (_, grey) => shown(grey));
  return Uint8ClampedArray.from(view.data, (grey) => table[grey]);
}

/** Shares of the full strength at which a line runs. */
const LEVELS = [0.25, 0.5, 0.75];

/**
 * The heatmap as lines of equal evidence, to be laid over a film by whoever draws it: a film's own greys stay as they are. There
 * are none outside the body, where nothing can argue for anything.
 * @param {import('./types.d.ts').Grid} heatmap
 * @param {import('./types.d.ts').View} view
 * @param {number} [side] of the picture in pixels
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA, u8[side][side][4], transparent between the lines
 */
export function contours(heatmap, view, side = 336) {
  const mask = outside(view);
  const bands = new Uint8Array(side * side);
  forEachPixel(heatmap, side, side, (place, heat) => {
    bands[place] = LEVELS.filter((level) => heat >= level).length;
  });
  const pixels = new Uint8ClampedArray(side * side * 4);
  const cell = (/** @type {number} */ at) => Math.floor((at * MASK_SIDE) / side);
  for (let y = 1; y < side; y++)
    for (let x = 1; x < side; x++) {
      const place = y * side + x;
      const near = [bands[place], bands[place - 1], bands[place - side], bands[place - side - 1]];
      const highest = Math.max(...near);
      if (highest === Math.min(...near) || mask[cell(y) * MASK_SIDE + cell(x)]) continue;
      for (let channel = 0; channel < 3; channel++) pixels[place * 4 + channel] = colour(LEVELS[highest - 1], channel);
      pixels[place * 4 + 3] = 255;
    }
  return pixels;
}

/** Whether contours would draw anything, but for what lies outside the body. @param {import('./types.d.ts').Grid} heatmap */
export const hasContours = ({ values }) => Math.max(...values) >= LEVELS[0] * FULL_STRENGTH;

const MASK_SIDE = 64;

/** Of the film's white: what is darker and reaches the edge is air, a collimator's shade or a frame. */
const DARK = 0.1;

/** @param {import('./types.d.ts').View} view @returns {Uint8Array} u8[MASK_SIDE][MASK_SIDE]: 1 outside the body */
function outside({ width, height, data, black, white }) {
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    data[Math.floor(((y + 0.5) * height) / MASK_SIDE) * width + Math.floor(((x + 0.5) * width) / MASK_SIDE)];
  const isDark = (/** @type {number} */ x, /** @type {number} */ y) =>
    (at(x, y) / 65535 - black) / Math.max(white - black, 1e-6) < DARK;
  const found = new Uint8Array(MASK_SIDE * MASK_SIDE);
  const last = MASK_SIDE - 1;
  const places = Array.from({ length: MASK_SIDE }, (_, i) => [
    [i, 0],
    [i, last],
    [0, i],
    [last, i],
  ]).flat();
  for (const [x, y] of places) {
    if (x < 0 || y < 0 || x > last || y > last || found[y * MASK_SIDE + x] || !isDark(x, y)) continue;
    found[y * MASK_SIDE + x] = 1;
    places.push([x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]);
  }
  return found;
}

/**
 * @param {import('./types.d.ts').Grid} heatmap
 * @param {number} width
 * @param {number} height
 * @param {(place: number, heat: number) => void} draw gets the evidence for pneumonia there: 0 none or against, 1 full
 */
function forEachPixel({ side, values }, width, height, draw) {
  const columns = Array.from({ length: width }, (_, x) => sample(x, width, side));
  for (let y = 0; y < height; y++) {
    const row = sample(y, height, side);
    for (let x = 0; x < width; x++) draw(y * width + x, strength(values, side, row, columns[x]));
  }
}

/**
 * Where a pixel falls among the heatmap's cells, whose values hold at their centres.
 * @param {number} pixel @param {number} npixels @param {number} side
 * @returns {{ low: number, high: number, part: number }} two cells and how far on the way to the second
 */
function sample(pixel, npixels, side) {
  const at = Math.min(Math.max(((pixel + 0.5) * side) / npixels - 0.5, 0), side - 1);
  const low = Math.floor(at);
  return { low, high: Math.min(low + 1, side - 1), part: at - low };
}

/**
 * Evidence for pneumonia at a pixel, interpolated between four cells: 0 none or against, 1 full.
 * @param {Float32Array} values @param {number} side
 * @param {ReturnType<typeof sample>} row @param {ReturnType<typeof sample>} column
 */
function strength(values, side, row, column) {
  const across = (/** @type {number} */ line) => {
    const left = values[line * side + column.low];
    return left + (values[line * side + column.high] - left) * column.part;
  };
  const above = across(row.low);
  const logOdds = above + (across(row.high) - above) * row.part;
  return Math.min(Math.max(logOdds / FULL_STRENGTH, 0), 1);
}

/** @param {number} heat 0 to 1 @param {number} channel red, green or blue */
function colour(heat, channel) {
  const step = Math.min(Math.floor(heat * 2), 1);
  const from = RAMP[step][channel];
  return from + (RAMP[step + 1][channel] - from) * (heat * 2 - step);
}
