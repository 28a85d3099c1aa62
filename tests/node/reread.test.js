import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REREADINGS } from '../../web/desk/reread.js';

/** A picture whose greys tell where they lie, in a plain frame with a bar of "text" on top. @param {number} frame */
function screenshot(frame) {
  const [width, height] = [60 + 2 * frame, 40 + 2 * frame];
  const data = new Uint16Array(width * height).fill(50000);
  for (let x = 0; x < width; x += 9) data[3 * width + x] = 0; // letters, here and there
  for (let y = 0; y < 40; y++)
    for (let x = 0; x < 60; x++) data[(y + frame) * width + x + frame] = 1000 + 700 * y + 13 * ((x * 7 + y * 5) % 61);
  return { data, width, height, bits: 16 };
}

test('a screenshot is cropped to the film in it; a film alone stays whole', () => {
  const whole = screenshot(0);
  for (const frame of [0, 12, 25]) {
    const film = REREADINGS.cropped(screenshot(frame));
    assert.deepEqual([film.width, film.height], [60, 40], `frame ${frame}`);
    assert.deepEqual(film.data, whole.data);
  }
  const flat = { data: new Uint16Array(100), width: 10, height: 10, bits: 16 };
  assert.deepEqual(REREADINGS.cropped(flat), flat, 'where there is no film, nothing is cut');
});

test('four turns by a quarter, and two by half, are none', () => {
  const film = screenshot(2);
  const turned = (/** @type {import('../../web/desk/reread.js').How[]} */ ...ways) =>
    ways.reduce((now, way) => REREADINGS[way](now), film);
  assert.deepEqual(turned('turned-left', 'turned-left', 'turned-left', 'turned-left'), film);
  assert.deepEqual(turned('turned-left', 'turned-right'), film);
  assert.deepEqual(turned('upside-down', 'upside-down'), film);
  assert.deepEqual(turned('inverted', 'inverted'), film);
});
