// How a film is drawn: on the graphics processor and without one, pixel by pixel.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import { launch, SUITE } from '../fixtures/browser.js';

/** Films of odd sizes, some larger than the canvas and some smaller; every turn and flip; windows wide, narrow and beyond. */
const CASES = [
  { film: [517, 333], canvas: [200, 150], zoom: 0.3, turns: 0, span: [0.1, 0.9] },
  { film: [517, 333], canvas: [151, 200], zoom: 0.11, turns: 1, span: [0.4, 0.42] },
  { film: [64, 97], canvas: [300, 200], zoom: 3.7, turns: 2, mirrored: true, span: [0, 1] },
  { film: [1001, 1500], canvas: [333, 222], zoom: 0.02, turns: 3, upended: true, span: [-0.5, 2] },
  { film: [1001, 1500], canvas: [222, 333], zoom: 1, turns: 0, x: 120, y: -77, inverted: true, span: [0.2, 0.7] },
  { film: [1, 1], canvas: [20, 20], zoom: 9.3, turns: 0, span: [0, 1] },
  { film: [30, 700], canvas: [140, 20], zoom: 0.13, turns: 1, mirrored: true, span: [0.3, 0.6], inverted: true },
];

/** @type {(script: string, name: string) => Promise<string>} */
async function bundled(script, name) {
  const path = new URL(`../../web/view/viewer/${script}`, import.meta.url).pathname;
  const made = await build({ entryPoints: [path], bundle: true, format: 'iife', globalName: name, write: false });
  return made.outputFiles[0].text;
}

describe('a film on a canvas', SUITE, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  before(async () => {
    browser = await launch(['use-angle=swiftshader', 'enable-unsafe-swiftshader']);
    page = await browser.newPage();
    for (const [script, name] of [
      ['film-canvas.js', 'canvas'],
      ['film-webgl.js', 'webgl'],
      ['../../desk/placement.js', 'placement'],
    ])
      await page.addScriptTag({ content: await bundled(script, name) });
  });
  after(() => browser?.close());

  const drawn = (/** @type {(typeof CASES)[number][]} */ cases) =>
    page.evaluate((cases) => {
      const { canvas, webgl, placement } = /** @type {any} */ (window);
      const painter = webgl.createWebgl({ onProcessor: true });
      if (!painter) return null;
      return cases.map(({ film: [width, height], canvas: [across, down], span: [black, white], ...view }) => {
        let seed = 1;
        const data = Uint16Array.from({ length: width * height }, (_, i) => {
          seed = (seed * 16807) % 2147483647;
          return ((i % width) * 40 + Math.floor(i / width) * 25 + (seed % 9000)) % 65536;
        });
        const film = { width, height, data };
        const matrix = placement.matrixOf({ ...placement.INITIAL, ...view }, film, { width: across, height: down });
        const drawing = { matrix, width: across, height: down, black, white, inverted: Boolean(view.inverted) };
        const computed = canvas.computed(film, drawing).data;
        const context = new OffscreenCanvas(across, down).getContext('2d', { willReadFrequently: true });
        context?.drawImage(painter.draw(film, drawing), 0, 0, across, down, 0, 0, across, down);
        const byWebgl = context?.getImageData(0, 0, across, down).data ?? [];
        let [most, different, opaque, brightest, darkest] = [0, 0, 0, 0, 255];
        for (let i = 0; i < computed.length; i++) {
          const apart = Math.abs(computed[i] - byWebgl[i]);
          most = Math.max(most, apart);
          different += Number(apart > 0);
          if (i % 4 === 3) opaque += Number(computed[i] === 255);
          else if (computed[i - (i % 4) + 3])
            [brightest, darkest] = [Math.max(brightest, computed[i]), Math.min(darkest, computed[i])];
        }
        return { most, share: different / computed.length, opaque: opaque / (across * down), brightest, darkest };
      });
    }, cases);

  test('WebGL and the plain loop draw the same to within one grey level', async (t) => {
    const found = await drawn(CASES);
    if (!found) return t.skip('this browser has no WebGL2');
    found.forEach(({ most, share, opaque, brightest, darkest }, i) => {
      const which = JSON.stringify(CASES[i]);
      assert.ok(most <= 1, `${which}: ${most} levels apart`);
      assert.ok(share < 0.01, `${which}: ${share} of the values differ`);
      assert.ok(opaque > 0, `${which}: nothing was drawn`);
      if (CASES[i].film[0] > 1) assert.ok(brightest > darkest, `${which}: one grey`);
    });
  });

  test('the browser is asked for WebGL once, however often a film is drawn', async () => {
    const asked = await page.evaluate(() => {
      const { canvas } = /** @type {any} */ (window);
      const { getContext } = HTMLCanvasElement.prototype;
      let count = 0;
      HTMLCanvasElement.prototype.getContext = function (/** @type {string} */ kind, /** @type {any[]} */ ...more) {
        count += Number(kind === 'webgl2');
        return /** @type {any} */ (getContext).call(this, kind, ...more);
      };
      const context = document.createElement('canvas').getContext('2d');
      const film = { width: 2, height: 2, data: new Uint16Array(4) };
      const drawing = { matrix: [9, 0, 0, 9, 0, 0], width: 20, height: 20, black: 0, white: 1, inverted: false };
      for (let i = 0; i < 3; i++) canvas.drawFilm(context, film, drawing);
      HTMLCanvasElement.prototype.getContext = getContext;
      return count;
    });
    assert.equal(asked, 1);
  });

  test('at one pixel a pixel the loop shows each value through the window', async () => {
    const greys = await page.evaluate(() => {
      const { canvas } = /** @type {any} */ (window);
      const film = { width: 4, height: 2, data: Uint16Array.of(0, 13107, 26000, 65535, 39321, 52428, 6553, 32768) };
      const at = (/** @type {object} */ change) =>
        Array.from(
          canvas.computed(film, { matrix: [1, 0, 0, 1, 1, 0], width: 6, height: 2, black: 0.2, white: 0.6, ...change })
            .data,
        ).filter((_, i) => i % 4 === 0);
      return {
        plain: at({ inverted: false }),
        inverted: at({ inverted: true }),
        turned: at({ matrix: [0, 1, -1, 0, 2, 0], width: 2, height: 4, black: 0, white: 1 }),
      };
    });
    assert.deepEqual(greys.plain, [0, 0, 0, 125, 255, 0, 0, 255, 255, 0, 191, 0]);
    assert.deepEqual(greys.inverted, [0, 255, 255, 130, 0, 0, 0, 0, 0, 255, 64, 0]);
    assert.deepEqual(greys.turned, [153, 0, 204, 51, 25, 101, 128, 255]);
  });
});
