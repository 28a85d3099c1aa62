// Fifty films and one number for their logits in eight bits, which must come out in every engine, on every number of
// threads. tests/c/same_bits_test.c draws the same films in C and reads the same model.

import { readFileSync } from 'node:fs';
import { encode } from 'fast-png';

const NFILMS = 50;
const SIDE = 240;

/** What the native build gives for the model that ships. A new model has a new one, which the tests print. */
export const EXPECTED = readFileSync(new URL('same_bits.txt', import.meta.url), 'utf8').trim();

/** @returns {Uint8Array[]} PNG files */
export const films = () =>
  Array.from({ length: NFILMS }, (_, index) => encode({ width: SIDE, height: SIDE, channels: 1, data: draw(index) }));

/** Bright discs and grain, all from integers. @param {number} index */
function draw(index) {
  const next = generator(1 + index);
  const discs = Array.from({ length: 6 }, () => [next() % SIDE, next() % SIDE, 20 + ((next() % SIDE) >> 1)]);
  const grey = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      let level = next() % 24;
      for (const [cx, cy, radius] of discs) {
        const inside = radius ** 2 - (x - cx) ** 2 - (y - cy) ** 2;
        if (inside > 0) level += Math.floor((90 * inside) / radius ** 2);
      }
      grey[y * SIDE + x] = Math.min(level, 255);
    }
  return grey;
}

/** Numerical Recipes' linear congruential generator. @param {number} seed */
function generator(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
}

/** FNV-1a over the bytes of the numbers as float32. @param {number[]} logits */
export function hash(logits) {
  let value = 0xcbf29ce484222325n;
  for (const byte of new Uint8Array(Float32Array.from(logits).buffer))
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  return value.toString(16).padStart(16, '0');
}
