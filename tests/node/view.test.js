// How a film lies in its frame, without a browser: the numbers that the viewer draws by.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lettersOf } from '../../web/desk/letters.js';
import * as v from '../../web/desk/placement.js';
import { brokenInto } from '../../web/view/answer/lines.js';

const film = { width: 400, height: 300 };
const frame = { width: 800, height: 400 };

/** Without what the last bits of a number say. @param {number} value */
const rounded = (value) => Math.round(value * 1e4) / 1e4 + 0;

/** @param {v.View} view @param {number} x @param {number} y @returns where a film's pixel is seen */
function seen(view, x, y) {
  const [a, b, c, d, e, f] = v.matrixOf(view, film, frame);
  return [a * x + c * y + e, b * x + d * y + f].map(rounded);
}

test('a film fits its frame and lies in the middle', () => {
  assert.deepEqual(seen(v.INITIAL, 0, 0), [rounded(400 - 800 / 3), 0]);
  assert.deepEqual(seen(v.INITIAL, 200, 150), [400, 200]);
  assert.equal(v.zoomOf(v.turned(v.INITIAL, 1), film, frame), 1, 'a turned film is fitted by its other side');
});

test('what lies under the pointer stays there while zooming', () => {
  const at = { x: -120, y: 45 };
  let view = v.INITIAL;
  const before = seen(view, 100, 200);
  const point = { x: before[0] - frame.width / 2, y: before[1] - frame.height / 2 };
  for (const factor of [1.3, 2, 0.7]) view = v.zoomed(view, film, frame, factor, point);
  assert.ok(seen(view, 100, 200).every((value, i) => Math.abs(value - before[i]) < 0.001));
  assert.notDeepEqual(seen(v.zoomed(v.INITIAL, film, frame, 2, at), 100, 200), before);
});

test('a film cannot be moved out of sight, nor zoomed out of all measure', () => {
  const far = v.moved(v.INITIAL, film, frame, 1e6, -1e6);
  const [left] = seen(far, 0, 0);
  const [, bottom] = seen(far, 0, film.height);
  assert.ok(left <= frame.width / 2 && bottom >= frame.height / 2);
  assert.equal(v.zoomed(v.INITIAL, film, frame, 1e9).zoom, 32);
  assert.ok((v.zoomed(v.INITIAL, film, frame, 1e-9).zoom ?? 0) > 0.1);
});

test('turning and flipping act on the film as it is seen', () => {
  for (const start of [v.INITIAL, v.mirrored(v.INITIAL), v.upended(v.INITIAL), v.upended(v.mirrored(v.INITIAL))]) {
    const view = { ...start, zoom: 1 };
    const [x, y] = seen(view, 10, 20);
    const [dx, dy] = [x - 400, y - 200];
    assert.deepEqual(seen(v.turned(view, 1), 10, 20), [400 - dy, 200 + dx], 'clockwise');
    assert.deepEqual(seen(v.turned(view, -1), 10, 20), [400 + dy, 200 - dx], 'anticlockwise');
    assert.deepEqual(seen(v.mirrored(view), 10, 20), [400 - dx, y]);
    assert.deepEqual(seen(v.upended(view), 10, 20), [x, 200 - dy]);
  }
  const moved = v.moved({ ...v.INITIAL, zoom: 2 }, film, frame, 50, 30);
  const [x, y] = seen(moved, 10, 20);
  assert.deepEqual(
    seen(v.turned(moved, 1), 10, 20),
    [400 - (y - 200), 200 + (x - 400)],
    'about the middle of the frame',
  );
});

test('four quarters, two flips and a reset change nothing', () => {
  const moved = v.moved({ ...v.INITIAL, zoom: 2 }, film, frame, 50, 30);
  const around = [1, 2, 3, 4].reduce((view) => v.turned(view, 1), moved);
  assert.deepEqual({ ...around, x: around.x + 0, y: around.y + 0 }, moved);
  assert.deepEqual(v.mirrored(v.mirrored(moved)), moved);
});

test('the filters show the window: black below it, white above, straight between', () => {
  for (const [black, white] of [
    [0, 1],
    [0.2, 0.7],
  ])
    for (const level of [0, 0.1, 0.35, 0.5, 0.7, 1])
      for (const width of [0.02, 0.3, 0.55, 1, 2])
        for (const inverted of [false, true])
          for (let grey = 0; grey <= 1; grey += 1 / 64) {
            const plain = Math.min(Math.max(((grey - black) / (white - black) - level) / width + 0.5, 0), 1);
            const shown = filtered(v.filterOf({ ...v.INITIAL, level, width, inverted }, { black, white }), grey);
            assert.ok(Math.abs(shown - (inverted ? 1 - plain : plain)) < 1e-9, `${level} ${width} ${grey}`);
          }
});

test("a window starts from the film's own black and white, and reaches all that its file holds", () => {
  const film = { black: 0.25, white: 0.5 };
  assert.deepEqual(v.spanOf(v.INITIAL, film), film);
  const whole = v.spanOf(v.windowedWhole(v.INITIAL, film), film);
  assert.ok(Math.abs(whole.black) < 1e-9 && Math.abs(whole.white - 1) < 1e-9);
});

test('the window of a film spans its greys but for the outermost hundredths', () => {
  const data = new Uint16Array(10_000).map((_, i) => 257 * (i < 50 ? 0 : i < 100 ? 255 : 51 + (i % 103)));
  const { level, width } = v.windowedTo(v.INITIAL, { width: 100, height: 100, data, black: 0, white: 1 });
  assert.ok(Math.abs(level - width / 2 - 51 / 255) < 0.01, 'black at the darkest grey');
  assert.ok(Math.abs(level + width / 2 - 153 / 255) < 0.01, 'white at the brightest');
});

/** What CSS filters make of a grey, as the Filter Effects specification defines them. @param {string} filters @param {number} grey */
function filtered(filters, grey) {
  const functions = {
    grayscale: (/** @type {number} */ value) => value,
    brightness: (/** @type {number} */ value, /** @type {number} */ by) => value * by,
    contrast: (/** @type {number} */ value, /** @type {number} */ by) => (value - 0.5) * by + 0.5,
    invert: (/** @type {number} */ value) => 1 - value,
  };
  for (const [, name, by] of filters.matchAll(/(\w+)\(([^)]+)\)/g)) {
    const changed = functions[/** @type {keyof typeof functions} */ (name)](grey, Number(by));
    grey = Math.min(Math.max(changed, 0), 1);
  }
  return grey;
}

test('the letters of the patient stay at their sides of the film, however it is turned and mirrored', () => {
  const square = { width: 100, height: 100 };
  const opposites = { A: 'P', P: 'A', L: 'R', R: 'L', H: 'F', F: 'H', LA: 'RP' };
  for (const [right, bottom] of [
    ['L', 'F'],
    ['A', 'F'],
    ['L', 'P'],
    ['LA', 'F'],
  ])
    for (const turns of /** @type {const} */ ([0, 1, 2, 3]))
      for (const mirrored of [false, true])
        for (const upended of [false, true]) {
          const view = { ...v.INITIAL, turns, mirrored, upended };
          const [a, b, c, d, e, f] = v.matrixOf(view, square, square);
          const at = (/** @type {number} */ x, /** @type {number} */ y) =>
            ({ '50,0': 'top', '100,50': 'right', '50,100': 'bottom', '0,50': 'left' })[
              String([a * x + c * y + e, b * x + d * y + f].map(Math.round))
            ];
          const places = { [at(100, 50)]: right, [at(50, 100)]: bottom };
          Object.assign(places, { [at(0, 50)]: opposites[right], [at(50, 0)]: opposites[bottom] });
          assert.deepEqual(lettersOf({ right, bottom }, view), places, JSON.stringify(view));
        }
});

test('a text is broken into lines at its spaces, and inside a word that no line holds', () => {
  const fits = (/** @type {string} */ text) => [...text].length <= 6;
  for (const [text, lines] of /** @type {[string, string[]][]} */ ([
    ['', ['']],
    ['no word', ['no', 'word']],
    ['a b c d e', ['a b c', 'd e']],
    ['未见肺炎征象请医生阅片', ['未见肺炎征象', '请医生阅片']],
    ['a 未见肺炎征象请', ['a 未见肺炎', '征象请']],
    ['🫁🫁🫁🫁🫁🫁🫁', ['🫁🫁🫁🫁🫁🫁', '🫁']],
  ]))
    assert.deepEqual(brokenInto(text, fits), lines, text);
});
