// npm run screenshot: takes README's picture of the page, with the sample films alone, into tests/browser/screenshot.png.

import { fileURLToPath } from 'node:url';
import { launch, openPage, sampleFilms, serveSite } from './browser.js';

const path = fileURLToPath(new URL('screenshot.png', import.meta.url));
const [browser, site] = await Promise.all([launch(), serveSite()]);
const { page } = await openPage(browser, site.url, { viewport: { width: 1280, height: 760 } });
await page.setInputFiles('#file', sampleFilms());
await page.locator('.list-head', { hasText: '3 of 3 done.' }).waitFor();
await page.locator('.rows .row').first().click();
await page.locator('#result[data-decision="pneumonia"]').waitFor();
await page.locator('.busy').waitFor({ state: 'detached' });
await page.getByLabel('Strength').fill('0.4');
await page.screenshot({ path });
await browser.close();
site.close();
