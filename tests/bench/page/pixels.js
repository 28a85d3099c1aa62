// The film's pixels for engines that take numbers: decoded by the browser, as such a page would have it.

const SIDE = 224;

/** @param {string} url @returns {Promise<Uint8Array>} u8[224][224][3] */
export const rgbPixels = async (url) => rgbOf(await (await fetch(url)).blob());

/** @param {Blob} file @returns {Promise<Uint8Array>} u8[224][224][3] */
export async function rgbOf(file) {
  const bitmap = await createImageBitmap(file);
  const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d');
  context.drawImage(bitmap, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  bitmap.close();
  return Uint8Array.from(data.filter((_, i) => i % 4 !== 3));
}

/** @param {Uint8Array} pixels @returns {Float32Array} x / 127.5 - 1, f32[224][224][3] */
export const normalised = (pixels) => Float32Array.from(pixels, (x) => x / 127.5 - 1);

/** @param {Float32Array} rows f32[224][224][3] @returns {Float32Array} f32[3][224][224] */
export const planes = (rows) => rows.map((_, i) => rows[(i % SIDE ** 2) * 3 + Math.floor(i / SIDE ** 2)]);

/** Milliseconds that `work` takes, and the numbers it resolves with.
 * @param {() => Promise<ArrayLike<number>>} work */
export async function timed(work) {
  const started = performance.now();
  const outputs = await work();
  return { ms: performance.now() - started, outputs: Array.from(outputs) };
}
