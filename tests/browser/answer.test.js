// What the page says about a film, in Chromium with the real engine: the four decisions, what they mean, whether they
// hold, how they are printed, and in which language and light.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { decode, encode } from 'fast-png';
import { bits8, dicomFile } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import { modelWith } from '../fixtures/model-file.js';
import {
  expectAccessible,
  expectAccessibleInBoth,
  expectNoSidewaysScroll,
  launch,
  MODEL,
  SUITE,
  openMenu,
  openPage,
  openTab,
  sampleFilms,
  serveSite,
  set,
  siteCopy,
} from '../fixtures/browser.js';

/** So wide that the normal sample is in the band of whichever model ships. */
const POINTS = [
  { name: 'balanced', threshold: 0.5, uncertain: [0.001, 0.95], sensitivity: 0.9, specificity: 0.8 },
  { name: 'high-sensitivity', threshold: 0.001, uncertain: [0.001, 0.001] },
  { name: 'none', threshold: 0.999999, uncertain: [0.999999, 0.999999] },
];
/** A rule's figures: how many of a hundred films with pneumonia are found and missed, and of those without cleared and not. */
const said = (
  /** @type {number} */ found,
  /** @type {number} */ missed,
  /** @type {number} */ cleared,
  /** @type {number} */ alarms,
) => ({
  balanced: {
    said: {
      pneumonia: { pneumonia: found, normal: missed, uncertain: 100 - found - missed, 'out-of-scope': 0 },
      normal: { pneumonia: alarms, normal: cleared, uncertain: 0, 'out-of-scope': 100 - cleared - alarms },
    },
  },
});
const measured = (
  /** @type {string} */ name,
  /** @type {string} */ kind,
  /** @type {string | null} */ group,
  /** @type {object} */ points,
) => ({
  ...{ name, kind, group, films: 200, normal: 100, pneumonia: 100, points },
});
const METRICS = {
  date: '2026-11-23',
  sets: [
    measured('home', 'internal', 'children', said(90, 4, 80, 15)),
    measured('clinic', 'internal', 'adults', said(80, 14, 70, 20)),
    measured('away', 'external', 'adults', said(70, 20, 60, 30)),
    { ...measured('bones', 'out-of-scope', null, said(0, 0, 1, 2)), pneumonia: 0, normal: 100 },
  ],
};
METRICS.sets[3].points.balanced.said.pneumonia.uncertain = 0; // there is no film with pneumonia

const blank = { name: 'blank.png', mimeType: 'image/png', buffer: Buffer.from(greyPng({ contrast: 0.01 })) };
const [normal, , pneumonia] = sampleFilms();

/** A grey PNG as a DICOM with one more element. @param {Buffer} png @param {import('../fixtures/dicom.js').Element} more */
function dicomOf(png, more) {
  const { data, width, height } = decode(png);
  /** @type {Record<number, import('../fixtures/dicom.js').Element>} */
  const tags = {
    ...bits8,
    0x00280010: [0x00280010, 'US', height],
    0x00280011: [0x00280011, 'US', width],
    [more[0]]: more,
  };
  return Buffer.from(dicomFile({ tags, pixels: Uint8Array.from(data) }));
}

/** Whether there is any colour over the film. @param {import('playwright-core').Page} page */
const heatDrawn = (page) =>
  page.locator('.frame > .heat').evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy?.drawImage(canvas, 0, 0);
    const pixels = copy?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return pixels.some((value, i) => i % 4 === 3 && value > 0);
  });

describe('the answer', SUITE, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof serveSite>>} */
  let site;
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  before(async () => {
    browser = await launch();
    const model = await modelWith({ points: POINTS, scope: 'own', file: MODEL });
    site = await serveSite({ folder: await siteWithModel(model, ends) });
  });
  after(async () => {
    await browser?.close();
    site?.close();
    for (const end of ends) await end();
  });

  /** @param {object | null} [metrics] @param {import('playwright-core').BrowserContextOptions} [options] */
  const openWith = (metrics = METRICS, options) =>
    openPage(browser, site.url, options, (context) =>
      context.route('**/model/metrics.json', (route) => route.fulfill({ json: metrics })),
    );

  test('each of the four decisions stands in words, with an icon, and axe finds nothing', async () => {
    const { context, page, complaints } = await openWith();
    await read(page, pneumonia);
    await expectDecision(page, 'pneumonia', /^Signs of pneumonia$/, /^Pneumonia from 95\.0%, no signs below 0\.1%/);
    await expectAccessibleInBoth(page, 'pneumonia');
    assert.ok(!(await heatDrawn(page)), 'nobody has asked for it');
    await page.locator('#heat-shown').check();
    assert.ok(await heatDrawn(page), 'the evidence is shown');
    await read(page, normal);
    await expectDecision(page, 'uncertain', /^Uncertain$/, /uncertain between them/);
    await expectAccessibleInBoth(page, 'uncertain');
    await read(page, blank);
    await expectDecision(page, 'out-of-scope', /^Not judged$/, /almost one grey/);
    assert.equal(await page.locator('[data-action=heat]').isDisabled(), true, 'there is no heatmap to show');
    await expectAccessibleInBoth(page, 'out of scope');
    assert.ok(!(await heatDrawn(page)), 'there is no evidence in what cannot be judged');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('another operating point changes the decision without another reading', async () => {
    const { context, page } = await openWith();
    await read(page, normal);
    const before = await page.textContent('#time-line');
    const lines = (await page.locator('.measured').allTextContents()).map((line) => line.trim());
    assert.deepEqual(lines, [
      'children of 1 to 5 years: of 100 films with pneumonia it flags 90 and misses 4; of 100 without, it clears 80 and flags 15.',
      'adults: of 100 films with pneumonia it flags 80 and misses 14; of 100 without, it clears 70 and flags 20.',
    ]);
    await openTab(page, 'model');
    await page.selectOption('#point', 'high-sensitivity');
    await expectDecision(page, 'pneumonia', /^Signs of pneumonia$/, /^Pneumonia from 0\.1%, no signs below\./);
    await page.locator('[data-group=adults]').click();
    assert.match(await words(page, '#unmeasured'), /Nobody has measured/);
    assert.equal(await page.textContent('#time-line'), before);
    await context.close();
  });

  test('what an answer means here is said of a known patient, and follows how common pneumonia is', async () => {
    const { context, page } = await openWith();
    await read(page, pneumonia);
    assert.equal(await page.locator('#here').count(), 0, 'nobody has said who the patient is');
    await page.locator('#group-ask').waitFor();
    await page.locator('[data-group=adults]').click();
    // Of 100 adults 20 have it: at home 16 of them and 16 of the 80 others are flagged, elsewhere 14 and 24, which is the worse.
    assert.equal(await words(page, '#here'), '≈ 4 in 10');
    assert.equal(await words(page, '#measured'), '30 in 100');
    await page.locator('#change').click();
    for (const [typed, shown, here] of [
      ['50', '50%', '≈ 7 in 10'],
      ['0.4', '0.4%', '≈ 1 in 100'],
      ['12.55', '12.6%', '≈ 3 in 10'],
      ['150', '12.6%', '≈ 3 in 10'],
    ]) {
      await page.locator('#prevalence-here').fill(typed);
      await page.keyboard.press('Tab');
      assert.ok((await words(page, '.numbers')).includes(`where ${shown} of patients`), typed);
      assert.equal(await words(page, '#here'), here, typed);
    }
    assert.equal(await page.locator('#prevalence-here').inputValue(), '12.6', 'what is no share does not stay there');
    await context.close();
  });

  test('who the patient is is said of one film, and of the whole list only when that is asked for', async () => {
    const { context, page } = await openWith();
    await read(page, pneumonia);
    await read(page, normal);
    await page.locator('[data-group=children]').click();
    assert.equal(await pressed(page), 'children');
    await page.locator('.rows .row', { hasText: pneumonia.name }).click();
    await page.locator('#film-name', { hasText: pneumonia.name }).waitFor();
    assert.equal(await pressed(page), null, 'the next patient may be another');
    await page.locator('[data-group=adults]').click();
    await page.locator('#group-all').click();
    await openTab(page, 'model');
    const sets = (await page.locator('#measured-on option').allInnerTexts()).join();
    assert.ok(/clinic/.test(sets) && !/home/.test(sets), sets);
    await page.locator('.rows .row', { hasText: normal.name }).click();
    await page.locator('#film-name', { hasText: normal.name }).waitFor();
    assert.equal(await pressed(page), 'children', "this film's own word counts");
    await read(page, { ...blank, buffer: Buffer.concat([normal.buffer, Buffer.from('again')]) });
    assert.equal(await pressed(page), 'adults', 'the list has one for the others');
    await page.locator('[data-group=other]').click();
    assert.equal(await page.locator('#here').count(), 0, 'no figure of other patients');
    assert.match(await words(page, '#group-outside'), /Do not rely on it/);
    await context.close();
  });

  test("whom a film is of is its file's word where it has one, on the page and in exports", async () => {
    const { context, page } = await openWith();
    for (const [i, [tag, group, said]] of /** @type {[import('../fixtures/dicom.js').Element, string, RegExp][]} */ ([
      [[0x00101010, 'AS', '044Y'], 'adults', /Adult/],
      [[0x00101010, 'AS', '003Y'], 'children', /Child/],
      [[0x00101010, 'AS', '010Y'], 'other', /Other/],
      [[0x00185101, 'CS', 'LL'], 'other', /Other/],
      [[0x00185101, 'CS', 'PA'], 'children', /Child/],
    ]).entries()) {
      const buffer = Buffer.from(dicomFile({ tags: { [tag[0]]: tag } }));
      await read(page, { name: `IM${i}`, mimeType: '', buffer });
      assert.equal(await page.locator('#group-fixed').count(), i < 4 ? 1 : 0, String(tag));
      if (i < 4) assert.match(await words(page, '#group-fixed'), said);
      else await page.locator(`[data-group=${group}]`).click();
    }
    await openMenu(page, '#list-menu');
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save-json').click()]);
    const { films } = JSON.parse(await readFile(await download.path(), 'utf8'));
    const groups = films.sort((/** @type {any} */ a, /** @type {any} */ b) => a.number - b.number);
    assert.deepEqual(
      groups.map((/** @type {any} */ { group }) => group),
      ['adults', 'children', 'other', 'other', 'children'],
    );
    await context.close();
  });

  test('a film whose file may be wrong about it can be read all the same, and that is said', async () => {
    const { context, page } = await openWith();
    const { data, width, height } = decode(pneumonia.buffer);
    const lateral = dicomFile({
      tags: {
        0x00185101: [0x00185101, 'CS', 'LL'], // which is wrong
        0x00280010: [0x00280010, 'US', height],
        0x00280011: [0x00280011, 'US', width],
      },
      pixels: new Uint8Array(Uint16Array.from(data, (grey) => 16 * grey).buffer),
    });
    await read(page, { name: 'IM0', mimeType: '', buffer: Buffer.from(lateral) });
    await expectDecision(page, 'out-of-scope', /^Not judged$/, /lateral, oblique or decubitus/);
    await page.locator('#read-anyway').click();
    await page.locator('.overruled', { hasText: 'Read anyway, on request.' }).waitFor();
    await page.locator('.busy').waitFor({ state: 'detached' });
    assert.doesNotMatch(await words(page, '#caution'), /lateral/);
    await context.close();
  });

  test('what the user says of an answer is said of no other', async () => {
    const { context, page } = await openWith();
    await read(page, normal);
    await openTab(page, 'model');
    const agree = page.locator('[data-mark=agree]');
    await agree.click();
    for (const [point, pressed] of [
      ['high-sensitivity', 'false'],
      ['balanced', 'true'],
    ]) {
      await page.selectOption('#point', point);
      assert.equal(await agree.getAttribute('aria-pressed'), pressed, point);
    }
    await context.close();
  });

  test('a film that lies wrongly can be read as it should lie', async () => {
    const { context, page } = await openWith();
    const { data, width, height } = decode(pneumonia.buffer);
    const inverted = data.map((grey) => 255 - grey);
    const file = Buffer.from(encode({ data: inverted, width, height, channels: 1 }));
    await read(page, { name: 'inverted.png', mimeType: 'image/png', buffer: file });
    await page.locator('#result[data-decision="out-of-scope"]').waitFor();
    await page.locator('#reread').getByRole('button', { name: 'inverted' }).click();
    await page.locator('#reread-answer').waitFor();
    assert.match(await words(page, '#reread-answer'), /^Read inverted: Signs of pneumonia\. This is a new reading/);
    await openTab(page, 'model');
    await page.selectOption('#point', 'none');
    assert.match(await words(page, '#reread-answer'), /^Read inverted: No signs/, 'by the rule in force');
    assert.equal(await page.locator('#here, #group-ask').count(), 0, 'there is no answer that could mean something');
    assert.equal(await page.locator('#tab-stability').count(), 0);
    await context.close();
  });

  test('a schoolchild is answered, and the answer says how few such films were learned', async () => {
    const { context, page } = await openWith();
    await read(page, { name: 'IM2', mimeType: '', buffer: dicomOf(pneumonia.buffer, [0x00101010, 'AS', '010Y']) });
    await page.locator('#result[data-decision="pneumonia"]').waitFor();
    assert.match(await words(page, '.remark'), /The model has hardly seen this age/);
    assert.equal(await page.locator('#warning-list').count(), 0, 'it stands once');
    await context.close();
  });

  test('what an answer means follows how common pneumonia is, and which figures are taken', async () => {
    const { context, page } = await openWith();
    await read(page, pneumonia);
    await openTab(page, 'model');
    await page.locator('#prevalence').fill('10');
    await page.keyboard.press('Tab');
    assert.equal(await words(page, '#ppv'), '40.0% (28.3% to 53.0%)');
    await page.locator('#prevalence').fill('50');
    await page.keyboard.press('Tab');
    assert.equal(await words(page, '#ppv'), '85.7% (78.0% to 91.0%)');
    await page.selectOption('#measured-on', 'away');
    assert.equal(await words(page, '#ppv'), '70.0% (60.4% to 78.1%)');
    await page.locator('#prevalence').fill('900');
    await page.keyboard.press('Tab');
    assert.equal(await words(page, '#ppv'), '70.0% (60.4% to 78.1%)', 'what is no share changes nothing');
    await context.close();
  });

  test('the evidence shows home and elsewhere side by side, or says that nothing was measured', async () => {
    const { context, page } = await openWith();
    await read(page, pneumonia);
    await openTab(page, 'model');
    const rows = (await page.locator('pneumo-evidence tr').allInnerTexts()).map((text) =>
      text.replaceAll(/\s+/g, ' ').trim(),
    );
    assert.deepEqual(rows.slice(1), [
      'Elsewhere away, 200 films, adults',
      'With pneumonia 70.0% (60.4% to 78.1%) 20.0% (13.3% to 28.9%) 10.0% (5.5% to 17.4%)',
      'Without pneumonia 30.0% (21.9% to 39.6%) 60.0% (50.2% to 69.1%) 10.0% (5.5% to 17.4%)',
      'As in training home, 200 films, children of 1 to 5 years',
      'With pneumonia 90.0% (82.6% to 94.5%) 4.0% (1.6% to 9.8%) 6.0% (2.8% to 12.5%)',
      'Without pneumonia 15.0% (9.3% to 23.3%) 80.0% (71.1% to 86.7%) 5.0% (2.2% to 11.2%)',
      'As in training clinic, 200 films, adults',
      'With pneumonia 80.0% (71.1% to 86.7%) 14.0% (8.5% to 22.1%) 6.0% (2.8% to 12.5%)',
      'Without pneumonia 20.0% (13.3% to 28.9%) 70.0% (60.4% to 78.1%) 10.0% (5.5% to 17.4%)',
      'Not frontal chest films bones, 200 films',
      '2.0% (0.6% to 7.0%) 1.0% (0.2% to 5.4%) 97.0% (91.5% to 99.0%)',
    ]);
    await expectAccessible(page, 'evidence');
    await context.close();

    const bare = await openWith(null);
    await read(bare.page, pneumonia);
    await openTab(bare.page, 'model');
    assert.equal(await bare.page.getByText('Not measured for this model.').count(), 2);
    await bare.context.close();
  });

  test('the stability check reads changed copies and says whether the answer holds', async () => {
    const { context, page } = await openWith();
    await read(page, pneumonia);
    await openTab(page, 'stability');
    await page.click('#check');
    await page.locator('#holds').waitFor();
    assert.match(
      await words(page, '#holds'),
      /^The answer (is the same in all|changes in \d of) 7 copies; .* \d+ points\.$/,
    );
    const cells = await page.locator('pneumo-stability td:last-child').allTextContents();
    assert.equal(cells.length, 7);
    assert.ok(
      cells.every((text) => /^(over )?\d+\.\d%$/.test(text.trim())),
      String(cells),
    );
    await expectAccessible(page, 'stability');
    await context.close();
  });

  test('the picture the model saw is shown, and the picture that is saved holds the film', async () => {
    const { context, page } = await openWith();
    await read(page, pneumonia);
    await page.locator('.seen').scrollIntoViewIfNeeded();
    assert.match((await page.textContent('.seen')) ?? '', /224 × 224/);
    await openMenu(page, '.tools details');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-picture')]);
    assert.equal(download.suggestedFilename(), 'pneumoscope-film-1.png', 'no file name');
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const { width, height, data } = decode(Buffer.concat(chunks));
    assert.equal(width, 480);
    assert.ok(height > 376 + 60 && height < 2 * 376, 'below it stands what it is');
    assert.ok(new Set(data).size > 50);
    await context.close();
  });

  test('a film without signs is no all-clear: screen, paper and saved picture say it in the same words', async () => {
    const { context, page } = await openWith();
    await page.evaluate(() => {
      const { fillText } = CanvasRenderingContext2D.prototype;
      /** @type {any} */ (window).drawn = [];
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        /** @type {any} */ (window).drawn.push(text);
        return fillText.call(this, text, ...place);
      };
    });
    await read(page, normal);
    await openTab(page, 'model');
    await page.selectOption('#point', 'none');
    await page.locator('#result[data-decision="normal"]').waitFor();
    const said = ['This does not rule out pneumonia.', await words(page, '#next-step')];
    assert.equal(await words(page, '#caution'), said[0]);

    const paper = async () => {
      await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
      const text = (await page.locator('pneumo-report').textContent()) ?? '';
      await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
      return text.replaceAll(/\s+/g, ' ');
    };
    const picture = async () => {
      await page.evaluate(() => /** @type {any} */ (window.drawn.length = 0));
      await openMenu(page, '.tools details');
      await Promise.all([page.waitForEvent('download'), page.click('#save-picture')]);
      return page.evaluate(() => /** @type {any} */ (window).drawn.join(' '));
    };
    for (const [how, text] of Object.entries({ paper: await paper(), picture: await picture() })) {
      for (const words of said) assert.ok(text.includes(words), `${how}: ${text}`);
      assert.match(text, /Patient:? ?not stated/, how);
    }

    await page.locator('[data-group=adults]').click();
    await page.selectOption('#point', 'balanced');
    const figure = await words(page, '#measured').catch(() => '');
    for (const text of [await paper(), await picture()]) {
      assert.match(text, /Patient:? ?Adult/);
      assert.ok(text.includes(figure));
    }
    await context.close();
  });

  test('with forced colours the scale keeps its three zones and its marker', async () => {
    const { context, page } = await openWith(METRICS, { forcedColors: 'active' });
    await read(page, pneumonia);
    const zones = await page
      .locator('.zones > i')
      .evaluateAll((all) =>
        all.map((one) => `${getComputedStyle(one).borderStyle} ${one.getBoundingClientRect().width > 0}`),
      );
    assert.deepEqual(zones, ['solid true', 'dashed true', 'solid true']);
    const [marker, card] = await page
      .locator('.zones > b, .card')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor).sort());
    assert.notEqual(marker, card);
    await context.close();
  });

  test('the report is one page, and names the file only when that is ticked', async () => {
    const { context, page } = await openWith();
    await read(page, { ...pneumonia, name: 'Jane Doe.png' });
    await page.locator('#own-text').fill('Left lower lobe.\nNo effusion.');
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    const report = page.locator('pneumo-report');
    await report.waitFor({ state: 'attached' });
    await page.emulateMedia({ media: 'print' });
    const text = (await report.innerText()).replaceAll(/\s+/g, ' ');
    assert.match(
      text,
      /Film 1, 480 × 376 pixels.*not for primary diagnosis.*Signs of pneumonia.*sha256.*In the reader’s own words, not the model’s Left lower lobe\. No effusion\. Read by/,
    );
    assert.doesNotMatch(text, /Jane/);
    assert.equal(await page.locator('header').isVisible(), false);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await report.waitFor({ state: 'detached' });
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    assert.equal((pdf.match(/\/Type \/Page\b/g) ?? []).length, 1);
    await context.close();
  });

  test('settings are forgotten with the page, unless they are to be kept', async () => {
    const { context, page } = await openWith();
    await set(page, '#theme', 'light');
    await page.reload();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'system');
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    await openMenu(page, '#menu');
    await page.getByLabel('Remember my settings').check();
    await set(page, '#theme', 'light');
    await read(page, { ...pneumonia, name: 'Jane Doe.png' });
    await page.reload();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    assert.doesNotMatch(kept, /Jane|probability/);
    await openMenu(page, '#menu');
    await page.getByLabel('Remember my settings').uncheck();
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    await context.close();
  });

  test('an answer fits a window of 320 pixels, and one at 200 %, with everything open', async () => {
    for (const viewport of [
      { width: 320, height: 640 },
      { width: 640, height: 450 },
    ]) {
      const { context, page } = await openWith(METRICS, { viewport });
      await read(page, pneumonia);
      for (const name of /** @type {const} */ (['stability', 'model', 'evidence'])) {
        await openTab(page, name);
        await expectNoSidewaysScroll(page);
      }
      await context.close();
    }
  });

  test('nothing moves for those who want no motion', async () => {
    const { context, page } = await openWith(METRICS, { reducedMotion: 'reduce' });
    await page.setInputFiles(
      '#file',
      Array.from({ length: 20 }, (_, i) => ({
        ...pneumonia,
        buffer: Buffer.concat([pneumonia.buffer, Buffer.from([i])]),
      })),
    );
    const animation = await page.waitForFunction(() => {
      const spinner = document.querySelector('.spinner');
      return spinner && getComputedStyle(spinner).animationName;
    });
    assert.equal(await animation.jsonValue(), 'none');
    await context.close();
  });
});

/** The built site with another model, and with a self-test that knows it.
 * @param {Buffer} model @param {(() => Promise<void>)[]} ends to be called at the end */
async function siteWithModel(model, ends) {
  const folder = await siteCopy({ after: (end) => ends.push(end) });
  const path = join(folder, MODEL);
  const [old, now] = [await readFile(path), model].map((file) => createHash('sha256').update(file).digest('hex'));
  await writeFile(path, model);
  for (const name of await readdir(folder))
    if (name.endsWith('.js')) {
      const text = await readFile(join(folder, name), 'utf8');
      await writeFile(join(folder, name), text.replaceAll(old, now));
    }
  return folder;
}

/** @param {import('playwright-core').Page} page @param {{ name: string, mimeType: string, buffer: Buffer }} film */
async function read(page, film) {
  await page.setInputFiles('#file', film);
  await page.locator('#film-name', { hasText: film.name }).waitFor();
  await page.locator('.busy').waitFor({ state: 'detached' });
}

/** @param {import('playwright-core').Page} page @param {string} decision @param {RegExp} heading @param {RegExp} reason */
async function expectDecision(page, decision, heading, reason) {
  await page.locator(`#result[data-decision="${decision}"]`).waitFor();
  assert.match(await words(page, '#decision'), heading);
  assert.match(await words(page, decision === 'out-of-scope' ? '#caution' : '#reason'), reason);
  if (decision === 'out-of-scope')
    assert.equal(await page.locator('#probability').count(), 0, 'no number of what is not judged');
  else assert.match(await words(page, '#probability'), /^(over |under )?\d+\.\d%$/);
  assert.equal(await page.locator('#decision svg').count(), 1);
}

/** @param {import('playwright-core').Page} page @param {string} selector */
const words = async (page, selector) => ((await page.textContent(selector)) ?? '').replaceAll(/\s+/g, ' ').trim();

/** Who the patient is, as the buttons have it. @param {import('playwright-core').Page} page */
const pressed = async (page) =>
  (await page.locator('.who [aria-pressed=true]').count())
    ? page.locator('.who [aria-pressed=true]').getAttribute('data-group')
    : null;
