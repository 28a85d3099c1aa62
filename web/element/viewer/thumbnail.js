// A film small enough to keep a thousand of: made from what the network saw, at half its side.

export const THUMBNAIL_SIDE = 112;

/** @param {import('../../reader/types.d.ts').Grid} grid grey 0 to 1, twice the thumbnail's side @returns u8[side][side] */
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

/** @param {ArrayLike<number>} grey @param {number} width @param {number} height @param {number} [white] grey's largest value */
export function greyImage(grey, width, height, white = 255) {
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer); // opaque, the same in red, green and blue
  for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | (Math.round((grey[i] * 255) / white) * 0x010101);
  return image;
}
