// Many films in Chromium: the list, its order, what goes wrong in it, and what comes out of it.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dicomFile } from '../fixtures/dicom.js';
import { flatPng, greyPng } from '../fixtures/images.js';
import {
  browserAndSite,
  dropAll,
  expectAccessible,
  expectAccessibleInBoth,
  expectNoSidewaysScroll,
  goOffline,
  WITH_SERVICE_WORKER,
  SUITE,
  openMenu,
  openPage,
  openTab,
  sampleFilms,
  WORDS,
} from '../fixtures/browser.js';

const broken = { name: 'broken.png', mimeType: 'image/png', buffer: sampleFilms()[0].buffer.subarray(0, 3000) };

/** The same bytes twice would be one film. @param {Buffer} film @param {number | string} which */
const copy = (film, which) => Buffer.concat([film, Buffer.from(`copy ${which}`)]);

/** @param {number} count @returns films whose names end in their number from 1 on */
const films = (count) =>
  Array.from({ length: count }, (_, i) => {
    const film = sampleFilms()[i % sampleFilms().length];
    return { ...film, buffer: copy(film.buffer, i), name: `Jane Doe ${i + 1}.png` };
  });

describe('the list', SUITE, () => {
  const here = browserAndSite();

  test('films of one study stand together; their dates are shown where the user wants it, and lead to the prior', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url, {
      viewport: { width: 1440, height: 900 },
    });
    /** @type {string[]} */
    const told = [];
    await page.exposeFunction('tell', (/** @type {string} */ text) => told.push(text));
    await page.evaluate(() => {
      for (const name of ['ready', 'progress', 'findings', 'failed'])
        addEventListener(name, (event) =>
          /** @type {any} */ (window).tell(JSON.stringify(/** @type {any} */ (event).detail)),
        );
    });
    const film = (/** @type {string} */ name, /** @type {string} */ study, /** @type {string} */ date) => ({
      ...{ name, mimeType: '' },
      buffer: Buffer.from(
        dicomFile({
          tags: {
            0x0020000d: [0x0020000d, 'UI', study],
            0x00100020: [0x00100020, 'LO', 'A 17'],
            0x00100030: [0x00100030, 'DA', '19650102'],
            0x00080020: [0x00080020, 'DA', date],
            0x00204000: [0x00204000, 'LT', name], // each file is another
          },
        }),
      ),
    });
    const [one, older] = [film('one', '1.1', '20250301'), film('older', '1.2', '20240214')];
    await page.setInputFiles('#file', [one, ...films(3), older, film('one, too', '1.1', '20250301')]);
    await allRead(page, 6);
    const names = async () => (await page.locator('.rows .name').allTextContents()).map((name) => name.trim());
    const tied = page.locator('.rows li[data-tied]');
    assert.equal(await tied.count(), 1);
    await openMenu(page, '#list-menu');
    await page.selectOption('#sort', 'arrival');
    await page.keyboard.press('Escape');
    assert.deepEqual((await names()).slice(0, 2), ['one', 'one, too']);
    assert.match((await tied.textContent()) ?? '', /one, too\s+Same study as the film above/);
    assert.equal(await page.locator('time').count(), 0);
    assert.doesNotMatch((await page.textContent('.readout.stated')) ?? '', /2025/);

    await openMenu(page, '#menu');
    await page.locator('#remembers').check();
    await page.locator('#dates').check();
    await page.keyboard.press('Escape');
    assert.deepEqual(await page.locator('time').allTextContents(), [
      'March 1, 2025',
      'March 1, 2025',
      'February 14, 2024',
    ]);
    await page.locator('.readout.stated', { hasText: 'March 1, 2025' }).waitFor();
    await expectAccessible(page, 'dates');
    assert.doesNotMatch(await saved(page, 'json'), /2025|2024-02/);
    await openMenu(page, '#list-menu');
    await page.locator('#exports-dates').check();
    assert.match(await saved(page, 'csv'), /2024-02-14/);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.match(kept, /"dates\\*":true/);
    assert.doesNotMatch(kept, /2025|2024|exportsDates/);

    await page.getByRole('button', { name: 'Compare with the prior of February 14, 2024' }).click();
    await page.locator('.pane + .pane .readout.stated', { hasText: 'February 14, 2024' }).waitFor();
    assert.equal(await page.locator('#prior').count(), 0);
    await page.locator('.rows .row', { hasText: 'older' }).click();
    await page.locator('#film-name', { hasText: 'older' }).waitFor();
    assert.equal(await page.locator('#prior').count(), 0, 'nothing is older');
    assert.deepEqual([told, complaints], [[], []]);
    await context.close();
  });

  test('what was removed, marked or overwritten comes back, by a button or by Ctrl+Z', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url, {
      viewport: { width: 1440, height: 900 },
    });
    await page.setInputFiles('#file', films(4));
    await allRead(page, 4);
    const numbers = async () =>
      (
        await page.locator('.rows li').evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-id'))))
      ).sort();
    const agree = page.locator('[data-mark=agree]');
    const reference = page.locator('#reference');
    const write = async (/** @type {string} */ text) => {
      await reference.fill(text);
      await reference.blur();
    };
    await page.locator('.rows .row').nth(1).click();
    await agree.click();
    await page.locator('[data-mark=agree][aria-pressed=true]').waitFor();
    assert.equal(await page.locator('.toast button').count(), 0, 'the mark itself shows it');
    await page.keyboard.press('Control+z');
    await page.locator('[data-mark=agree][aria-pressed=false]').waitFor();

    await write('ward 3');
    assert.equal(await page.locator('.toast button').count(), 0, 'nothing was overwritten');
    await write('ward 4');
    await page.locator('.toast', { hasText: 'What you wrote was replaced.' }).waitFor();
    await expectAccessible(page, 'an offer to undo');
    await page.locator('#undo').click();
    await page.waitForFunction(
      () =>
        /** @type {any} */ (document.querySelector('pneumo-scope')?.shadowRoot?.querySelector('#reference')).value ===
        'ward 3',
    );

    const before = await numbers();
    await page.locator('.rows .row').nth(1).click();
    const name = await page.textContent('#film-name');
    await page.keyboard.press('Delete');
    await page.locator('.toast', { hasText: /^\s*Film \d was removed\./ }).waitFor();
    assert.equal((await numbers()).length, 3);
    assert.notEqual(await page.textContent('#film-name'), name);
    assert.ok(await page.evaluate(() => document.activeElement?.matches('.rows .row')), 'the list keeps the focus');
    await page.keyboard.press('Control+z');
    await page.locator('#film-name', { hasText: name ?? '' }).waitFor();
    assert.deepEqual(await numbers(), before);

    for (const label of ['Remove the open film', 'Clear list']) {
      await openMenu(page, '#list-menu');
      await page.getByRole('button', { name: label }).click();
      await page
        .locator(label === 'Clear list' ? '.empty' : '.toast button')
        .first()
        .waitFor();
      await page.keyboard.press('Control+z');
      await page.locator('.rows li').nth(3).waitFor();
      assert.deepEqual(await numbers(), before, label);
    }
    await page.keyboard.press('?');
    await page.locator('pneumo-help kbd', { hasText: /^Ctrl Z$/ }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('films are listed by suspicion, and a bad one is a row with its reason', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url, {
      viewport: { width: 1440, height: 1000 },
    });
    await page.setInputFiles('#file', [broken, ...films(6)]);
    await allRead(page, 7);
    const order = ['pneumonia', 'uncertain', 'out-of-scope', 'normal'];
    const answers = await page
      .locator('.rows li[data-decision]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-decision')));
    assert.equal(answers.length, 6);
    assert.deepEqual(
      answers,
      [...answers].sort((a, b) => order.indexOf(String(a)) - order.indexOf(String(b))),
    );
    assert.match(
      (await page.locator('.rows li').last().textContent()) ?? '',
      /This file cannot be read as an X-ray\s+1 ·\s+broken\.png/,
    );
    await page.locator('.rows .row[aria-current]', { hasText: 'broken.png' }).waitFor(); // the first that came
    await page.locator('.rows .row').first().click();
    await page.locator('#film-name', { hasText: 'Jane Doe' }).waitFor();
    await expectAccessibleInBoth(page, 'list');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('arrow keys walk the list; a key in the viewer opens the next film', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', films(6));
    await allRead(page, 6);
    const names = await page.locator('.rows .name').allTextContents();
    await page.locator('.rows .row[tabindex="0"]').focus();
    for (const [key, expected] of Object.entries({ Home: 0, ArrowDown: 1, End: 5, ArrowUp: 4 })) {
      await page.keyboard.press(key);
      await page.locator('.rows .row:focus', { hasText: names[expected] }).waitFor();
    }
    await page.keyboard.press('Enter');
    await page.locator('#film-name', { hasText: names[4] }).waitFor();
    await page.locator('.frame').focus();
    await page.keyboard.press('PageDown');
    await page.locator('#film-name', { hasText: names[5] }).waitFor();
    await context.close();
  });

  test('the counts of the answers show these films alone', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1366, height: 768 } });
    await page.setInputFiles('#file', films(6));
    await allRead(page, 6);
    assert.equal(await page.locator('[data-filter="pneumonia"]').getAttribute('aria-label'), 'Signs of pneumonia 2');
    await page.locator('[data-filter="pneumonia"]').click();
    assert.equal(await page.locator('.rows li').count(), 2);
    const { height } = (await page.locator('.rows').boundingBox()) ?? { height: 0 };
    assert.ok(height > 400, `the rows have ${height} px at 1366 x 768`);
    await page.locator('[data-filter="all"]').click();
    assert.ok((await page.locator('.rows li').count()) > 2);
    await context.close();
  });

  test('a CD is read by what its files hold; reports and tables of contents are counted', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1366, height: 768 } });
    const folder = mkdtempSync(join(tmpdir(), 'films-'));
    const files = {
      IM0: dicomFile({ tags: { 0x00100010: [0x00100010, 'PN', 'CANARY^JANE'] } }),
      IM1: dicomFile({ tags: { 0x00185101: [0x00185101, 'CS', 'LL'] }, preamble: false }),
      SR0: dicomFile({ tags: { 0x00080060: [0x00080060, 'CS', 'SR'] } }),
      DICOMDIR: dicomFile({}),
      'AUTORUN.INF': new TextEncoder().encode('[autorun]'),
    };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    await page.setInputFiles('#folder', folder);
    await allRead(page, 2);
    const said = (await page.locator('.list-head .left-out').allInnerTexts()).join(' ');
    assert.match(said, /1 file was left out.*1 DICOM file was left out.*1 table of contents \(DICOMDIR\)/);
    await page.locator('.rows .row', { hasText: 'IM1' }).click();
    await page.locator('#warning-list', { hasText: 'lateral, oblique or decubitus' }).waitFor();
    await page.locator('.readout.stated', { hasText: 'LATERAL' }).waitFor();
    await page.locator('.rows .row', { hasText: 'IM0' }).click();
    await page.locator('.readout.stated', { hasText: 'PA' }).waitFor();
    const everything = await page.evaluate(() => {
      const texts = (/** @type {any} */ node) => [
        node.textContent,
        ...[...node.querySelectorAll('*')].map((one) => one.shadowRoot?.textContent ?? ''),
      ];
      return [...texts(document), JSON.stringify({ ...localStorage }), document.title].join(' ');
    });
    assert.ok(!everything.includes('CANARY'), 'the page shows nothing of the patient');
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('on a phone one goes from film to film above the answer', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 360, height: 740 } });
    await page.setInputFiles('#file', films(3));
    await allRead(page, 3);
    await page.getByRole('button', { name: 'List' }).click();
    await page.locator('.rows .row').first().click();
    await page.locator('#steps', { hasText: /^\W*1 of 3\W*$/ }).waitFor();
    assert.equal(await page.locator('#previous').isDisabled(), true);
    const first = await page.textContent('#film-name');
    await page.locator('#next').click();
    await page.locator('#steps', { hasText: '2 of 3' }).waitFor();
    assert.notEqual(await page.textContent('#film-name'), first);
    const [steps, answer] = [await boxOf(page.locator('#steps')), await boxOf(page.locator('.strip .verdict'))];
    assert.ok(steps.y < 120 && answer.y < 120, `${steps.y} ${answer.y}`);
    const { height } = await boxOf(page.locator('.frame'));
    assert.ok(height >= 0.4 * 740, `the film has ${height} px`);
    await expectAccessible(page, 'steps');
    await page.setViewportSize({ width: 1366, height: 768 });
    assert.equal(await page.locator('#steps').isVisible(), false, 'there the list is beside the film');
    await context.close();
  });

  test('two films lie side by side, and the tools work on the one that was touched last', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1440, height: 900 } });
    await page.setInputFiles('#file', films(3));
    await allRead(page, 3);
    await page.getByRole('button', { name: 'Show Jane Doe 2.png beside' }).click();
    await page.locator('.pane').nth(1).locator('.frame').focus();
    await page.locator('.busy').waitFor({ state: 'detached' });
    const pictures = async () => {
      await page.evaluate(() => new Promise(requestAnimationFrame)); // it is drawn with the next frame of the screen
      return page
        .locator('.frame > .picture')
        .evaluateAll((canvases) =>
          canvases.map((canvas) => [/** @type {HTMLCanvasElement} */ (canvas).toDataURL(), canvas.style.filter].join()),
        );
    };
    const before = await pictures();
    await page.keyboard.press('i');
    const after = await pictures();
    assert.deepEqual(
      after.map((picture, i) => picture !== before[i]),
      [false, true],
    );
    assert.match(
      (await page.textContent('#film-name')) ?? '',
      /Jane Doe 2/,
      'the card is of the film that has the focus',
    );
    assert.equal(await page.locator('.pane').nth(1).getAttribute('data-active'), '');
    await expectAccessibleInBoth(page, 'side by side');
    await page.getByRole('button', { name: 'Show Jane Doe 2.png beside' }).click();
    assert.equal(await page.locator('.pane').count(), 1);
    await context.close();
  });

  test('reading can be stopped, goes on, and failed films are tried again', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const folder = mkdtempSync(join(tmpdir(), 'films-'));
    const paths = Array.from({ length: 30 }, (_, i) => join(folder, `${i}.png`));
    for (const path of paths) writeFileSync(path, copy(sampleFilms()[0].buffer, path));
    await page.setInputFiles('#file', paths);
    await page.getByRole('button', { name: 'Cancel', exact: true }).first().click();
    await page.getByRole('button', { name: 'Read on' }).first().waitFor();
    assert.ok(await page.locator('[data-filter="waiting"]').isVisible());
    writeFileSync(paths[29], 'no longer a film');
    await page.getByRole('button', { name: 'Read on' }).first().click();
    await allRead(page, 30);
    await page.locator('.busy').waitFor({ state: 'detached' });
    assert.match((await page.textContent('.list-head')) ?? '', /30 of 30 done\.\s+1 could not be read\./);
    await openMenu(page, '#list-menu');
    await page.getByRole('button', { name: 'Retry failed' }).click();
    await allRead(page, 30);
    await openMenu(page, '#list-menu');
    await page.getByRole('button', { name: 'Clear list' }).click();
    await page.getByText('Drop chest X-rays here').waitFor();
    await page.getByRole('button', { name: 'Restore the list' }).click();
    await page.getByRole('heading', { name: '30 films' }).waitFor();
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('a folder is searched for films, whatever else lies in it', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const folder = mkdtempSync(join(tmpdir(), 'films-'));
    mkdirSync(join(folder, 'ward'));
    for (const name of ['a.png', 'ward/b.PNG']) writeFileSync(join(folder, name), copy(sampleFilms()[0].buffer, name));
    writeFileSync(join(folder, 'notes.txt'), 'no film');
    await page.setInputFiles('#folder', folder);
    await allRead(page, 2);
    const names = await page.locator('.rows .name').allTextContents();
    assert.deepEqual(names.map((name) => name.replace(/^[^/]+/, '')).sort(), ['/a.png', '/ward/b.PNG']);
    assert.match(
      (await page.textContent('.list-head')) ?? '',
      /1 file was left out: no DICOM, JPEG, PNG, TIFF or BMP\./,
    );
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('a dropped folder is searched to its last file, though a browser hands out a hundred at a time', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const folder = mkdtempSync(join(tmpdir(), 'films-'));
    mkdirSync(join(folder, 'ward'));
    for (let i = 0; i < 130; i++) writeFileSync(join(folder, `ward/${i}.png`), greyPng({ width: 32 + i, height: 32 }));
    writeFileSync(join(folder, 'notes.txt'), 'none of these is a film');
    await dropPaths(page, [folder]);
    await page.getByRole('heading', { name: '130 films' }).waitFor();
    assert.match(
      (await page.textContent('.list-head')) ?? '',
      /1 file was left out: no DICOM, JPEG, PNG, TIFF or BMP\./,
    );
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('folders are searched whatever they are called and however many files are dropped beside them', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const folder = mkdtempSync(join(tmpdir(), 'films-'));
    const film = (/** @type {string} */ name, /** @type {number} */ width) =>
      writeFileSync(join(folder, name), greyPng({ width, height: 32 }));
    for (const ward of ['chest.png', 'ward']) mkdirSync(join(folder, ward));
    film('chest.png/1.png', 40);
    film('ward/1.png', 41);
    const names = Array.from({ length: 30 }, (_, i) => `${i}.png`);
    names.forEach((name, i) => film(name, 50 + i));
    await dropPaths(page, [join(folder, 'chest.png'), join(folder, '0.png')]);
    await page.getByRole('heading', { name: '2 films' }).waitFor();
    await dropPaths(
      page,
      ['ward', ...names.slice(1)].map((name) => join(folder, name)),
    );
    await page.getByRole('heading', { name: '32 films' }).waitFor();
    await allRead(page, 32);
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('several films dropped at once are all taken, and so is a pasted one', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await dropAll(page, 'body', films(2));
    await allRead(page, 2);
    await dropAll(page, 'body', [{ ...films(3)[2], name: 'pasted.png' }], 'paste');
    await page.locator('#film-name', { hasText: 'pasted.png' }).waitFor();
    await allRead(page, 3);
    await context.close();
  });

  test('exports number the films and name a file only when that is ticked', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', [...films(2), { ...broken, name: '=Jane, "Doe".png' }]);
    await allRead(page, 3);
    for (const kind of ['csv', 'json']) assert.doesNotMatch(await saved(page, kind), /Jane/);
    const rows = (await saved(page, 'csv')).trimEnd().split('\r\n');
    assert.match(rows[0], /^number,file,reference,decision,probability,.*,uncertain\.from,/);
    assert.match(rows[3], /^3,,,.*,bad-image,\S*,[^,]*,pneumoscope-pneumonia,\S+,relaxed\S*,\S+,"Research software, /);
    const { films: list, note } = JSON.parse(await saved(page, 'json'));
    const { model } = list[0];
    assert.deepEqual(
      list.map((/** @type {any} */ { error }) => error?.code),
      [undefined, undefined, 'bad-image'],
    );
    assert.ok(list[0].probability >= list[1].probability && model.sha256.length === 64 && /not for primary/.test(note));
    await openMenu(page, '#list-menu');
    await page.getByLabel('Include file names').check();
    assert.match(await saved(page, 'json'), /Jane Doe 1\.png/);
    assert.ok((await saved(page, 'csv')).includes(`3,"'=Jane, ""Doe"".png",`), 'no spreadsheet takes it for a formula');
    await context.close();
  });

  test('of many films only the rows in sight are in the document', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1440, height: 900 } });
    const tiny = Buffer.from(greyPng({ width: 64, height: 48 }));
    await page.setInputFiles(
      '#file',
      Array.from({ length: 300 }, (_, i) => ({ name: `${i}.png`, mimeType: 'image/png', buffer: copy(tiny, i) })),
    );
    await page.locator('.list-head', { hasText: 'left.' }).waitFor();
    await allRead(page, 300);
    assert.ok((await page.locator('.rows li').count()) < 30);
    await page.locator('.rows').evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.locator('.rows li[aria-posinset="300"]').waitFor();
    assert.ok((await page.locator('.rows li').count()) < 30);
    await context.close();
  });

  test('a list fits a window of 320 pixels, and one at 200 %', async () => {
    for (const viewport of [
      { width: 320, height: 640 },
      { width: 640, height: 450 },
    ]) {
      const { context, page } = await openPage(here.browser, here.site.url, { viewport });
      await expectNoSidewaysScroll(page);
      await page.setInputFiles('#file', films(3));
      await allRead(page, 3);
      await expectNoSidewaysScroll(page);
      await context.close();
    }
  });

  test('the same bytes twice are one film, and the list says so', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const [one, other] = films(2);
    await page.setInputFiles('#file', [one, other, { ...one, name: 'again.png' }]);
    await page.getByText('1 film was already listed').waitFor();
    assert.equal(await page.locator('.rows li').count(), 2);
    await page.setInputFiles('#file', [{ ...other, name: 'once more.png' }]);
    await page.locator('.rows li', { hasText: 'once more' }).waitFor({ state: 'detached' });
    await page.locator('#film-name', { hasText: other.name }).waitFor();
    await context.close();
  });

  test("the user's mark and reference go where the film goes, and a name goes nowhere", async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', films(3));
    await allRead(page, 3);
    await page.locator('[data-mark=disagree]').click();
    await page.locator('#reference').fill('bed 7');
    await page.locator('#reference').press('Tab');
    await page.locator('.rows .said', { hasText: 'Disagree' }).waitFor();
    await openMenu(page, '#list-menu');
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save-csv').click()]);
    const text = readFileSync(await download.path(), 'utf8');
    const [head, ...lines] = text
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    const noted = lines.filter((line) => line[head.indexOf('reference')] === 'bed 7');
    assert.equal(noted.length, 1);
    assert.equal(noted[0][head.indexOf('reader')], 'disagree');
    assert.doesNotMatch(text, /Jane/);
    await context.close();
  });

  test('the film that the user works on stays open, and what is typed stays with it', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', films(12));
    const first = await page.textContent('#film-name');
    await page.locator('#reference').fill('bed 7 ');
    await allRead(page, 12);
    assert.equal(await page.textContent('#film-name'), first);
    await page.locator('.rows .row').first().click();
    await page.waitForFunction((name) => {
      const root = document.querySelector('pneumo-scope')?.shadowRoot;
      return root?.querySelector('#film-name')?.textContent !== name;
    }, first);
    assert.equal(await page.locator('#reference').inputValue(), '');
    const { films: list } = JSON.parse(await saved(page, 'json'));
    const noted = list.filter((/** @type {any} */ { reference }) => reference === 'bed 7');
    assert.deepEqual(
      noted.map((/** @type {any} */ { number }) => number),
      [1],
    );
    await context.close();
  });

  test('a dropped film opens at once, and a batch never moves what a person looks at', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', films(2));
    await allRead(page, 2);
    await page.setInputFiles('#file', films(12).slice(2));
    await page.locator('#film-name', { hasText: 'Jane Doe 3.png' }).waitFor();
    await allRead(page, 12);
    assert.match((await page.textContent('#film-name')) ?? '', /Jane Doe 3\.png/);
    await context.close();
  });

  test('answers can be hidden until the user has looked', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', films(3));
    await allRead(page, 3);
    await page.locator('[data-mark=disagree]').click();
    await page.locator('[data-filter=normal]').click();
    await openMenu(page, '#menu');
    await page.locator('#hides').check();
    await page.keyboard.press('Escape');
    await page.locator('#reveal').waitFor();
    assert.equal(await page.locator('.rows li').count(), 3, 'no filter tells');
    assert.equal(await page.locator('.rows .said').count(), 0);
    const words = await page.evaluate(() => [
      document.body.innerText,
      document.querySelector('pneumo-scope')?.shadowRoot?.querySelector('.scope')?.textContent ?? '',
      ...[...document.querySelectorAll('pneumo-list *')].map((element) => element.getAttribute('data-decision') ?? ''),
    ]);
    const said = Object.entries(WORDS.en).filter(([key]) => key.startsWith('decision.'));
    for (const [, text] of said) assert.ok(!words.join(' ').includes(String(text)), String(text));
    assert.doesNotMatch(words.join(' ').replace(/Zoom \d+%/g, ''), /\d%|out-of-scope/);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.locator('.no-report').waitFor({ state: 'attached' });
    assert.equal(await page.locator('pneumo-report').count(), 0, 'nor on paper');
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.equal(await page.getByRole('button', { name: 'Print these' }).count(), 0);
    assert.deepEqual(await page.locator('.rows .name').allTextContents(), [
      'Jane Doe 1.png',
      'Jane Doe 2.png',
      'Jane Doe 3.png',
    ]);
    await expectAccessibleInBoth(page, 'hidden answers');
    await page.locator('#reveal').click();
    await page.locator('#decision').waitFor();
    assert.equal(await page.locator('.rows li[data-decision]').count(), 1);
    await context.close();
  });

  test('the films that are shown print, a page each, with a second picture where there is heat to see', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', films(3));
    await allRead(page, 3);
    await page.locator('.rows .row').first().click();
    await page.locator('#result[data-decision=pneumonia]').waitFor();
    await page.locator('#heat-shown').check();
    await openTab(page, 'stability');
    await page.locator('#check').click();
    await page.locator('#holds').waitFor();
    await watchPrinting(page);
    const [first, ...rest] = await printed(page);
    const held = await page.evaluate(() => /** @type {any} */ (window).printedWords);
    assert.deepEqual(
      held.map((/** @type {string} */ words) => /Is the answer stable/.test(words)),
      [true, false, false],
      'what was checked of one film is said of no other',
    );
    assert.deepEqual([first, rest.length], [['Signs of pneumonia', 2], 2]);
    assert.ok(
      rest.every(([, pictures]) => pictures === 1),
      JSON.stringify(rest),
    );
    await page.locator('[data-filter="pneumonia"]').click();
    assert.deepEqual(await printed(page), [['Signs of pneumonia', 2]]);
    await context.close();
  });

  test('a film that is gone from the disk since has a page that says so', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'gone-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const paths = films(2).map(({ name, buffer }) => {
      writeFileSync(join(folder, name), buffer);
      return join(folder, name);
    });
    const { context, page } = await openPage(here.browser, here.site.url);
    await page.setInputFiles('#file', paths);
    await allRead(page, 2);
    await page.locator('[data-mark=disagree]').click();
    await page.locator('#reference').fill('bed 7');
    await watchPrinting(page);
    rmSync(paths[1]);
    const headings = (await printed(page)).map(([heading]) => heading);
    assert.equal(headings.length, 2);
    assert.equal(headings.filter((heading) => heading === 'The film could not be read').length, 1, String(headings));
    await context.close();
  });

  test('two films of one size move as one, if asked to', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1366, height: 768 } });
    const film = sampleFilms()[0];
    await page.setInputFiles(
      '#file',
      [1, 2].map((i) => ({ ...film, buffer: copy(film.buffer, i), name: `${i}.png` })),
    );
    await allRead(page, 2);
    await page
      .getByRole('button', { name: / beside the open film/ })
      .last()
      .click();
    await page.locator('.pane').nth(1).locator('.readout, .frame').first().waitFor();
    const zooms = () =>
      page.locator('.frame').evaluateAll((frames) => frames.map((frame) => frame.hasAttribute('data-zoomed')));
    await openMenu(page, '.tools details');
    await page.getByRole('button', { name: 'Zoom in', exact: true }).click();
    assert.equal((await zooms()).filter(Boolean).length, 1);
    await page.getByRole('button', { name: 'Reset the view', exact: true }).click();
    await page.locator('#linked').check();
    await page.getByRole('button', { name: 'Zoom in', exact: true }).click();
    assert.deepEqual(await zooms(), [true, true]);
    await context.close();
  });

  test('a folder of sixty mixed films: triage, report and export, without a network', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url, {
      ...WITH_SERVICE_WORKER,
      viewport: { width: 1366, height: 768 },
    });
    const files = [
      ...films(50),
      ...Array.from({ length: 4 }, (_, i) => ({
        name: `IM${i}`,
        mimeType: '',
        buffer: Buffer.from(dicomFile({ tags: { 0x00080008: [0x00080008, 'CS', `ORIGINAL\\PRIMARY\\${i}`] } })),
      })),
      { name: 'blank.png', mimeType: 'image/png', buffer: Buffer.from(flatPng()) },
      ...Array.from({ length: 3 }, (_, i) => ({ ...broken, buffer: copy(broken.buffer, i), name: `broken ${i}.png` })),
      { name: 'report.txt', mimeType: 'text/plain', buffer: Buffer.from('a report') },
      { name: '._IM0', mimeType: '', buffer: Buffer.from('\0\u0005\u0016\u0007') },
    ];
    assert.equal(files.length, 60);
    const folder = mkdtempSync(join(tmpdir(), 'ward-'));
    for (const { name, buffer } of files) writeFileSync(join(folder, name), buffer);
    await goOffline(page);
    await page.setInputFiles('#folder', folder);
    await page.getByRole('heading', { name: '58 films' }).waitFor();
    await allRead(page, 58);
    const counts = Object.fromEntries(
      await page
        .locator('[data-filter]')
        .evaluateAll((buttons) =>
          buttons.map((button) => [
            /** @type {any} */ (button).dataset.filter,
            Number(button.querySelector('strong')?.textContent),
          ]),
        ),
    );
    const { all, ...kinds } = counts;
    assert.equal(all, 58);
    assert.equal(
      Object.values(kinds).reduce((sum, count) => sum + count),
      58,
    );
    assert.equal(
      counts.pneumonia >= 16 && counts.waiting === 3 && counts['out-of-scope'] >= 1,
      true,
      JSON.stringify(counts),
    );
    await page.locator('[data-filter=pneumonia]').click();
    const first = page.locator('.rows .row').first();
    await first.click();
    await page.locator('.busy').waitFor({ state: 'detached' });
    await page.evaluate(() => (window.print = () => /** @type {any} */ (window.printed = true)));
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.locator('pneumo-report h2', { hasText: 'Signs of pneumonia' }).waitFor();
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await page.emulateMedia({ media: 'screen' });
    await openMenu(page, '#list-menu');
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save-json').click()]);
    const { films: written, note } = JSON.parse(readFileSync(await download.path(), 'utf8'));
    assert.equal(written.length, 58);
    assert.match(note, /not for primary diagnosis/);
    assert.ok(
      written.every((/** @type {any} */ film) => film.decision !== 'out-of-scope' || film.probability === null),
    );
    assert.deepEqual(complaints, []);
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('the list has its rows, and the film its read-outs, on the sizes that laptops and tablets have', async () => {
    for (const [width, height, rows] of [
      [1366, 768, 8],
      [1180, 820, 8],
      [1024, 768, 8],
      [820, 1180, 8],
    ]) {
      const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width, height } });
      const tall = {
        name: 'tall.png',
        mimeType: 'image/png',
        buffer: Buffer.from(greyPng({ width: 200, height: 400 })),
      };
      await page.setInputFiles('#file', [tall, ...films(9)]);
      await allRead(page, 10);
      const [readout, tools] = await Promise.all(['.readout.window', '.tools'].map((one) => boxOf(page.locator(one))));
      const beside = readout.x + readout.width <= tools.x || readout.y + readout.height <= tools.y;
      assert.ok(beside, `${width} x ${height}: the tools cover the read-out`);
      if (width < 1100) await page.locator('#drawer').click();
      for (const row of (await page.locator('.rows li').all()).slice(0, rows)) {
        const [line, what, cell] = await Promise.all(
          ['.verdict', '.what', '.thumb'].map((one) => boxOf(row.locator(one))),
        );
        assert.ok(line.x + line.width <= what.x + what.width + 1, `${width} x ${height}: no answer is cut off`);
        const picture = await boxOf(row.locator('canvas'));
        assert.ok(picture.height <= cell.height && picture.width <= cell.width, 'a picture stays in its row');
      }
      const box = await boxOf(page.locator('.rows'));
      assert.ok(box.height >= rows * 60 && box.y + box.height <= height, `${width} x ${height}: ${box.height}`);
      await expectNoSidewaysScroll(page);
      await context.close();
    }
  });

  test('a film is found by its name or reference, and the list can keep the order of coming', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1366, height: 768 } });
    await page.setInputFiles('#file', films(6));
    await allRead(page, 6);
    await openMenu(page, '#list-menu');
    await page.locator('#find').fill('doe 4');
    assert.deepEqual(await page.locator('.rows .name').allTextContents(), ['Jane Doe 4.png']);
    await page.locator('#find').fill('');
    await page.selectOption('#sort', 'arrival');
    const names = await page.locator('.rows .name').allTextContents();
    assert.deepEqual(
      names,
      films(6).map(({ name }) => name),
    );
    await context.close();
  });
});

/** @param {import('playwright-core').Page} page @param {number} count */
async function allRead(page, count) {
  await page
    .locator('.list-head', { hasText: `${count} of ${count} done.` })
    .waitFor({ state: 'attached', timeout: 120_000 });
}

/** @param {import('playwright-core').Locator} locator */
async function boxOf(locator) {
  const box = await locator.boundingBox();
  assert.ok(box);
  return box;
}

/** Drops files or folders of this machine in the middle of the window, as the desktop would.
 * @param {import('playwright-core').Page} page @param {string[]} paths */
async function dropPaths(page, paths) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop']))
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
}

/** @param {import('playwright-core').Page} page @param {string} kind @returns {Promise<string>} what the download holds */
async function saved(page, kind) {
  await openMenu(page, '#list-menu');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#save-${kind}`)]);
  assert.equal(download.suggestedFilename(), `pneumoscope.${kind}`);
  return readFileSync(await download.path(), 'utf8');
}

/** Keeps what is printed from the printer: of each report its heading and how many pictures it has.
 * @param {import('playwright-core').Page} page */
const watchPrinting = (page) =>
  page.evaluate(() =>
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node instanceof HTMLIFrameElement && node.contentWindow)
            node.contentWindow.print = () => {
              const reports = [...(node.contentDocument?.querySelectorAll('pneumo-report') ?? [])];
              Object.assign(window, {
                printedWords: reports.map(({ textContent }) => textContent),
                printed: reports.map((report) => [
                  report.querySelector('h2')?.textContent,
                  report.querySelectorAll('canvas').length,
                ]),
              });
            };
    }).observe(document.body, { childList: true }),
  );

/** Prints the films that the list shows. @param {import('playwright-core').Page} page
 * @returns {Promise<[string, number][]>} */
async function printed(page) {
  await openMenu(page, '#list-menu');
  await page.getByRole('button', { name: 'Print these' }).click();
  await page.waitForFunction(() => 'printed' in window);
  return page.evaluate(() => {
    const { printed } = /** @type {any} */ (window);
    delete (/** @type {any} */ (window).printed);
    return printed;
  });
}
