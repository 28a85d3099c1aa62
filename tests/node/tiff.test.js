// TIFF films: whatever way the same greys are stored, the answer is that of the PNG with those greys.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decode } from 'fast-png';
import { createReader } from 'pneumoscope';
import { greyPng } from '../fixtures/images.js';
import { tiffFile } from '../fixtures/tiff.js';

const [width, height] = [320, 256];
const png16 = greyPng({ width, height, depth: 16 });
const png8 = greyPng({ width, height });
const grey16 = decode(png16).data;
const grey8 = decode(png8).data;

/** @type {Awaited<ReturnType<typeof createReader>>} */
let reader;
before(async () => (reader = await createReader()));
after(() => reader?.close());

const page16 = /** @type {const} */ ({ width, height, samples: grey16, bits: 16 });
const page8 = /** @type {const} */ ({ width, height, samples: grey8, bits: 8 });
const inverted = Array.from(grey16, (value) => 65535 - value);
/** @type {Record<string, [Uint8Array, Uint8Array]>} a TIFF and the PNG that it must agree with */
const same = {
  '16 bits, one strip': [tiffFile([page16]), png16],
  '16 bits, the other byte order': [tiffFile([page16], { bigEndian: true }), png16],
  '16 bits, many strips, LZW': [tiffFile([{ ...page16, rowsPerStrip: 7, compression: 'lzw' }]), png16],
  '16 bits, strips, deflate, predictor': [
    tiffFile([{ ...page16, rowsPerStrip: 60, compression: 'deflate', predictor: true }]),
    png16,
  ],
  '16 bits, tiles, deflate': [tiffFile([{ ...page16, tile: 64, compression: 'deflate' }]), png16],
  '16 bits, white is zero': [tiffFile([{ ...page16, samples: inverted, photometric: 0 }]), png16],
  'BigTIFF of 16 bits': [tiffFile([page16], { big: true }), png16],
  'BigTIFF, the other byte order': [tiffFile([page16], { big: true, bigEndian: true }), png16],
  '8 bits': [tiffFile([page8]), png8],
  '8 bits, PackBits': [tiffFile([{ ...page8, rowsPerStrip: 10, compression: 'packbits' }]), png8],
  'a thumbnail before the page': [
    tiffFile([{ width: 8, height: 8, samples: Array(64).fill(7), thumbnail: true }, page8]),
    png8,
  ],
};
for (const [name, [tiff, png]] of Object.entries(same))
  test(`${name}: the answer of the PNG`, async () => {
    const [found, expected] = [await reader.read(tiff, { picture: true }), await reader.read(png, { picture: true })];
    assert.deepEqual(
      [found.logit, found.decision, found.warnings],
      [expected.logit, expected.decision, expected.warnings],
    );
    assert.deepEqual([found.film.kind, found.width, found.height, found.bits], ['tiff', width, height, expected.bits]);
    assert.deepEqual(found.picture, expected.picture);
  });

test('real numbers are stretched over 16 bits', async () => {
  const samples = Array.from(grey16, (value) => value / 1e4 - 2);
  const { film, logit } = await reader.read(tiffFile([{ ...page16, samples, bits: 32 }]));
  assert.equal(film.bits, 16);
  assert.ok(Math.abs(logit - (await reader.read(png16)).logit) < 0.02);
});

test('colours are read as those of other files, with the warning', async () => {
  const grey = Array.from(grey8).flatMap((value) => [value, value, value]);
  const same = await reader.read(tiffFile([{ ...page8, samples: grey, channels: 3, photometric: 2 }]));
  assert.equal(same.logit, (await reader.read(png8)).logit);
  const tinted = grey.map((value, i) => (i % 3 === 0 ? 200 : value));
  const { warnings } = await reader.read(tiffFile([{ ...page8, samples: tinted, channels: 3, photometric: 2 }]));
  assert.ok(warnings.includes('colour'), String(warnings));
});

test('of several pages the first is read, with the warning', async () => {
  const { warnings, film, logit } = await reader.read(
    tiffFile([page8, { ...page8, samples: new Uint8Array(width * height) }]),
  );
  assert.deepEqual([warnings, film.frames, logit], [['multi-frame'], 2, (await reader.read(png8)).logit]);
});

for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8])
  test(`orientation ${orientation}: the film stands upright`, async () => {
    const stored = turned(grey8, width, height, orientation);
    const found = await reader.read(tiffFile([{ ...page8, ...stored, orientation }]), { picture: true });
    assert.equal(found.logit, (await reader.read(png8)).logit);
    assert.equal(found.film.orientation, orientation);
  });

/** As a camera that is held like this stores it. @param {ArrayLike<number>} samples @param {number} w @param {number} h @param {number} orientation */
function turned(samples, w, h, orientation) {
  const swaps = orientation > 4;
  const [columns, rows] = swaps ? [h, w] : [w, h];
  const out = new Uint8Array(columns * rows);
  /** Where the stored pixel is seen, by EXIF 2.32's own words. @type {Record<number, (r: number, c: number) => [number, number]>} */
  const seen = {
    1: (r, c) => [r, c],
    2: (r, c) => [r, w - 1 - c],
    3: (r, c) => [h - 1 - r, w - 1 - c],
    4: (r, c) => [h - 1 - r, c],
    5: (r, c) => [c, r],
    6: (r, c) => [c, w - 1 - r],
    7: (r, c) => [h - 1 - c, w - 1 - r],
    8: (r, c) => [h - 1 - c, r],
  };
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const [y, x] = seen[orientation](r, c);
      out[r * columns + c] = samples[y * w + x];
    }
  return { width: columns, height: rows, samples: out };
}

const whole = tiffFile([{ ...page16, rowsPerStrip: 32 }]);
const deflated = tiffFile([{ ...page16, compression: 'deflate' }]);
/** @type {Record<string, [Uint8Array, string, string]>} */
const refused = {
  'cut in half': [whole.slice(0, whole.length / 2), 'bad-image', 'corrupt'],
  'strips that lie outside the file': [changed(whole, 273, 1, 0x7fffffff), 'bad-image', 'incomplete'],
  'a deflated strip that is damaged': [spoilt(deflated, 200, 40), 'bad-image', 'corrupt'],
  'a header and nothing else': [whole.slice(0, 8), 'bad-image', 'corrupt'],
  'a method of compression that nobody knows': [
    tiffFile([{ ...page16, compression: 34712 }]),
    'unsupported-image',
    'unsupported-syntax',
  ],
  'black and white without greys': [
    tiffFile([{ width: 64, height: 64, samples: [], bits: 1 }]),
    'unsupported-image',
    'bits',
  ],
  'a picture of 65,500 x 65,500 pixels': [
    changed(changed(whole, 256, 0, 65500), 257, 0, 65500),
    'image-too-large',
    'too-large',
  ],
};
/** A tag's value, or that and the ones behind it, made another. @param {Uint8Array<ArrayBuffer>} tiff @param {number} tag
 * @param {number} first @param {number} value */
function changed(tiff, tag, first, value) {
  const bytes = tiff.slice();
  const view = new DataView(bytes.buffer);
  for (let at = view.getUint32(4, true) + 2; ; at += 12) {
    if (view.getUint16(at, true) !== tag) continue;
    const [size, count] = [view.getUint16(at + 2, true) === 3 ? 2 : 4, view.getUint32(at + 4, true)];
    const list = size * count <= 4 ? at + 8 : view.getUint32(at + 8, true);
    for (let i = first; i < count; i++)
      if (size === 2) view.setUint16(list + 2 * i, value, true);
      else view.setUint32(list + 4 * i, value, true);
    return bytes;
  }
}

/** @param {Uint8Array} bytes @param {number} at @param {number} length */
function spoilt(bytes, at, length) {
  return bytes.slice().fill(0xff, at, at + length);
}

for (const [name, [bytes, code, reason]] of Object.entries(refused))
  test(`${name}: a sentence, and the next film is read`, async () => {
    await assert.rejects(reader.read(/** @type {any} */ (bytes)), (error) => {
      assert.deepEqual([error.code, error.reason], [code, reason], error.message);
      assert.match(error.message, /^The TIFF .*\.$/s);
      return true;
    });
    assert.ok((await reader.read(png8)).logit);
  });
