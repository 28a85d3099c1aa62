// Does the answer hold? The film is changed in ways that change nothing about the patient, and read again each time.
// The copies are made from the engine's view of the film and go the whole way through the engine but for decoding.

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').GreySamples} Picture */
/** @typedef {keyof typeof VARIANTS} Variant */

/** Findings in the order of VARIANTS, as far as they have come. @typedef {Partial<Record<Variant, Findings>>} Stability */

export const VARIANTS = {
  mirrored: mirror,
  'cropped-a-little': (/** @type {Picture} */ picture) => crop(picture, 0.03),
  'cropped-more': (/** @type {Picture} */ picture) => crop(picture, 0.05),
  'lower-contrast': (/** @type {Picture} */ picture) => shade(picture, (grey) => 0.5 + (grey - 0.5) * 0.8),
  'higher-contrast': (/** @type {Picture} */ picture) => shade(picture, (grey) => 0.5 + (grey - 0.5) * 1.2),
  darker: (/** @type {Picture} */ picture) => shade(picture, (grey) => grey ** 1.25),
  brighter: (/** @type {Picture} */ picture) => shade(picture, (grey) => grey ** 0.8),
};

/**
 * @param {Findings} findings with view
 * @param {(film: Picture) => Promise<Findings | null>} read
 * @param {(stability: Stability | null) => void} tell called after every copy; with null where one could not be read
 */
export async function checkStability({ view }, read, tell) {
  if (!view) return;
  /** @type {Stability} */
  let stability = {};
  tell(stability);
  for (const [name, change] of Object.entries(VARIANTS)) {
    const findings = await read(change({ ...view, bits: 16 }));
    if (!findings) return tell(null);
    stability = { ...stability, [name]: findings };
    tell(stability);
  }
}

/** @param {Picture} picture */
function mirror({ width, height, data, bits }) {
  const mirrored = data.slice();
  for (let y = 0; y < height; y++) mirrored.subarray(y * width, (y + 1) * width).reverse();
  return { width, height, data: mirrored, bits };
}

/** @param {Picture} picture @param {number} part of each side that is cut off */
function crop({ width, height, data, bits }, part) {
  const [left, top] = [Math.round(width * part), Math.round(height * part)];
  const [w, h] = [width - 2 * left, height - 2 * top];
  const cropped = new Uint16Array(w * h);
  for (let y = 0; y < h; y++) {
    const from = (y + top) * width + left;
    cropped.set(data.subarray(from, from + w), y * w);
  }
  return { width: w, height: h, data: cropped, bits };
}

/** @param {Picture} picture @param {(grey: number) => number} change of a grey, 0 to 1 */
function shade({ width, height, data, bits }, change) {
  const table = Uint16Array.from({ length: 65536 }, (_, grey) =>
    Math.round(65535 * Math.min(Math.max(change(grey / 65535), 0), 1)),
  );
  return { width, height, data: data.map((grey) => table[grey]), bits };
}
