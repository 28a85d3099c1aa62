// npm run screenshot: takes README's pictures into this folder: screenshot.png, of the page with the sample films alone, and
// report.png, of `pneumoscope validate` on RSNA's test films where ../shared has them. No patient's film is in either.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DIST, PACKAGE } from '../fixtures/package.js';
import { launch, openPage, sampleFilms, serveSite } from '../fixtures/browser.js';

const path = fileURLToPath(new URL('screenshot.png', import.meta.url));
const [browser, site] = await Promise.all([launch(), serveSite()]);
const { page } = await openPage(browser, site.url, { viewport: { width: 1280, height: 760 } });
await page.setInputFiles('#file', sampleFilms());
await page.locator('.list-head', { hasText: '3 of 3 done.' }).waitFor({ state: 'attached' });
await page.locator('.rows .row').first().click();
await page.locator('#result[data-decision="pneumonia"]').waitFor();
await page.locator('.busy').waitFor({ state: 'detached' });
await page.locator('[data-group=adults]').click();
await page.keyboard.press('o');
await page.mouse.move(5, 5);
await page.screenshot({ path });

const adults = join(DIST, '../../shared/data/rsna-adult/test');
if (existsSync(adults)) {
  const out = mkdtempSync(join(tmpdir(), 'pneumoscope-'));
  const words = ['validate', adults, '--out', out, '--no-pictures', '--patient', 'adult'];
  spawnSync(process.execPath, [join(PACKAGE, 'cli.js'), ...words], { stdio: 'inherit' });
  const report = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
  await report.goto(pathToFileURL(join(out, 'report.html')).href);
  await report.screenshot({ path: fileURLToPath(new URL('report.png', import.meta.url)) });
}
await browser.close();
site.close();
