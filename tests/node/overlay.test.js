import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overlay } from 'pneumoscope';
import { contours } from '../../web/reader/overlay.js';

const grey = { width: 4, height: 4, data: new Uint16Array(16).fill(100 * 257), black: 0, white: 1 };

/** @param {number[]} values */
const grid = (...values) => ({ side: Math.sqrt(values.length), values: Float32Array.from(values) });

/** @param {Uint8ClampedArray} pixels @param {number} x @param {number} y @returns {number[]} */
const at = (pixels, x, y) => [...pixels.subarray((y * 4 + x) * 4, (y * 4 + x) * 4 + 3)];

test('evidence against pneumonia, and none, leave the film as it is', () => {
  for (const value of [0, -5, -100]) {
    const pixels = overlay(grey, grid(value, value, value, value));
    assert.ok(pixels.every((sample, i) => sample === (i % 4 === 3 ? 255 : 100)));
  }
});

test('evidence is drawn where it lies', () => {
  const pixels = overlay(grey, grid(0, 30, 0, 0));
  assert.deepEqual(at(pixels, 0, 3), [100, 100, 100]);
  const [red, , blue] = at(pixels, 3, 0);
  assert.ok(red > 150 && blue < 100, `${red} ${blue}`);
});

test('heat is interpolated between the centres of the cells', () => {
  const pixels = overlay(grey, grid(0, 5, 0, 5), { opacity: 1 });
  const reds = [0, 1, 2, 3].map((x) => at(pixels, x, 1)[0]);
  assert.ok(reds[0] === 100 && reds[0] < reds[1] && reds[1] < reds[2] && reds[2] < reds[3], String(reds));
  assert.deepEqual(at(pixels, 2, 0), at(pixels, 2, 3));
});

test('one scale for all films: weak evidence stays weak though it is the strongest of its film', () => {
  const change = (/** @type {number} */ value) => Math.abs(overlay(grey, grid(value))[0] - 100);
  assert.ok(change(0.5) < 6);
  assert.ok(change(3) < change(9));
  assert.equal(change(60), change(600));
});

test('opacity nought shows the film alone', () => {
  assert.deepEqual(at(overlay(grey, grid(50), { opacity: 0 }), 1, 1), [100, 100, 100]);
});

test('the film is shown from its black to its white', () => {
  const film = {
    ...grey,
    data: Uint16Array.of(...Array(4).fill([6553, 13107, 19661, 26214]).flat()),
    black: 0.2,
    white: 0.4,
  };
  const pixels = overlay(film, grid(0));
  assert.deepEqual(
    [0, 1, 2, 3].map((x) => at(pixels, x, 0)[0]),
    [0, 0, 128, 255],
  );
});

test('contours run between the levels, leave the film as it is between them, and stay off what is outside the body', () => {
  const side = 64;
  const drawn = (/** @type {Uint8ClampedArray} */ pixels) =>
    Array.from({ length: side * side }, (_, place) => place).filter((place) => pixels[place * 4 + 3] > 0);
  const body = { width: 64, height: 64, data: new Uint16Array(64 * 64).fill(30000), black: 0, white: 1 };
  const heat = grid(0, 0, 0, 0, 6, 0, 0, 0, 0);
  const lines = drawn(contours(heat, body, side));
  assert.ok(lines.length > 60 && lines.length < side * side * 0.2, String(lines.length));
  const strong = contours(heat, body, side);
  assert.equal(strong[(32 * side + 32) * 4 + 3], 0, 'the middle, at full strength, is seen');
  assert.deepEqual(drawn(contours(grid(0, 0, 0, 0), body, side)), []);
  assert.deepEqual(drawn(contours(grid(60, 60, 60, 60), body, side)), [], 'no line where all is alike');

  const half = { ...body, data: body.data.map((grey, place) => (place % 64 < 32 ? 500 : grey)) };
  const kept = drawn(contours(heat, half, side));
  assert.ok(kept.length > 20 && kept.every((place) => place % side >= 32), 'air to the left has no lines');
  const lungs = {
    ...body,
    data: body.data.map((grey, place) =>
      place % 64 > 20 && place % 64 < 44 && place > 1280 && place < 2800 ? 500 : grey,
    ),
  };
  assert.deepEqual(drawn(contours(heat, lungs, side)), lines, 'what is dark inside the body is the body');
});
