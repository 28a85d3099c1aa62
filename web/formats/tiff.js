// TIFF and BigTIFF, by geotiff: 16-bit research exports, scans, microscopes' cameras. The worker fetches this module when the first
// such film comes (web/worker/pictures.js); it becomes dist/engine/tiff.mjs. It knows nothing of the engine or of the package.

import { addDecoder, BaseDecoder, fromArrayBuffer } from 'geotiff';
import { inflate } from './inflate.js';

/** @typedef {import('geotiff').GeoTIFFImage} Page */
/** @typedef {{ width: number, height: number, frames: number, orientation: number }} Facts upright; `orientation` as EXIF has it */
/** @typedef {Facts & { grey: Uint16Array<ArrayBuffer>, bits: number }} Grey */
/** @typedef {Facts & { rgb: Uint8Array<ArrayBuffer> }} Colour */
/** @typedef {{ code: 'bad-image' | 'unsupported-image' | 'image-too-large', reason: import('../reader/types.d.ts').Refusal, message: string }} Refusal */

const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const REDUCED = 1; // a bit of NewSubfileType: a thumbnail
const MOST_PAGES = 1000;
const SAMPLE_FORMAT_UINT = 1;

/** Deflated blocks, by the platform's own decoder, which checks their sums. */
class Deflate extends BaseDecoder {
  /** @param {ArrayBufferLike} packed */
  async decodeBlock(packed) {
    const { tileWidth, tileHeight, bitsPerSample, planarConfiguration } = this.parameters;
    const bits = typeof bitsPerSample === 'number' ? [bitsPerSample] : Array.from(bitsPerSample);
    const bitsPerPixel = planarConfiguration === 2 ? Math.max(...bits) : bits.reduce((sum, each) => sum + each, 0);
    return (
      await inflate(
        new Uint8Array(/** @type {ArrayBuffer} */ (packed)),
        'deflate',
        tileHeight * Math.ceil((tileWidth * bitsPerPixel) / 8),
      )
    ).buffer;
  }
}
addDecoder([8, 32946], async () => Deflate);

/**
 * The first page of a file.
 * @param {Uint8Array<ArrayBuffer>} file @param {number} megapixels the most that a page may have
 * @returns {Promise<Grey | Colour | Refusal>}
 */
export async function decodeTiff(file, megapixels) {
  try {
    const { page, frames } = await firstPage(file);
    return sizeRefusal(page, megapixels) ?? (await cutShort(page, file)) ?? (await decodePage(page, frames));
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const unknown = /Unknown compression method identifier: (\d+)/.exec(told)?.[1];
    if (unknown)
      return unsupported('unsupported-syntax', `is compressed by a method that is not read (number ${unknown})`);
    return { code: 'bad-image', reason: 'corrupt', message: `The TIFF is damaged: ${told.replace(/\.$/, '')}.` };
  }
}

/** Thumbnails are no pages, wherever they stand. @param {Uint8Array<ArrayBuffer>} file */
async function firstPage(file) {
  const { buffer, byteOffset, length } = file;
  const tiff = await fromArrayBuffer(
    length === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + length),
  );
  const pages = [];
  for (let i = 0; i < MOST_PAGES; i++) {
    const page = i === 0 ? await tiff.getImage(0) : await tiff.getImage(i).catch(() => null); // past the last
    if (!page) break;
    pages.push(page);
  }
  const isThumbnail = (/** @type {Page} */ each) => (each.fileDirectory.getValue('NewSubfileType') ?? 0) & REDUCED;
  const whole = pages.filter((each) => !isThumbnail(each));
  const page = whole[0] ?? pages[0];
  const alike = whole.filter((each) => each.getWidth() === page.getWidth() && each.getHeight() === page.getHeight());
  return { page, frames: Math.max(1, alike.length) };
}

/** @param {Page} page @param {number} megapixels @returns {Refusal | null} */
function sizeRefusal(page, megapixels) {
  const [width, height] = [page.getWidth(), page.getHeight()];
  if (!(width > 0 && height > 0))
    return { code: 'bad-image', reason: 'corrupt', message: `The TIFF has no pixels: ${width} x ${height}.` };
  if (width <= 65535 && height <= 65535 && width * height <= megapixels * 1e6) return null;
  const message = `The TIFF has ${width} x ${height} pixels; at most ${megapixels} million are read, and 65535 a side.`;
  return { code: 'image-too-large', reason: 'too-large', message };
}

/** A strip that lies outside the file, or holds nothing, is a part of the film that is missing.
 * @param {Page} page @param {Uint8Array} file @returns {Promise<Refusal | null>} */
async function cutShort(page, file) {
  const names = page.isTiled
    ? /** @type {const} */ (['TileOffsets', 'TileByteCounts'])
    : /** @type {const} */ (['StripOffsets', 'StripByteCounts']);
  const [offsets, counts] = await Promise.all(
    names.map(async (name) =>
      Array.from(/** @type {ArrayLike<number | bigint>} */ ((await page.fileDirectory.loadValue(name)) ?? []), Number),
    ),
  );
  const missing = offsets.filter((offset, i) => !(counts[i] > 0 && offset + counts[i] <= file.length)).length;
  if (offsets.length > 0 && missing === 0) return null;
  const part =
    offsets.length === 0
      ? 'it has no picture'
      : `${Math.ceil((100 * missing) / offsets.length)} % of its picture is missing`;
  return {
    code: 'bad-image',
    reason: 'incomplete',
    message: `The TIFF is cut short: ${part}. Copy or export the film again.`,
  };
}

/** @param {Page} page @param {number} frames @returns {Promise<Grey | Colour | Refusal>} */
async function decodePage(page, frames) {
  const photometric = page.fileDirectory.getValue('PhotometricInterpretation') ?? BLACK_IS_ZERO;
  const facts = { frames, orientation: await orientationOf(page) };
  if (photometric !== WHITE_IS_ZERO && photometric !== BLACK_IS_ZERO) return decodeColour(page, facts);
  const bits = page.getBitsPerSample(0);
  if (bits < 2) return unsupported('bits', 'is black and white, without greys');
  const raster = /** @type {any} */ (await page.readRasters({ samples: [0], interleave: true }));
  const grey =
    page.getSampleFormat(0) === SAMPLE_FORMAT_UINT && bits <= 16 ? asStored(raster, bits) : stretched(raster);
  if (!grey) return unsupported('no-pixel-data', 'holds one value, or none, in all its pixels');
  if (photometric === WHITE_IS_ZERO) invert(grey.samples, grey.bits);
  const turned = upright(grey.samples, page, 1, facts);
  return { ...turned, grey: turned.samples, bits: grey.bits };
}

/** @param {Page} page @param {Pick<Facts, 'frames' | 'orientation'>} facts @returns {Promise<Colour>} in 8 bits */
async function decodeColour(page, facts) {
  const raster = /** @type {any} */ (await page.readRGB({ interleave: true }));
  const shift = raster instanceof Uint16Array ? 8 : 0;
  const turned = upright(
    Uint8Array.from(raster, (value) => value >> shift),
    page,
    3,
    facts,
  );
  return { ...turned, rgb: turned.samples };
}

/** @param {ArrayLike<number>} raster @param {number} bits */
const asStored = (raster, bits) => ({ samples: Uint16Array.from(raster), bits: Math.max(bits, 8) });

/** Of signed, long and real samples the range becomes 16 bits: where black and white lie is the film's affair, not the file's.
 * @param {ArrayLike<number>} raster @returns {{ samples: Uint16Array<ArrayBuffer>, bits: number } | null} */
function stretched(raster) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < raster.length; i++)
    if (Number.isFinite(raster[i])) [low, high] = [Math.min(low, raster[i]), Math.max(high, raster[i])];
  if (!(high > low)) return null;
  const samples = new Uint16Array(raster.length);
  for (let i = 0; i < raster.length; i++)
    samples[i] = Number.isFinite(raster[i]) ? Math.round((65535 * (raster[i] - low)) / (high - low)) : 0;
  return { samples, bits: 16 };
}

/** @param {Uint16Array} samples @param {number} bits */
function invert(samples, bits) {
  const white = 2 ** bits - 1;
  for (let i = 0; i < samples.length; i++) samples[i] = white - samples[i];
}

/** @param {Page} page @returns {Promise<number>} 1 to 8 */
async function orientationOf(page) {
  const value = Number((await page.fileDirectory.loadValue('Orientation')) ?? 1);
  return value >= 1 && value <= 8 ? value : 1;
}

/** Turns and mirrors as TIFF's Orientation says: 5 to 8 swap rows and columns.
 * @template {Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>} Samples
 * @param {Samples} samples @param {Page} page @param {number} nchannels @param {Pick<Facts, 'frames' | 'orientation'>} facts
 * @returns {Facts & { samples: Samples }} */
function upright(samples, page, nchannels, facts) {
  const [columns, rows] = [page.getWidth(), page.getHeight()];
  const { orientation } = facts;
  if (orientation === 1) return { ...facts, width: columns, height: rows, samples };
  const swaps = orientation > 4;
  const [width, height] = swaps ? [rows, columns] : [columns, rows];
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const turned = /** @type {Samples} */ (samples.slice());
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = swaps ? [y, x] : [x, y];
      const from =
        nchannels * ((fromBottom ? rows - 1 - row : row) * columns + (fromRight ? columns - 1 - column : column));
      for (let c = 0; c < nchannels; c++) turned[nchannels * (y * width + x) + c] = samples[from + c];
    }
  return { ...facts, width, height, samples: turned };
}

/** @param {import('../reader/types.d.ts').Refusal} reason @param {string} what is wrong @returns {Refusal} */
const unsupported = (reason, what) => ({
  code: 'unsupported-image',
  reason,
  message: `The TIFF ${what}: save it as grey values of 8 or 16 bits, uncompressed or with LZW or deflate.`,
});
