// Pictures that the engine refuses by name and that can be decoded here all the same: TIFF in JavaScript, and what the browser itself
// decodes. They become grey samples, or a BMP where they may be coloured, so that the engine says of them what it says of others.

import { PneumoscopeError } from '../reader/errors.js';

/** What a browser may decode; which it does is for it to say. */
/** @type {PneumoscopeError['reason'][]} */
const BROWSERS = ['webp', 'avif', 'heic'];

/**
 * What a picture's own decoder knows of it.
 * @typedef {{ facts: { kind: any, frames?: number, orientation?: number }, warnings: import('../reader/types.d.ts').Warning[] }} Known
 */
/** @typedef {Known & ({ samples: import('../reader/types.d.ts').GreySamples, bmp?: undefined } | { bmp: Uint8Array, samples?: undefined })} Picture */

/**
 * @param {PneumoscopeError} refusal of the engine, which names the kind
 * @param {Uint8Array<ArrayBuffer>} file
 * @param {number} megapixels the most that it may have
 * @param {() => Promise<typeof import('../formats/tiff.js')>} loadTiff
 * @returns {Promise<Picture>} Rejects with the refusal where nobody here decodes it.
 */
export async function pictureOf(refusal, file, megapixels, loadTiff) {
  if (refusal.reason === 'tiff') return ofTiff(await (await loadTiff()).decodeTiff(file, megapixels));
  if (BROWSERS.includes(refusal.reason) && typeof createImageBitmap === 'function')
    return ofBrowser(refusal, file, megapixels);
  throw refusal;
}

/** @param {Awaited<ReturnType<typeof import('../formats/tiff.js').decodeTiff>>} decoded @returns {Picture} */
function ofTiff(decoded) {
  if ('code' in decoded) throw new PneumoscopeError(decoded.code, decoded.message, decoded.reason);
  const { width, height, frames, orientation } = decoded;
  const facts = { kind: 'tiff', frames, orientation };
  const warnings = frames > 1 ? [/** @type {const} */ ('multi-frame')] : [];
  if ('rgb' in decoded) return { bmp: bmpOf(decoded.rgb, 3, width, height), facts, warnings };
  return { samples: { data: decoded.grey, width, height, bits: decoded.bits }, facts, warnings };
}

/** @param {PneumoscopeError} refusal @param {Uint8Array<ArrayBuffer>} file @param {number} megapixels @returns {Promise<Picture>} */
async function ofBrowser(refusal, file, megapixels) {
  const wish = /** @type {const} */ ({ colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const bitmap = await createImageBitmap(new Blob([file]), wish).catch(() => null);
  if (!bitmap) throw refusal;
  const { width, height } = bitmap;
  try {
    if (width * height > megapixels * 1e6)
      throw new PneumoscopeError(
        'image-too-large',
        `The picture has ${width} x ${height} pixels; at most ${megapixels} million are read.`,
        'too-large',
      );
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    context?.drawImage(bitmap, 0, 0);
    const rgba = context?.getImageData(0, 0, width, height).data;
    if (!rgba) throw refusal;
    return pictureOfPixels({ data: rgba, width, height }, refusal.reason);
  } finally {
    bitmap.close();
  }
}

/** @param {import('../reader/types.d.ts').ByteSamples} pixels @param {string | null} [kind] */
export function pictureOfPixels({ data, width, height }, kind = 'samples') {
  const nchannels = data.length / (width * height);
  const opaque = nchannels === 3 || data.every((value, i) => i % 4 !== 3 || value === 255);
  const warnings = opaque ? [] : [/** @type {const} */ ('transparency')];
  return { bmp: bmpOf(data, nchannels, width, height), facts: { kind }, warnings };
}

const HEADERS = 54; // BITMAPFILEHEADER and BITMAPINFOHEADER

/** @param {ArrayLike<number>} samples red, green, blue, ... @param {number} nchannels @param {number} width @param {number} height
 * @returns {Uint8Array<ArrayBuffer>} of 24 bits, its rows from the top down */
function bmpOf(samples, nchannels, width, height) {
  const stride = Math.ceil((3 * width) / 4) * 4;
  const bmp = new Uint8Array(HEADERS + stride * height);
  const view = new DataView(bmp.buffer);
  bmp.set([0x42, 0x4d]);
  view.setUint32(2, bmp.length, true);
  view.setUint32(10, HEADERS, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, -height, true); // from the top down
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(34, stride * height, true);
  for (let y = 0, from = 0; y < height; y++)
    for (let x = 0, to = HEADERS + y * stride; x < width; x++, from += nchannels, to += 3)
      for (let c = 0; c < 3; c++) bmp[to + 2 - c] = samples[from + c];
  return bmp;
}
