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

/**
 * The heatmap alone, to be laid over a film by whoever draws it: RGBA, as transparent as the evidence is weak.
 * @param {import('./types.d.ts').Grid} heatmap
 * @param {number} [side] of the picture in pixels
 * @returns {ImageData}
 */
export function heatLayer(heatmap, side = 16 * heatmap.side) {
  const image = new ImageData(side, side);
  forEachPixel(heatmap, side, side, (place, heat) => {
    for (let channel = 0; channel < 3; channel++) image.data[place * 4 + channel] = colour(heat, channel);
    image.data[place * 4 + 3] = 255 * heat;
  });
  return image;
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
