// <pneumo-scope> as pages and frameworks treat it: taken out while it reads, moved, put back, many at once, many films through one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { browserAndSite, SUITE } from '../fixtures/browser.js';
import { PACKAGE } from '../fixtures/package.js';

const FILM = readFileSync(new URL('../../web/samples/synthetic-normal-20.png', import.meta.url));
const HOST = `<!doctype html><html lang="en"><title>A page</title><main></main><aside></aside>
  <script type="module" src="/lib/pneumo-scope.js"></script>`;

describe('the life of <pneumo-scope>', SUITE, () => {
  const here = browserAndSite();

  /** Does `work` in a page with `make`, which gives an element in <main>, and the film's bytes; then the page must still answer.
   * @template Result @param {(tools: { make: () => any, film: Uint8Array, pause: (ms: number) => Promise<void> }) => Promise<Result>} work
   * @returns {Promise<Result>} */
  async function inPage(work) {
    const context = await here.browser.newContext();
    const page = await context.newPage();
    /** @type {string[]} */
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.route('**/host.html', (route) => route.fulfill({ contentType: 'text/html', body: HOST }));
    await page.route('**/film', (route) => route.fulfill({ body: FILM }));
    await page.route('**/lib/**', (route) =>
      route.fulfill({ path: join(PACKAGE, new URL(route.request().url()).pathname.replace('/lib/', '')) }),
    );
    await page.goto(`${here.site.url}host.html`);
    await page.evaluate(() => customElements.whenDefined('pneumo-scope').then(() => {}));
    const result = await page.evaluate(`(async () => {
      const film = new Uint8Array(await (await fetch('/film')).arrayBuffer());
      const make = () => document.querySelector('main').appendChild(document.createElement('pneumo-scope'));
      const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      return (${work})({ make, film, pause });
    })()`);
    assert.equal(await page.evaluate(() => 6 * 7), 42, 'the page answers');
    assert.deepEqual(complaints, []);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
    return /** @type {Result} */ (result);
  }

  test('taken out at any moment of a read, the read ends and the page goes on', async () => {
    const ends = await inPage(async ({ make, film, pause }) => {
      const ends = [];
      for (const after of [0, 1, 30, 100, 300, 1000]) {
        const scope = make();
        const read = scope.read(film).then(
          () => 'read',
          (/** @type {any} */ error) => error.code,
        );
        await pause(after);
        if (after % 4) document.querySelector('main')?.replaceChildren();
        else scope.remove();
        ends.push(await read);
        await pause(20);
      }
      return ends;
    });
    assert.ok(ends.includes('closed'), String(ends));
    assert.ok(
      ends.every((end) => end === 'closed' || end === 'read'),
      String(ends),
    );
  });

  test('moved while it reads, it reads on; removed and put back, it reads again', async () => {
    const said = await inPage(async ({ make, film, pause }) => {
      const scope = make();
      const first = scope.read(film, 'first');
      await pause(30);
      document.querySelector('aside')?.append(scope);
      const moved = await first;
      scope.remove();
      const away = await scope.read(film).catch((/** @type {any} */ error) => error.code);
      await pause(50);
      document.querySelector('main')?.append(scope);
      const again = await scope.read(film, 'again');
      return [moved.decision, moved.name, away, again.decision, again.name, again.id];
    });
    assert.deepEqual(said, ['normal', 'first', 'closed', 'normal', 'again', 1]);
  });

  test('fifty elements of a page each read', async () => {
    const decisions = await inPage(async ({ make, film }) => {
      const scopes = Array.from({ length: 50 }, make);
      const found = await Promise.all(scopes.map((scope) => scope.read(film)));
      return found.map(({ decision }) => decision);
    });
    assert.deepEqual(decisions, Array(50).fill('normal'));
  });

  test('five hundred films go through one', async () => {
    const { decisions, ids } = await inPage(async ({ make, film }) => {
      const scope = make();
      const found = await Promise.all(Array.from({ length: 500 }, () => scope.read(film)));
      return { decisions: [...new Set(found.map(({ decision }) => decision))], ids: found.map(({ id }) => id) };
    });
    assert.deepEqual(decisions, ['normal']);
    assert.deepEqual(
      ids,
      Array.from({ length: 500 }, (_, i) => i + 1),
    );
  });

  test('elements of two versions stand in one page', async () => {
    const said = await inPage(async ({ make, film }) => {
      const { PneumoScope: other } = await import(/** @type {string} */ ('/lib/pneumo-scope.js?version=2'));
      customElements.define('other-scope', class extends other {});
      const scope = make();
      const second = /** @type {any} */ (document.createElement('other-scope'));
      document.querySelector('main')?.append(second);
      const found = await Promise.all([scope.read(film), second.read(film)]);
      return [scope.constructor === other, ...found.map(({ decision }) => decision)];
    });
    assert.deepEqual(said, [false, 'normal', 'normal']);
  });
});
