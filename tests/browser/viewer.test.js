// The viewer in Chromium: what mouse, fingers and keys do to a film.

import { encode } from 'fast-png';
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { dicomFile } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import {
  browserAndSite,
  expectAccessible,
  expectAccessibleInBoth,
  isDrawn,
  SUITE,
  openMenu,
  openPage,
  openTab,
  sampleFilms,
  set,
} from '../fixtures/browser.js';

const film = { name: 'film.png', mimeType: 'image/png', buffer: Buffer.from(greyPng({ width: 1600, height: 1200 })) };

describe('the viewer', SUITE, () => {
  const here = browserAndSite();
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  let complaints;
  before(async () => {
    ({ page, complaints } = await openPage(here.browser, here.site.url, { viewport: { width: 1280, height: 800 } }));
    await page.setInputFiles('#file', film);
    await page.locator('#film-name').waitFor();
  });

  const frame = () => page.locator('.frame');
  const press = async (/** @type {string} */ key) => {
    await frame().focus();
    await page.keyboard.press(key);
  };
  /** What is seen of the film, without heat. */
  const picture = async () => {
    await page.evaluate(() => new Promise(requestAnimationFrame)); // it is drawn with the next frame of the screen
    const canvas = page.locator('.frame > .picture');
    const pixels = await canvas.evaluate((/** @type {HTMLCanvasElement} */ element) => element.toDataURL());
    return { pixels, filter: await canvas.evaluate((element) => element.style.filter) };
  };
  /** Does something, expects the picture to change, and resets it. @param {string} what @param {() => Promise<unknown>} act */
  const changes = async (what, act) => {
    const start = await picture();
    await act();
    assert.notDeepEqual(await picture(), start, what);
    await press('0');
    assert.deepEqual(await picture(), start, `${what}, then reset`);
  };

  test('every key that changes the view does, and 0 takes it back', async () => {
    for (const key of ['+', '-', 'a', 'l', 'r', 'h', 'v', 'i', '2', '3', '4', 'Shift+ArrowUp', 'Shift+ArrowRight'])
      await changes(key, () => press(key));
    await changes('arrows', async () => {
      await press('+');
      await press('ArrowLeft');
      await press('ArrowDown');
    });
    assert.deepEqual(complaints, []);
  });

  test('keys work wherever the focus is, but for fields to type in', async () => {
    await changes('at a button', async () => {
      await page.locator('#print').focus();
      await page.keyboard.press('i');
    });
    await changes('with no focus at all', async () => {
      await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
      await page.keyboard.press('i');
    });
    const start = await picture();
    await page.locator('#reference').fill('hi');
    await page.locator('#reference').press('i');
    assert.deepEqual(await picture(), start);
    await page.locator('#reference').fill('');
  });

  test('dragging changes the window, moves or zooms, as tool and button say', async () => {
    const box = await boxOf(frame());
    const drag = async (/** @type {'left' | 'middle' | 'right'} */ button) => {
      await page.mouse.move(box.x + 300, box.y + 200);
      await page.mouse.down({ button });
      await page.mouse.move(box.x + 340, box.y + 260, { steps: 3 });
      await page.mouse.up({ button });
    };
    await changes('window', () => drag('left'));
    await changes('zoom', () => drag('right'));
    await changes('move', () => drag('middle'));
    await page.locator('[data-action=tool-pan]').click();
    await changes('the tool that moves', () => drag('left'));
    await changes('a click that centres', () => page.mouse.click(box.x + 100, box.y + 100));
    await press('z');
    await changes('the tool that zooms', () => drag('left'));
    await press('w');
  });

  test('the wheel zooms in on what lies under the pointer, two fingers too', async () => {
    const box = await boxOf(frame());
    await changes('wheel', async () => {
      await page.mouse.move(box.x + 100, box.y + 100);
      await page.mouse.wheel(0, -300);
      await page.waitForTimeout(100);
    });
    await changes('pinch', () => pinch(page));
  });

  test('the tool bar does what the keys do, and its switches say how they stand', async () => {
    await openMenu(page, '.tools details');
    for (const name of [
      'Zoom in',
      'Rotate left',
      'Rotate right',
      'Flip left and right',
      'Flip top and bottom',
      'Invert',
    ])
      await changes(name, () => page.getByRole('button', { name, exact: true }).click());
    const invert = page.getByRole('button', { name: 'Invert', exact: true });
    await invert.click();
    assert.equal(await invert.getAttribute('aria-pressed'), 'true');
    await page.getByRole('button', { name: 'Reset the view' }).click();
    assert.equal(await invert.getAttribute('aria-pressed'), 'false');
    await changes('preset', () => page.selectOption('#preset', { label: 'Lungs' }));
    await changes('level', () => page.getByLabel('Level').fill('0.3'));
    await changes('width', () => page.getByLabel('Width').fill('0.4'));
    await page.keyboard.press('Escape');
  });

  test('zoomed in, the film itself is drawn and not the smaller view', async () => {
    const striped = await openPage(here.browser, here.site.url);
    await striped.page.setInputFiles('#file', { ...film, buffer: stripes(1600, 400) });
    await striped.page.locator('#film-name').waitFor();
    await striped.page.locator('.frame').focus();
    for (const key of 'a+++++++') await striped.page.keyboard.press(key);
    await striped.page.waitForFunction(() => {
      const element = document.querySelector('pneumo-scope')?.shadowRoot?.querySelector('canvas');
      const copy = Object.assign(document.createElement('canvas'), { width: 64, height: 1 });
      const context = copy.getContext('2d', { willReadFrequently: true });
      if (element) context?.drawImage(element, 0, -Math.floor(element.height / 2));
      const reds = [...(context?.getImageData(0, 0, 64, 1).data ?? [])].filter((_, i) => i % 4 === 0);
      return Math.max(...reds) - Math.min(...reds) > 200;
    });
    await striped.context.close();
  });

  test('the film fills the screen and comes back, by button and by key', async () => {
    const filled = () => page.evaluate(() => document.fullscreenElement?.localName ?? null);
    await page.locator('[data-action=fullscreen]').first().click();
    await page.waitForFunction(() => document.fullscreenElement);
    assert.equal(await filled(), 'pneumo-scope');
    const [box, size] = [await frame().boundingBox(), page.viewportSize()];
    assert.deepEqual([box?.width, box?.height], [size?.width, size?.height]);
    await page.locator('pneumo-tools').waitFor();
    await press('x');
    await page.waitForFunction(() => !document.fullscreenElement);
    const back = await frame().boundingBox();
    assert.ok(back && size && back.width < size.width);
  });

  test('the magnifier follows the pointer', async () => {
    const box = await boxOf(frame());
    await press('m');
    await page.mouse.move(box.x + 300, box.y + 200);
    assert.ok(await isDrawn(page.locator('.lens .picture')));
    const lens = await boxOf(page.locator('.lens'));
    assert.ok(Math.abs(lens.x + lens.width / 2 - (box.x + 300)) < 2);
    assert.ok(Math.abs(lens.y + lens.height / 2 - (box.y + 200)) < 2);
    await page.mouse.move(5, 5);
    await page.locator('.lens').waitFor({ state: 'hidden' }); // it does not stay over the heart
    await press('w');
    assert.equal(await page.locator('.lens').isVisible(), false);
  });

  test('help lists the keys, and the keyboard comes back to the film', async () => {
    await press('?');
    const dialogue = page.getByRole('dialog', { name: 'Keys and mouse' });
    await dialogue.waitFor();
    assert.ok((await dialogue.locator('kbd').count()) > 30);
    await expectAccessible(page, 'help');
    await page.keyboard.press('Escape');
    await dialogue.waitFor({ state: 'detached' });
    assert.equal(await frame().evaluate((element) => element.matches(':focus')), true);
  });

  test('axe finds nothing, in both themes', () => expectAccessibleInBoth(page, 'a film'));

  test('the tool bar is one stop of the Tab key, and arrow keys go through it', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', sampleFilms()[0]);
    await page.locator('#decision').waitFor();
    const inBar = () =>
      page.evaluate(() => {
        const active = /** @type {HTMLElement | null} */ (
          document.querySelector('pneumo-scope')?.shadowRoot?.activeElement
        );
        return active?.closest('[role=toolbar]') ? active.dataset.action : null;
      });
    await page.locator('[data-action=tool-window]').focus();
    for (const [key, expected] of [
      ['ArrowRight', 'tool-pan'],
      ['End', 'more'],
      ['ArrowRight', 'tool-window'],
      ['ArrowLeft', 'more'],
      ['Home', 'tool-window'],
    ]) {
      await page.keyboard.press(key);
      assert.equal(await inBar(), expected);
    }
    await page.keyboard.press('Tab');
    assert.equal(await inBar(), null);
    await context.close();
  });

  test('a line measures: in pixels, or in millimetres where the file states a spacing; the value under the pointer is read', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1280, height: 800 } });
    const dicom = dicomFile({ tags: { 0x00181164: [0x00181164, 'DS', '0.5\\0.5'] } });
    for (const [file, words] of /** @type {[any, RegExp][]} */ ([
      [film, /^\d+ pixels$/],
      [{ name: 'IM0', mimeType: '', buffer: Buffer.from(dicom) }, /^[\d.]+ mm$/],
    ])) {
      await page.setInputFiles('#file', file);
      await page.locator('#film-name', { hasText: file.name }).waitFor();
      await page.locator('.busy').waitFor({ state: 'detached' });
      await page.keyboard.press('d');
      const box = await boxOf(page.locator('.frame'));
      await page.mouse.move(box.x + box.width / 2 - 60, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2, { steps: 4 });
      await page.mouse.up();
      await page.locator('.measure text').waitFor();
      assert.match(((await page.textContent('.measure text')) ?? '').trim(), words);
      assert.match((await page.textContent('.readout.window')) ?? '', /Value -?\d/);
    }
    await expectAccessible(page, 'measured');
    await context.close();
  });

  test('the letters of the patient stand at the edges of the film, and go with it; a file that does not say them has none', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1280, height: 800 } });
    const dicom = (/** @type {string} */ name, /** @type {any} */ tags) => ({
      ...{ name, mimeType: '', buffer: Buffer.from(dicomFile({ tags })) },
    });
    const open = async (/** @type {any} */ file) => {
      await page.setInputFiles('#file', file);
      await page.locator('#film-name', { hasText: file.name }).waitFor();
      await page.locator('.busy').waitFor({ state: 'detached' });
    };
    /** The letter nearest to each edge of the frame, where it is seen; all measured at one moment. */
    const seen = () =>
      frameOf(page).evaluate((frame) => {
        const { left, top, width, height } = frame.getBoundingClientRect();
        const letters = [...frame.querySelectorAll('.letter')].map((one) => {
          const box = one.getBoundingClientRect();
          return { text: one.textContent, x: box.x + box.width / 2 - left, y: box.y + box.height / 2 - top };
        });
        const edges = [
          { x: width / 2, y: 0 },
          { x: width, y: height / 2 },
          { x: width / 2, y: height },
          { x: 0, y: height / 2 },
        ];
        return edges.map((edge) => {
          const far = (/** @type {{ x: number, y: number }} */ { x, y }) => Math.hypot(x - edge.x, y - edge.y);
          return letters.toSorted((one, other) => far(one) - far(other))[0]?.text ?? null;
        });
      });
    await open(dicom('IM0', { 0x00200020: [0x00200020, 'CS', 'R\\F'] }));
    assert.deepEqual(await seen(), ['H', 'L', 'F', 'R'], 'the mirrored film was turned upright');
    for (const [key, letters] of /** @type {const} */ ([
      ['r', 'RHLF'],
      ['h', 'RFLH'],
      ['v', 'LFRH'],
      ['0', 'HLFR'],
    ])) {
      await page.keyboard.press(key);
      await page.locator('.letter.top', { hasText: letters[0] }).waitFor();
      assert.deepEqual(await seen(), [...letters], key);
    }
    await set(page, '#language', 'ar');
    assert.deepEqual(await seen(), ['H', 'L', 'F', 'R'], 'from right to left');
    await open(dicom('IM1', {}));
    assert.equal(await page.locator('.letter').count(), 0);
    await context.close();
  });

  test('on an upright tablet the film has half of the height, and stays in sight when the answer scrolls', async () => {
    for (const viewport of [
      { width: 768, height: 1024 },
      { width: 820, height: 1180 },
    ]) {
      const { context, page } = await openPage(here.browser, here.site.url, { viewport });
      await page.setInputFiles('#file', sampleFilms()[0]);
      await page.locator('#decision').waitFor();
      await openTab(page, 'model');
      const film = await boxOf(frameOf(page));
      assert.ok(film.height > 0.42 * viewport.height && film.y < 100, JSON.stringify(film));
      await page.mouse.move(viewport.width / 2, viewport.height - 60);
      await page.mouse.wheel(0, 600);
      await page.waitForFunction(
        () =>
          (document.querySelector('pneumo-scope')?.shadowRoot?.querySelector('pneumo-answer')?.scrollTop ?? 0) > 100,
      );
      assert.deepEqual(await boxOf(frameOf(page)), film);
      await context.close();
    }
  });

  test('on a phone verdict and film are in the first screen, and a swipe goes to the next film', async () => {
    const viewport = { width: 390, height: 844 };
    const { context, page } = await openPage(here.browser, here.site.url, { viewport, hasTouch: true });
    const [one, other] = sampleFilms();
    await page.setInputFiles('#file', [one, other]);
    await page.locator('.strip[data-decision] .verdict').waitFor();
    const strip = await boxOf(page.locator('.strip'));
    const film = await boxOf(frameOf(page));
    assert.ok(strip.y < 60 && film.y < 130 && film.height >= 0.45 * viewport.height, JSON.stringify([strip, film]));
    for (const button of await page.locator('.thumbs > *').all()) assert.ok((await boxOf(button)).height >= 44);
    const name = await page.textContent('#film-name');
    const at = await page.locator('#previous').isDisabled();
    await swipe(page, at ? -150 : 150);
    await page.waitForFunction(
      (before) =>
        document.querySelector('pneumo-scope')?.shadowRoot?.querySelector('#film-name')?.textContent !== before,
      name,
    );
    await expectAccessible(page, 'a phone');
    await context.close();
  });
});

/** @param {import('playwright-core').Page} page */
const frameOf = (page) => page.locator('.frame');

/** A finger across the film. @param {import('playwright-core').Page} page @param {number} across in pixels */
async function swipe(page, across) {
  await page.locator('.frame').evaluate((element, across) => {
    const { left, top, width } = element.getBoundingClientRect();
    element.setPointerCapture = () => {}; // there is no such pointer to capture
    for (const [type, x] of /** @type {[string, number][]} */ ([
      ['pointerdown', 0],
      ['pointermove', across / 2],
      ['pointermove', across],
      ['pointerup', across],
    ]))
      element.dispatchEvent(
        new PointerEvent(type, {
          pointerId: 21,
          pointerType: 'touch',
          clientX: left + width / 2 + x,
          clientY: top + 100,
          bubbles: true,
        }),
      );
  }, across);
}

/** Black and white columns of one pixel, which a smaller view can only show grey. @param {number} width @param {number} height */
function stripes(width, height) {
  const data = new Uint8Array(width * height).map((_, i) => 255 * (i % 2));
  return Buffer.from(encode({ width, height, data, depth: 8, channels: 1 }));
}

/** @param {import('playwright-core').Locator} locator */
async function boxOf(locator) {
  const box = await locator.boundingBox();
  assert.ok(box);
  return box;
}

/** Two fingers that part. @param {import('playwright-core').Page} page */
async function pinch(page) {
  await page.locator('.frame').evaluate((element) => {
    const { left, top } = element.getBoundingClientRect();
    element.setPointerCapture = () => {}; // there is no such pointer to capture
    const send = (/** @type {string} */ type, /** @type {number} */ pointerId, /** @type {number} */ x) =>
      element.dispatchEvent(
        new PointerEvent(type, {
          pointerId,
          pointerType: 'touch',
          clientX: left + x,
          clientY: top + 150,
          bubbles: true,
        }),
      );
    send('pointerdown', 11, 200);
    send('pointerdown', 12, 260);
    send('pointermove', 12, 330);
    send('pointermove', 11, 150);
    send('pointerup', 11, 150);
    send('pointerup', 12, 330);
  });
}
