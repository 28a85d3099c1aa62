// Does the answer hold? The film is changed in ways that change nothing about the patient, and read again each time.
// The copies are made from the engine's view of the film and go the whole way through the engine, as files.

/** @typedef {import('../types.d.ts').Findings} Findings */
/** @typedef {NonNullable<Findings['view']>} Picture */
/** @typedef {keyof typeof VARIANTS} Variant */

/** Findings in the order of VARIANTS, as far as they have come. @typedef {Partial<Record<Variant, Findings>>} Stability */

export const VARIANTS = {
  mirrored: mirror,
  'cropped-a-little': (/** @type {Picture} */ picture) => crop(picture, 0.03),
  'cropped-more': (/** @type {Picture} */ picture) => crop(picture, 0.05),
  'lower-contrast': (/** @type {Picture} */ picture) => shade(picture, (grey) => 128 + (grey - 128) * 0.8),
  'higher-contrast': (/** @type {Picture} */ picture) => shade(picture, (grey) => 128 + (grey - 128) * 1.2),
  darker: (/** @type {Picture} */ picture) => shade(picture, (grey) => 255 * (grey / 255) ** 1.25),
  brighter: (/** @type {Picture} */ picture) => shade(picture, (grey) => 255 * (grey / 255) ** 0.8),
};

/**
 * @param {Findings} findings with view
 * @param {(film: Blob) => Promise<Findings>} read
 * @param {(stability: Stability) => void} tell called after every copy
 */
export async function checkStability({ view }, read, tell) {
  if (!view) return;
  /** @type {Stability} */
  let stability = {};
  tell(stability);
  for (const [name, change] of Object.entries(VARIANTS)) {
    stability = { ...stability, [name]: await read(bmp(change(view))) };
    tell(stability);
  }
}

/** @param {Picture} picture */
function mirror({ width, height, data }) {
  const mirrored = data.slice();
  for (let y = 0; y < height; y++) mirrored.subarray(y * width, (y + 1) * width).reverse();
  return { width, height, data: mirrored };
}

/** @param {Picture} picture @param {number} part of each side that is cut off */
function crop({ width, height, data }, part) {
  const [left, top] = [Math.round(width * part), Math.round(height * part)];
  const [w, h] = [width - 2 * left, height - 2 * top];
  const cropped = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    const from = (y + top) * width + left;
    cropped.set(data.subarray(from, from + w), y * w);
  }
  return { width: w, height: h, data: cropped };
}

/** @param {Picture} picture @param {(grey: number) => number} change */
function shade({ width, height, data }, change) {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, grey) => change(grey));
  return { width, height, data: data.map((grey) => table[grey]) };
}

/** A grey picture as a BMP file: no compression, rows from the bottom, each padded to four bytes.
 * @param {Picture} picture @returns {Blob} */
function bmp({ width, height, data }) {
  const stride = (width + 3) & ~3;
  const [palette, pixels] = [54, 54 + 1024];
  const bytes = new Uint8Array(pixels + stride * height);
  const header = new DataView(bytes.buffer);
  header.setUint16(0, 0x424d); // BM
  header.setUint32(2, bytes.length, true);
  header.setUint32(10, pixels, true);
  header.setUint32(14, 40, true);
  header.setInt32(18, width, true);
  header.setInt32(22, height, true);
  header.setUint16(26, 1, true);
  header.setUint16(28, 8, true);
  header.setUint32(46, 256, true);
  for (let grey = 0; grey < 256; grey++) bytes.fill(grey, palette + 4 * grey, palette + 4 * grey + 3);
  for (let y = 0; y < height; y++)
    bytes.set(data.subarray(y * width, (y + 1) * width), pixels + (height - 1 - y) * stride);
  return new Blob([bytes], { type: 'image/bmp' });
}
