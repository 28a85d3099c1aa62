// "How good is it here?" on the page: the same figures as the command line's, a report in a file, a rule of one's own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { greyPng } from '../fixtures/images.js';
import { DIST, PACKAGE, temporaryFolder } from '../fixtures/package.js';
import { browserAndSite, expectAccessible, SUITE, openPage } from '../fixtures/browser.js';
import { siteProfile } from '../fixtures/profile.js';
import { checksum } from '../../web/reader/profile.js';

/** @typedef {import('playwright-core').Page} Page */

const ADULTS = join(DIST, '../../shared/data/rsna-adult/test');

/** @param {Page} page */
async function openStudy(page) {
  await page.locator('#menu > summary').click();
  await page.locator('#show-validation').click();
  await page.locator('pneumo-validation #study-folder').waitFor({ state: 'attached' });
}

/** @param {Page} page @param {string} button @returns {Promise<string>} what was saved */
async function saved(page, button) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator(`pneumo-validation ${button}`).click(),
  ]);
  return readFileSync(await download.path(), 'utf8');
}

/** @param {string} folder */
function samplesIn(folder) {
  for (const name of ['NORMAL', 'PNEUMONIA']) mkdirSync(join(folder, 'films', name), { recursive: true });
  const sample = (/** @type {string} */ name) => join(DIST, 'samples', name);
  copyFileSync(sample('synthetic-normal-20.png'), join(folder, 'films/NORMAL/a.png'));
  copyFileSync(sample('synthetic-normal-154.jpg'), join(folder, 'films/NORMAL/b.jpg'));
  copyFileSync(sample('synthetic-pneumonia-1.png'), join(folder, 'films/PNEUMONIA/c.png'));
  writeFileSync(join(folder, 'films/PNEUMONIA/bad.png'), greyPng().subarray(0, 400));
  return join(folder, 'films');
}

/** What the command line says of a folder. @param {string} folder @param {string} out */
function byCommand(folder, out) {
  spawnSync(process.execPath, [join(PACKAGE, 'cli.js'), 'validate', folder, '--out', out, '--no-pictures']);
  return JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'));
}

const FIGURES = /** @type {const} */ (['prevalence', 'auc', 'averagePrecision', 'calibration', 'rules', 'groups']);

describe('a study on the page', SUITE, () => {
  const here = browserAndSite();

  test('a folder gives the figures of the command line, by keyboard and aloud, and asks for nothing', async (t) => {
    const folder = await temporaryFolder(t);
    const films = samplesIn(folder);
    const { page, complaints } = await openPage(here.browser, here.site.url);
    await openStudy(page);
    await page.locator('#study-folder').setInputFiles(films);
    await page.locator('pneumo-validation .report').waitFor();
    const figures = JSON.parse(await saved(page, '#save-figures'));
    const command = byCommand(films, join(folder, 'out'));
    for (const name of FIGURES) assert.deepEqual(figures[name], command[name], name);
    assert.deepEqual([figures.films.read, figures.films.notRead.length], [3, 1]);
    assert.doesNotMatch(JSON.stringify(figures), /\w\.(png|jpg)/, 'no name unless it is asked for');
    await page.locator('pneumo-validation #study-names').click();
    assert.match(JSON.stringify(JSON.parse(await saved(page, '#save-figures'))), /PNEUMONIA\/bad\.png/);
    const file = await saved(page, '#save-report');
    assert.match(file, /^<!doctype html>\n<html lang="en" dir="ltr"><head><meta charset="utf-8">/);
    assert.match(file, /default-src 'none'/);
    assert.doesNotMatch(file, /<script|https?:\/\/(?!www\.w3\.org)/);
    await expectAccessible(page);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('marks of the list are labels; a profile that comes in judges, is named, and goes again', async () => {
    const { page } = await openPage(here.browser, here.site.url);
    await page.locator('#file').first().setInputFiles(join(DIST, 'samples/synthetic-pneumonia-1.png'));
    await page.locator('pneumo-scope [data-mark=agree]').click();
    await openStudy(page);
    await page.locator('pneumo-validation #marks').click();
    await page.locator('pneumo-validation .report').waitFor();
    assert.match(await page.locator('pneumo-validation .report').innerText(), /1 films: 1 with pneumonia, 0 without/);
    await page.locator('#validation .dialog-head button').click();
    const buffer = Buffer.from(JSON.stringify(siteProfile()));
    const chosen = { name: 'site.json', mimeType: 'application/json', buffer };
    await page.locator('#file').first().setInputFiles(chosen);
    await page.waitForFunction(() =>
      document.querySelector('pneumo-scope')?.shadowRoot?.textContent?.includes('Eastern Clinic'),
    );
    await openStudy(page);
    assert.match(await page.locator('pneumo-validation #in-force').innerText(), /Eastern Clinic/);
    await page.locator('pneumo-validation #end-profile').click();
    await page.locator('pneumo-validation #in-force').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test(
    '200 films of adults: equal figures, a stop that goes on, and a rule',
    { skip: !existsSync(ADULTS) && 'no ../shared/data' },
    async (t) => {
      const folder = await temporaryFolder(t);
      for (const name of readdirSync(ADULTS)) {
        mkdirSync(join(folder, 'films', name), { recursive: true });
        for (const file of readdirSync(join(ADULTS, name)))
          copyFileSync(join(ADULTS, name, file), join(folder, 'films', name, file));
      }
      const { page } = await openPage(here.browser, here.site.url);
      await openStudy(page);
      await page.locator('#study-folder').setInputFiles(join(folder, 'films'));
      await page.locator('pneumo-validation #study-stop').click();
      await page.locator('pneumo-validation #study-resume').click();
      await page.locator('pneumo-validation #fit').waitFor({ timeout: 240_000 });
      await page.waitForFunction(
        () => !document.querySelector('pneumo-validation')?.shadowRoot?.querySelector('#study-stop'),
        null,
        { timeout: 240_000 },
      );
      const figures = JSON.parse(await saved(page, '#save-figures'));
      const command = byCommand(join(folder, 'films'), join(folder, 'out'));
      for (const name of FIGURES) assert.deepEqual(figures[name], command[name], name);
      await page.locator('pneumo-validation #fit').click();
      const profile = JSON.parse(await saved(page, '#save-profile'));
      assert.equal(profile.crc32, checksum(profile));
      assert.ok(profile.films > 190);
      await page.context().close();
    },
  );
});
