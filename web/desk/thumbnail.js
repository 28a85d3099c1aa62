// A film small enough to keep a thousand of: made from what the network saw, at half its side.

export const THUMBNAIL_SIDE = 112;

/** @param {import('../reader/types.d.ts').Grid} grid grey 0 to 1, twice the thumbnail's side @returns u8[side][side] */
export function thumbnail({ side, values }) {
  const pixels = new Uint8ClampedArray(THUMBNAIL_SIDE ** 2);
  for (let y = 0; y < THUMBNAIL_SIDE; y++)
    for (let x = 0; x < THUMBNAIL_SIDE; x++) {
      const at = 2 * (y * side + x);
      const sum = values[at] + values[at + 1] + values[at + side] + values[at + side + 1];
      pixels[y * THUMBNAIL_SIDE + x] = (255 / 4) * sum;
    }
  return pixels;
}
