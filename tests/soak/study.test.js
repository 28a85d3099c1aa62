// "How good is it here?" on the page over three sites' films: the figures of the command line, and a page that does not grow.
//   PNEUMOSCOPE_FILMS_A_SITE=2000 node --test tests/soak/study.test.js

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Papa from 'papaparse';
import { browserAndSite, noBrowser, openPage } from '../fixtures/browser.js';
import { DIST, PACKAGE, temporaryFolder } from '../fixtures/package.js';

const DATA = join(DIST, '../../shared/data');
const MOST = Number(process.env.PNEUMOSCOPE_FILMS_A_SITE ?? 700);
const MOST_GROWTH_MIB = 24; // of a heap without rubbish, from a fifth of the films to the end: the rows are some 2 MiB
const FIGURES = ['prevalence', 'auc', 'averagePrecision', 'calibration', 'rules', 'groups'];

/** @typedef {{ file: string, label: string, patient?: string, age?: string, sex?: string, view?: string }} Film */

/** @param {string} site @returns {Film[]} */
const inFolders = (site) =>
  ['NORMAL', 'PNEUMONIA'].flatMap((label) =>
    readdirSync(join(DATA, site, label))
      .sort()
      .map((name) => ({ file: join(DATA, site, label, name), label })),
  );

/** Films that nobody picked, none of which shows pneumonia. @returns {Film[]} */
function unpicked() {
  const text = readFileSync(join(DATA, 'nih-128/labels.csv'), 'utf8');
  const rows = /** @type {Record<string, string>[]} */ (Papa.parse(text, { header: true, skipEmptyLines: true }).data);
  return rows.map(({ file, patient_id, age, sex, view }) => ({
    ...{ file: join(DATA, 'nih-128/images', file), label: 'NORMAL' },
    ...{ patient: patient_id, age, sex, view },
  }));
}

/** As many of each class as there may be, spread over the site. @param {Film[]} films */
function some(films) {
  const step = Math.max(1, films.length / MOST);
  return films.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** A folder with the films and a table of them. @param {string} folder @param {Film[]} films */
function lay(folder, films) {
  mkdirSync(folder, { recursive: true });
  const lines = films.map(({ file, label, patient = '', age = '', sex = '', view = '' }, i) => {
    const name = `${i}${file.slice(file.lastIndexOf('.'))}`;
    copyFileSync(file, join(folder, name));
    return [name, label, patient, age, sex, view].join(',');
  });
  writeFileSync(join(folder, 'films.csv'), `${['path,label,patient,age,sex,view', ...lines].join('\n')}\n`);
}

/** @param {string} folder @param {string} out */
async function byCommand(folder, out) {
  const words = ['validate', join(folder, 'films.csv'), '--out', out, '--no-pictures'];
  const child = spawn(process.execPath, [join(PACKAGE, 'cli.js'), ...words]);
  child.stderr.resume();
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'));
}

describe(
  'a study of three sites on the page',
  { skip: noBrowser || (!existsSync(DATA) && 'no ../shared/data') },
  () => {
    const here = browserAndSite();
    const SITES = {
      children: () => inFolders('kermany-224/test'),
      'picked adults': () => inFolders('rsna-adult/test'),
      'unpicked adults': () => [
        ...unpicked(),
        ...inFolders('rsna-adult/test').filter(({ label }) => label !== 'NORMAL'),
      ],
    };

    test('the figures of the command line, and a flat page', { timeout: 900_000 }, async (t) => {
      const folder = await temporaryFolder(t);
      const { page } = await openPage(here.browser, here.site.url);
      t.after(() => page.context().close());
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable');
      const heap = async () => {
        await session.send('HeapProfiler.collectGarbage');
        const { metrics } = await session.send('Performance.getMetrics');
        return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN) / 2 ** 20;
      };
      await page.locator('#menu > summary').click();
      await page.locator('#show-validation').click();
      const inStudy = (/** @type {string} */ selector) => page.locator(`pneumo-validation ${selector}`);
      /** @type {number[]} */
      const mib = [];
      for (const [site, films] of Object.entries(SITES)) {
        const [laid, out] = [join(folder, site), join(folder, `${site} out`)];
        const count = some(films()).length;
        lay(laid, some(films()));
        await inStudy('#study-folder').setInputFiles(laid);
        await inStudy('#study-stop').waitFor();
        const ask = setInterval(async () => mib.push(await heap()), 2000);
        await inStudy('#study-stop').waitFor({ state: 'detached', timeout: 600_000 });
        clearInterval(ask);
        await inStudy('#save-figures').waitFor();
        const [download] = await Promise.all([page.waitForEvent('download'), inStudy('#save-figures').click()]);
        const figures = JSON.parse(readFileSync(await download.path(), 'utf8'));
        assert.ok(figures.films.read > 0.95 * count, 'all but films that stand there twice');
        const command = await byCommand(laid, out);
        for (const name of FIGURES) assert.deepEqual(figures[name], command[name], `${site}: ${name}`);
      }
      mib.push(await heap());
      t.diagnostic(`MiB of heap: ${mib.map(Math.round).join(' ')}`);
      const early = Math.min(...mib.slice(0, Math.ceil(mib.length / 5)));
      assert.ok(mib[mib.length - 1] - early < MOST_GROWTH_MIB, mib.join(' '));
    });
  },
);
