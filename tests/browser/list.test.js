// Many films in Chromium: the list, its order, what goes wrong in it, and what comes out of it.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dicomFile } from '../node/dicom.js';
import { greyPng } from '../node/images.js';
import {
  browserAndSite,
  dropAll,
  expectAccessibleInBoth,
  expectNoSidewaysScroll,
  noBrowser,
  openPage,
  sampleFilms,
} from './browser.js';

const broken = { name: 'broken.png', mimeType: 'image/png', buffer: sampleFilms()[0].buffer.subarray(0, 3000) };

/** @param {number} count @returns films whose names end in their number from 1 on */
const films = (count) =>
  Array.from({ length: count }, (_, i) => ({
    ...sampleFilms()[i % sampleFilms().length],
    name: `Jane Doe ${i + 1}.png`,
  }));

describe('the list', { skip: noBrowser, timeout: 300_000 }, () => {
  const here = browserAndSite();

  test('films are listed by suspicion, and a bad one is a row with its reason', async () => {
    const { context, page, complaints } = await openPage(here.browser, here.site.url, {
      viewport: { width: 1440, height: 1000 },
    });
    await page.setInputFiles('#file', [broken, ...films(6)]);
    await allRead(page, 7);
    const chances = (await page.locator('.rows .chance').allTextContents()).map((text) =>
      parseFloat(text.replace(/^\D+/, '')),
    );
    assert.equal(chances.length, 6);
    assert.deepEqual(
      chances,
      [...chances].sort((a, b) => b - a),
    );
    assert.match(
      (await page.locator('.rows li').last().textContent()) ?? '',
      /broken\.png\s+This is not a picture that can be read/,
    );
    await page.locator('.rows .row[aria-current]', { hasText: 'Pneumonia' }).waitFor();
    assert.equal(
      await page.locator('.rows .row').first().getAttribute('aria-current'),
      'true',
      'the most suspicious film is open',
    );
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
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1024, height: 768 } });
    await page.setInputFiles('#file', films(6));
    await allRead(page, 6);
    assert.match(await page.locator('[data-filter="pneumonia"]').innerText(), /^Pneumonia\s+2$/);
    await page.locator('[data-filter="pneumonia"]').click();
    assert.equal(await page.locator('.rows li').count(), 2);
    const { height } = (await page.locator('.rows').boundingBox()) ?? { height: 0 };
    assert.ok(height > 140, `the rows have ${height} px at 1024 x 768`);
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

  test('two films lie side by side, and the tools work on the one that was touched last', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1440, height: 900 } });
    await page.setInputFiles('#file', films(3));
    await allRead(page, 3);
    await page.getByRole('button', { name: 'Show Jane Doe 1.png beside' }).click();
    await page.locator('.pane').nth(1).locator('.frame').focus();
    await page.getByRole('button', { name: 'Invert', exact: true }).click();
    const filters = await page
      .locator('.frame > .picture')
      .evaluateAll((canvases) => canvases.map(({ style }) => style.filter));
    assert.deepEqual(
      filters.map((filter) => filter.includes('invert')),
      [false, true],
    );
    await expectAccessibleInBoth(page, 'side by side');
    await page.getByRole('button', { name: 'Show Jane Doe 1.png beside' }).click();
    assert.equal(await page.locator('.pane').count(), 1);
    await context.close();
  });

  test('reading can be stopped, goes on, and failed films are tried again', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const folder = mkdtempSync(join(tmpdir(), 'films-'));
    const paths = Array.from({ length: 30 }, (_, i) => join(folder, `${i}.png`));
    for (const path of paths) writeFileSync(path, sampleFilms()[0].buffer);
    await page.setInputFiles('#file', paths);
    await page.getByRole('button', { name: 'Cancel', exact: true }).first().click();
    await page.getByRole('button', { name: 'Read on' }).first().waitFor();
    assert.ok(await page.locator('[data-filter="waiting"]').isVisible());
    writeFileSync(paths[29], 'no longer a film');
    await page.getByRole('button', { name: 'Read on' }).first().click();
    await allRead(page, 30);
    await page.locator('.busy').waitFor({ state: 'detached' });
    assert.match((await page.textContent('.list-head')) ?? '', /30 of 30 done\.\s+1 could not be read\./);
    await page.getByRole('button', { name: 'Retry failed' }).click();
    await allRead(page, 30);
    await page.getByRole('button', { name: 'Clear list' }).click();
    await page.getByText('Drop chest X-rays here').waitFor();
    await page.getByRole('button', { name: 'Bring the list back' }).click();
    await page.getByRole('heading', { name: '30 films' }).waitFor();
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('a folder is searched for films, whatever else lies in it', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const folder = mkdtempSync(join(tmpdir(), 'films-'));
    mkdirSync(join(folder, 'ward'));
    for (const name of ['a.png', 'ward/b.PNG']) writeFileSync(join(folder, name), sampleFilms()[0].buffer);
    writeFileSync(join(folder, 'notes.txt'), 'no film');
    await page.setInputFiles('#folder', folder);
    await allRead(page, 2);
    const names = await page.locator('.rows .name').allTextContents();
    assert.deepEqual(names.map((name) => name.replace(/^[^/]+/, '')).sort(), ['/a.png', '/ward/b.PNG']);
    assert.match((await page.textContent('.list-head')) ?? '', /1 file was left out: no DICOM, JPEG, PNG or BMP\./);
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('a dropped folder is searched to its last file, though a browser hands out a hundred at a time', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    const folder = mkdtempSync(join(tmpdir(), 'films-'));
    mkdirSync(join(folder, 'ward'));
    const film = greyPng({ width: 32, height: 32 });
    for (let i = 0; i < 130; i++) writeFileSync(join(folder, `ward/${i}.png`), film);
    writeFileSync(join(folder, 'notes.txt'), 'none of these is a film');
    await dropPath(page, folder);
    await page.getByRole('heading', { name: '130 films' }).waitFor();
    assert.match((await page.textContent('.list-head')) ?? '', /1 file was left out: no DICOM, JPEG, PNG or BMP\./);
    rmSync(folder, { recursive: true });
    await context.close();
  });

  test('several films dropped at once are all taken, and so is a pasted one', async () => {
    const { context, page } = await openPage(here.browser, here.site.url);
    await dropAll(page, 'body', films(2));
    await allRead(page, 2);
    await dropAll(page, 'body', [{ ...films(1)[0], name: 'pasted.png' }], 'paste');
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
    assert.match(rows[0], /^film,decision,probability,/);
    assert.match(rows[3], /^3,,,.*,bad-image,\d{4}-.*,pneumoscope-pneumonia \S+,balanced,,"Research software, /);
    const { films: list, model, note } = JSON.parse(await saved(page, 'json'));
    assert.deepEqual(
      list.map((/** @type {any} */ { error }) => error),
      [null, null, 'bad-image'],
    );
    assert.ok(list[0].probability >= list[1].probability && model.sha256.length === 64 && /not for primary/.test(note));
    await page.getByLabel('Name the files').check();
    assert.match(await saved(page, 'json'), /Jane Doe 1\.png/);
    assert.ok((await saved(page, 'csv')).includes(`3,"'=Jane, ""Doe"".png",`), 'no spreadsheet takes it for a formula');
    await context.close();
  });

  test('of many films only the rows in sight are in the document', async () => {
    const { context, page } = await openPage(here.browser, here.site.url, { viewport: { width: 1440, height: 900 } });
    const tiny = Buffer.from(greyPng({ width: 64, height: 48 }));
    await page.setInputFiles(
      '#file',
      Array.from({ length: 120 }, (_, i) => ({ name: `${i}.png`, mimeType: 'image/png', buffer: tiny })),
    );
    await page.locator('.list-head', { hasText: 'left.' }).waitFor();
    await allRead(page, 120);
    assert.ok((await page.locator('.rows li').count()) < 30);
    await page.locator('.rows').evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.locator('.rows li[aria-posinset="120"]').waitFor();
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
});

/** @param {import('playwright-core').Page} page @param {number} count */
async function allRead(page, count) {
  await page.locator('.list-head', { hasText: `${count} of ${count} done.` }).waitFor({ timeout: 60_000 });
}

/** Drops a file or folder of this machine in the middle of the window, as the desktop would.
 * @param {import('playwright-core').Page} page @param {string} path */
async function dropPath(page, path) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop']))
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
}

/** @param {import('playwright-core').Page} page @param {string} kind @returns {Promise<string>} what the download holds */
async function saved(page, kind) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#save-${kind}`)]);
  assert.equal(download.suggestedFilename(), `pneumoscope.${kind}`);
  return readFileSync(await download.path(), 'utf8');
}
