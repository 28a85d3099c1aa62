// What fuzzing starts from: small files of each kind, made by the tests' own writers.

import { readdirSync, readFileSync } from 'node:fs';
import { cases } from '../fixtures/dicom.js';
import { flatPng, greyPng } from '../fixtures/images.js';

const IMAGES = new URL('../fixtures/images/', import.meta.url);
const FRAMES = new URL('../fixtures/images/frames/', import.meta.url);
const MODEL = new URL('../../model/pneumonia-int8.safetensors', import.meta.url);

const bytes = (/** @type {string} */ text) => Buffer.from(text, 'latin1');
const ending = (/** @type {RegExp} */ end) =>
  readdirSync(IMAGES)
    .filter((name) => end.test(name))
    .map((name) => readFileSync(new URL(name, IMAGES)))
    .filter(({ length }) => length < 65536);

/** The header of the shipped model, whose tensors are not there. */
function modelHeader() {
  const file = readFileSync(MODEL);
  return file.subarray(0, 8 + Number(file.readBigUInt64LE(0)));
}

/** A picture of 8 x 8 of so many bits a pixel. @param {number} bits */
function bmp(bits) {
  const ncolours = bits <= 8 ? 2 ** bits : 0;
  const [at, row] = [54 + 4 * ncolours, Math.ceil((8 * bits) / 32) * 4];
  const file = Buffer.alloc(at + 8 * row, 0x5a);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  [at, 40, 8, 8].forEach((value, i) => file.writeUInt32LE(value, 10 + 4 * i));
  [1, bits].forEach((value, i) => file.writeUInt16LE(value, 26 + 2 * i));
  [0, 8 * row, 2835, 2835, ncolours, 0].forEach((value, i) => file.writeUInt32LE(value, 30 + 4 * i));
  for (let i = 0; i < ncolours; i++) file.writeUInt32LE((i * 0x010101) % 0x1000000, 54 + 4 * i);
  return file;
}

/** @type {Record<string, () => Uint8Array[] | Promise<Uint8Array[]>>} */
const SEEDS = {
  jpeg: () => ending(/\.jpe?g$/),
  png: () => [...ending(/\.png$/), flatPng(), greyPng({ width: 40, height: 30, depth: 16 })],
  bmp: () => [1, 4, 8, 24, 32].map(bmp),
  dicom: () => Object.values(cases()).map((one) => one.bytes),
  codec: () =>
    readdirSync(FRAMES).flatMap((name) => {
      const frame = readFileSync(new URL(name, FRAMES));
      return [0, 1, 2, 3, 4, 5, 6, 7].map((kind) => Buffer.concat([Buffer.from([kind, 47, 39]), frame]));
    }),
  model: () => [modelHeader()],
  json: () => [modelHeader().subarray(8), bytes('{"a":[1,-2.5e3,"\\u00e9"],"b":{"c":null,"d":true}}')],
  exif: () => [
    bytes('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0'),
    bytes('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0'),
  ],
  memory: async () =>
    (await Promise.all(['jpeg', 'png', 'bmp', 'dicom'].map((name) => SEEDS[name]())))
      .flat()
      .filter(({ length }) => length < 20000)
      .map((file, i) => Buffer.concat([Buffer.from([i % 24]), file])),
};

/** @param {string} target @returns {Promise<Uint8Array[]>} */
export const seedsOf = async (target) => SEEDS[target]();
