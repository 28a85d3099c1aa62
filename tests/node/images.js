// Pictures and files for the tests, made on the spot.

import { encode } from 'fast-png';

/**
 * A grey picture of two overlapping ripples, so that neither a transposed nor a shifted copy looks the same.
 * @param {{ width?: number, height?: number, depth?: 8 | 16, contrast?: number }} [size]
 */
export function greyPng({ width = 320, height = 256, depth = 8, contrast = 1 } = {}) {
  const white = 2 ** depth - 1;
  const data = depth === 16 ? new Uint16Array(width * height) : new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data[y * width + x] = white * (0.5 + contrast * (0.3 * Math.sin(x / 17) + 0.19 * Math.cos((x + 2 * y) / 41)));
  return encode({ width, height, data, depth, channels: 1 });
}

/** A picture of one grey. */
export const flatPng = () => encode({ width: 256, height: 256, data: new Uint8Array(256 * 256).fill(90), channels: 1 });

/** A film that takes a second or more, and less to write than one with a pattern. */
export const hugePng = () =>
  encode({ width: 9000, height: 9000, data: new Uint16Array(9000 * 9000), depth: 16, channels: 1 });

/** The same picture with one channel tinted. */
export function colourPng() {
  const [width, height] = [320, 256];
  const ripple = (/** @type {number} */ pixel) =>
    127 + 100 * Math.sin((pixel % width) / 17) * Math.cos(pixel / width / 23);
  const data = new Uint8Array(width * height * 3).map((_, i) => (i % 3 === 0 ? 200 : ripple(Math.floor(i / 3))));
  return encode({ width, height, data, channels: 3 });
}

/** A PNG whose header, sound in itself, says 65,535 pixels a side. */
export function hugeHeaderPng() {
  const png = greyPng();
  const header = new DataView(png.buffer, png.byteOffset);
  header.setUint32(16, 65535);
  header.setUint32(20, 65535);
  header.setUint32(29, crc32(png.subarray(12, 29)));
  return png;
}

/** @param {Uint8Array} bytes @returns {number} the checksum of a PNG chunk */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Bytes without a meaning; the prime period keeps blocks from looking alike. @param {number} length */
export const garbage = (length) => new Uint8Array(length).map((_, i) => (i % 251) ^ 0x5a);

/** @param {string} text */
export const bytesOf = (text) => new TextEncoder().encode(text);

export const HTML_PAGE = '<!DOCTYPE html><html><body>Not found</body></html>';
