// Greys as a browser's picture.

/** @param {ArrayLike<number>} grey @param {number} width @param {number} height @param {number} [white] grey's largest value */
export function greyImage(grey, width, height, white = 255) {
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer); // opaque, the same in red, green and blue
  for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | (Math.round((grey[i] * 255) / white) * 0x010101);
  return image;
}
