// <pneumo-scope> in somebody else's page, which has nothing of ours but pneumo-scope.js.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { describe, test } from 'node:test';
import { PACKAGE } from '../fixtures/package.js';
import { defaultModel, siteProfile } from '../fixtures/profile.js';
import {
  browserAndSite,
  drop,
  dropAll,
  expectAccessible,
  isDrawn,
  SUITE,
  sampleFilms,
  serveSite,
  siteCopy,
  WORDS,
} from '../fixtures/browser.js';
import { ISOLATION } from '../../web/site/policy.js';

const [film, second, third] = sampleFilms();

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * The package's folder under /lib/ beside a page of a site of one's own.
 * @param {import('node:test').TestContext} t @param {string | (() => string)} body of the page @param {object} [options]
 * @param {Record<string, string>} [options.headers] of every answer @param {Record<string, string>} [options.types] by ending
 * @param {(path: string) => boolean} [options.bare] which answers have no headers
 */
async function packageSite(t, body, { headers = {}, types = {}, bare = () => false } = {}) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const all = bare(path) ? {} : headers;
    if (path === '/')
      return void response
        .writeHead(200, { ...all, 'Content-Type': 'text/html' })
        .end(typeof body === 'string' ? body : body());
    const file = join(PACKAGE, path.replace('/lib/', ''));
    if (!existsSync(file)) return void response.writeHead(404, all).end();
    const type = { ...TYPES, ...types }[/** @type {'.js'} */ (extname(path))] ?? 'application/octet-stream';
    response.writeHead(200, { ...all, 'Content-Type': type, 'Access-Control-Allow-Origin': '*' });
    response.end(readFileSync(file));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  t.after(() => (server.close(), server.closeAllConnections()));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://localhost:${port}/`;
}

/** A page that reads a film and keeps what came of it. */
const READS = (/** @type {string} */ lib) => `<!doctype html><title>t</title><script type="module">
  try {
    const { createReader } = await import('${lib}reader.js');
    const reader = await createReader();
    const film = new Uint8Array(${JSON.stringify([...film.buffer])});
    const { decision, engine } = await reader.read(film);
    window.outcome = decision + ' ' + engine.variant;
  } catch ({ name, code, message }) { window.outcome = [name, code, message].join(' '); }
</script>`;

const HOST = `<!doctype html><html lang="en"><title>A ward's page</title>
  <style>button { display: none } p { text-transform: uppercase }</style>
  <main><h1>Ward 3</h1><pneumo-scope data-theme="light"></pneumo-scope><p>Ours</p></main>
  <script type="module" src="/lib/pneumo-scope.js"></script>
  <script>addEventListener('findings', ({ detail }) => (window.findings = detail))</script>`;

describe('<pneumo-scope> alone', SUITE, () => {
  const here = browserAndSite();

  /** The host's page on an address of its own, the package in a folder of it. */
  async function openHost(lang = 'en') {
    const context = await here.browser.newContext({ viewport: { width: 1000, height: 800 } });
    const page = await context.newPage();
    /** @type {string[]} */
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.route('**/ward.html', (route) =>
      route.fulfill({ contentType: 'text/html', body: HOST.replace('lang="en"', `lang="${lang}"`) }),
    );
    await page.route('**/lib/**', async (route) => {
      const path = new URL(route.request().url()).pathname.replace('/lib/', '');
      await route.fulfill({ path: join(PACKAGE, path) });
    });
    await page.goto(`${here.site.url}ward.html`);
    return { context, page, complaints };
  }

  test('reads a film dropped on it, shows it, and tells the page', async () => {
    const { context, page, complaints } = await openHost();
    await drop(page, 'pneumo-scope', film);
    await page.locator('#film-name', { hasText: film.name }).waitFor();
    await page.waitForFunction(() => 'findings' in window);
    const { decision, width } = await page.evaluate(() => /** @type {any} */ (window).findings);
    assert.deepEqual([decision, width], ['normal', 480]);
    assert.ok(await isDrawn(page.locator('.frame > .picture')));
    assert.equal(
      await page.getByRole('button', { name: 'Full screen' }).isVisible(),
      true,
      "the page's style stays outside",
    );
    await expectAccessible(page, 'embedded');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test("speaks the page's language, and English where it has not got that one", async () => {
    for (const [lang, spoken] of [
      ['es-MX', 'es'],
      ['de', 'en'],
      ['no language', 'en'],
    ]) {
      const { context, page, complaints } = await openHost(lang);
      await page.getByText(String(WORDS[spoken]['intake.drop'])).waitFor();
      assert.equal(await page.getAttribute('pneumo-scope .scope', 'lang'), spoken);
      assert.deepEqual(complaints, []);
      await page.unrouteAll({ behavior: 'ignoreErrors' }); // the model is still on its way
      await context.close();
    }
  });

  test('two elements of a page speak two languages, and go on to when one changes its own', async () => {
    const { context, page } = await openHost('fr');
    await page.evaluate(() => {
      const second = document.createElement('pneumo-scope');
      second.lang = 'hi';
      document.body.append(second);
    });
    const says = (/** @type {number} */ which, /** @type {string} */ language) =>
      page.locator('pneumo-scope').nth(which).getByText(String(WORDS[language]['intake.drop'])).waitFor();
    await Promise.all([says(0, 'fr'), says(1, 'hi')]);
    await page.evaluate(() => document.querySelectorAll('pneumo-scope')[1].setAttribute('lang', 'pt'));
    await says(1, 'pt');
    await page.evaluate(() => /** @type {any} */ (document.querySelector('pneumo-scope')).requestUpdate());
    await says(0, 'fr');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  });

  test('reads what the page hands it, and ends its engine when it is taken out', async () => {
    const { context, page } = await openHost();
    await page.evaluate(
      async (bytes) => {
        await customElements.whenDefined('pneumo-scope');
        const scope = /** @type {any} */ (document.querySelector('pneumo-scope'));
        scope.read(new Blob([Uint8Array.from(bytes)]), 'from the ward');
      },
      [...film.buffer],
    );
    await page.locator('#film-name', { hasText: 'from the ward' }).waitFor();
    assert.ok(page.workers().length > 0);
    await page.evaluate(() => document.querySelector('pneumo-scope')?.remove());
    for (let tries = 0; page.workers().length > 0 && tries < 50; tries++) await page.waitForTimeout(100);
    assert.equal(page.workers().length, 0);
    await context.close();
  });

  test('tells of each film, of its own, and of all again where another rule comes into force', async () => {
    const { context, page } = await openHost();
    await page.evaluate(() => {
      const heard = /** @type {any[]} */ (/** @type {any} */ (window).heard = []);
      for (const name of ['ready', 'progress', 'findings', 'failed'])
        document.querySelector('pneumo-scope')?.addEventListener(name, (event) => {
          const { id, name: film, decision, operatingPoint, code, phase } = /** @type {any} */ (event).detail;
          heard.push([name, id ?? phase, film, decision ?? code, operatingPoint]);
        });
    });
    const heard = () =>
      page.evaluate(() => /** @type {any} */ (window).heard.filter((/** @type {any} */ e) => e[0] !== 'progress'));
    const text = { name: 'report.txt', mimeType: 'text/plain', buffer: Buffer.from('no film') };
    await dropAll(page, 'pneumo-scope', [film, second, third, text]);
    await page.waitForFunction(
      () =>
        /** @type {any} */ (window).heard.filter((/** @type {any} */ e) => e[0] === 'findings' || e[0] === 'failed')
          .length === 4,
    );
    const first = (await heard()).filter((/** @type {any} */ e) => e[0] !== 'ready');
    assert.deepEqual(first.map((/** @type {any} */ e) => [e[0], e[1], e[2]]).sort(), [
      ['failed', 4, null],
      ['findings', 1, null],
      ['findings', 2, null],
      ['findings', 3, null],
    ]);
    await page.evaluate(() =>
      document.querySelector('pneumo-scope')?.setAttribute('operating-point', 'high-sensitivity'),
    );
    await page.waitForFunction(
      () => /** @type {any} */ (window).heard.filter((/** @type {any} */ e) => e[0] === 'findings').length === 6,
    );
    const again = (await heard()).filter((/** @type {any} */ e) => e[0] === 'findings').slice(3);
    assert.deepEqual(
      again.map((/** @type {any} */ e) => [e[1], e[4]]),
      [
        [1, 'high-sensitivity'],
        [2, 'high-sensitivity'],
        [3, 'high-sensitivity'],
      ],
    );
    const seen = [];
    while (await page.locator('#previous').isEnabled()) await page.locator('#previous').click();
    for (let i = 0; i < 3; i++) {
      seen.push(await page.locator('#film-name, #trouble-code').first().textContent());
      await page.locator('#next').click();
    }
    assert.equal(new Set(seen).size, 3, 'the films are shown one after the other');
    await context.close();
  });

  test("a site's own rule comes by its address or itself, judges, is named, and goes again", async () => {
    const { context, page } = await openHost();
    const callsAll = siteProfile(undefined, { threshold: 1e-6, uncertain: [1e-6, 1e-6] });
    await page.route('**/site.json', (route) => route.fulfill({ json: callsAll }));
    const use = (/** @type {any} */ profile) =>
      page.evaluate(async (given) => {
        const scope = /** @type {any} */ (document.querySelector('pneumo-scope'));
        await customElements.whenDefined('pneumo-scope');
        scope.profile = given;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }, profile);
    await page.evaluate(() => document.querySelector('pneumo-scope')?.setAttribute('profile', 'site.json'));
    await drop(page, 'pneumo-scope', film);
    await page.locator('#film-name', { hasText: film.name }).waitFor();
    const decision = async () =>
      (await page.locator('#decision').textContent())?.includes('No signs') ? 'normal' : 'pneumonia';
    const text = () => page.locator('pneumo-scope').evaluate((scope) => scope.shadowRoot?.textContent ?? '');
    assert.equal(await decision(), 'pneumonia');
    assert.match(await text(), /Eastern Clinic/);
    await use(null);
    assert.equal(await decision(), 'normal');
    assert.doesNotMatch(await text(), /Eastern Clinic/);
    await use(callsAll);
    assert.equal(await decision(), 'pneumonia');
    const other = siteProfile({ ...defaultModel(), sha256: '0'.repeat(64) });
    await use(other);
    assert.equal(await page.locator('#decision').count(), 0, 'a rule for another model judges nothing');
    assert.match(await page.locator('#trouble-text').innerText(), /model/);
    await context.close();
  });

  test('read() gives the answer, or the reason', async () => {
    const { context, page } = await openHost();
    const outcome = await page.evaluate(
      async (all) => {
        const scope = /** @type {any} */ (document.querySelector('pneumo-scope'));
        await customElements.whenDefined('pneumo-scope');
        const reads = all.map((bytes, i) => scope.read(Uint8Array.from(bytes).buffer, `film ${i}`));
        const bad = await scope
          .read(new Blob(['no film']), 'none')
          .catch((/** @type {any} */ error) => `${error.name} ${error.code}`);
        const answers = (await Promise.all(reads)).map(({ id, name, decision }) => [id, name, decision]);
        const pending = scope.read(new Blob([Uint8Array.from(all[0])]));
        scope.remove();
        return [...answers, bad, await pending.catch((/** @type {any} */ error) => error.code)];
      },
      [[...film.buffer], [...third.buffer]],
    );
    assert.deepEqual(outcome, [
      [1, 'film 0', 'normal'],
      [2, 'film 1', 'pneumonia'],
      'PneumoscopeError bad-image',
      'closed',
    ]);
    await context.close();
  });

  test('obeys its attributes, fits a narrow box, and says what it is not', async () => {
    const { context, page } = await openHost();
    await page.evaluate(() => {
      const scope = /** @type {any} */ (document.querySelector('pneumo-scope'));
      scope.setAttribute('lang', 'fr');
      scope.setAttribute('controls', 'none');
      scope.setAttribute('theme', 'dark');
      scope.setAttribute('heatmap', '');
      scope.style.cssText = 'display: grid; inline-size: 520px';
    });
    await page.evaluate(
      async (bytes) => {
        await /** @type {any} */ (document.querySelector('pneumo-scope')).read(new Blob([Uint8Array.from(bytes)]), 'x');
      },
      [...third.buffer],
    );
    await page.getByText(String(WORDS.fr['limits.research'])).waitFor();
    await page.getByText(String(WORDS.fr['decision.pneumonia']), { exact: true }).first().waitFor();
    assert.equal(await page.locator('pneumo-tools').count(), 0);
    assert.equal(await page.locator('pneumo-intake').count(), 0);
    assert.equal(await page.locator('.frame > .heat').isVisible(), true);
    const box = (/** @type {string} */ name) => page.locator(`.scope ${name}`).first().boundingBox();
    const [answer, filmBox] = [await box('.strip'), await box('.film')];
    assert.ok(
      answer && filmBox && answer.y < filmBox.y && filmBox.x + filmBox.width <= 520 + 40,
      'one below the other',
    );
    assert.deepEqual(
      await page.evaluate(() => [
        document.documentElement.scrollWidth <= innerWidth,
        document.querySelector('pneumo-scope')?.getAttribute('theme'),
      ]),
      [true, 'dark'],
    );
    await context.close();
  });

  test('compact it is the verdict over the film, in any box', async () => {
    const { context, page } = await openHost();
    await page.evaluate(() => document.querySelector('pneumo-scope')?.setAttribute('compact', ''));
    await drop(page, 'pneumo-scope', third);
    const verdict = page.locator('.strip .verdict', { hasText: String(WORDS.en['decision.pneumonia']) });
    for (const width of [260, 480, 900]) {
      await page.evaluate((width) => {
        const scope = /** @type {HTMLElement} */ (document.querySelector('pneumo-scope'));
        scope.style.cssText = `display: grid; inline-size: ${width}px; block-size: 400px`;
      }, width);
      await verdict.waitFor();
      const [strip, frame] = [await verdict.boundingBox(), await page.locator('.frame').boundingBox()];
      assert.ok(strip && frame && strip.y + strip.height <= frame.y && frame.height >= 200, `${width}`);
      assert.ok(Math.abs(frame.width - width) <= 2, `${frame.width} of ${width}`);
    }
    assert.ok(await isDrawn(page.locator('.frame > .picture')));
    for (const absent of ['pneumo-answer', 'pneumo-tools', 'pneumo-intake'])
      assert.equal(await page.locator(absent).count(), 0, absent);
    await expectAccessible(page, 'compact');
    await context.close();
  });

  test('its report prints the film, and nothing of the page', async () => {
    const { context, page } = await openHost();
    await page.evaluate(() => {
      const add = Node.prototype.appendChild;
      const watch = new MutationObserver((changes) => {
        for (const { addedNodes } of changes)
          for (const node of addedNodes)
            if (node instanceof HTMLIFrameElement && node.contentWindow)
              node.contentWindow.print = () =>
                /** @type {any} */ (
                  window.printed = {
                    text: node.contentDocument?.body.innerText,
                    pictures: node.contentDocument?.querySelectorAll('canvas').length,
                    ground: getComputedStyle(/** @type {HTMLElement} */ (node.contentDocument?.body)).backgroundColor,
                    drawn: [...(node.contentDocument?.querySelectorAll('canvas') ?? [])].every(
                      (canvas) =>
                        canvas.getContext('2d')?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0],
                    ),
                  }
                );
      });
      watch.observe(document.body, { childList: true });
      return Boolean(add);
    });
    await drop(page, 'pneumo-scope', third);
    await page.locator('#print').click();
    await page.waitForFunction(() => 'printed' in window);
    const { text, pictures, ground, drawn } = await page.evaluate(() => /** @type {any} */ (window).printed);
    assert.deepEqual([pictures, ground, drawn], [1, 'rgb(255, 255, 255)', true]);
    assert.match(text, /Read by/);
    assert.match(text, /Film 1/);
    assert.doesNotMatch(text, /Ward 3|Ours/);
    await context.close();
  });

  test('reads on where a server does not know .mjs', async (t) => {
    for (const headers of [{}, ISOLATION]) {
      const url = await packageSite(t, READS('/lib/'), { headers, types: { '.mjs': 'application/octet-stream' } });
      const page = await here.browser.newPage();
      await page.goto(url);
      await page.waitForFunction(() => 'outcome' in window);
      const ran = headers === ISOLATION ? 'relaxed-threads' : 'relaxed';
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).outcome), `normal ${ran}`);
      await page.close();
    }
  });

  test('what a page may not do is said with the remedy', async (t) => {
    const plain = await packageSite(t, READS('/lib/'));
    const other = await packageSite(t, READS(`${plain}lib/`));
    const framed = await packageSite(t, `<!doctype html><iframe sandbox="allow-scripts" src="${plain}"></iframe>`);
    const half = await packageSite(t, READS('/lib/'), {
      headers: ISOLATION,
      bare: (path) => path.endsWith('worker.js'),
    });
    const trusted = await packageSite(t, READS('/lib/'), {
      headers: { 'Content-Security-Policy': "require-trusted-types-for 'script'" },
    });
    const policied = (/** @type {string} */ policy) =>
      packageSite(t, READS('/lib/'), { headers: { 'Content-Security-Policy': policy } });
    const noWasm = await policied("script-src 'self' 'unsafe-inline'");
    const noWorker = await policied("worker-src 'none'");
    /** @type {[string, RegExp][]} */
    const cases = [
      [noWasm, /^PneumoscopeError worker-blocked .*forbids WebAssembly\. Add 'wasm-unsafe-eval' to its script-src/],
      [noWorker, /^PneumoscopeError worker-blocked .*worker\.js: .*Policy forbids this worker.*Add worker-src 'self'/],
      [other, /^PneumoscopeError worker-blocked .*only from the page's own site.*option assets/],
      [framed, /^PneumoscopeError worker-blocked .*allow-same-origin/],
      [half, /^PneumoscopeError bad-asset .*worker\.js came without the header Cross-Origin-Embedder-Policy/],
      [trusted, /^PneumoscopeError worker-blocked .*Trusted Types.*policy named default/],
    ];
    for (const [url, sentence] of cases) {
      const page = await here.browser.newPage();
      await page.goto(url);
      const inside = page.frames().at(-1) ?? page.mainFrame();
      await inside.waitForFunction(() => 'outcome' in window);
      assert.match(await inside.evaluate(() => /** @type {any} */ (window).outcome), sentence);
      await page.close();
    }
  });

  test('a second copy of the script changes nothing', async () => {
    const { context, page, complaints } = await openHost();
    await page.evaluate(() => import(`${'/lib/pneumo-scope.js'}?again`));
    await drop(page, 'pneumo-scope', film);
    await page.locator('#film-name', { hasText: film.name }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test('in a frame from another site, isolated or not, it reads for those pages that it names, and for no other', async (t) => {
    const host = (/** @type {string} */ frame) => `<!doctype html><title>Ward</title>
      <iframe src="${frame}embed.html" style="inline-size: 900px; block-size: 600px"></iframe><script type="module">
      import { connect } from '/lib/frame.js';
      window.heard = [];
      try {
        const frame = await connect(document.querySelector('iframe'), { onMessage: ({ type }) => heard.push(type), patience: 4000 });
        frame.set({ operatingPoint: 'high-specificity', lang: 'es' });
        const film = new Uint8Array(${JSON.stringify([...film.buffer])});
        const { decision, name, operatingPoint, engine } = await frame.read(film, 'film 7');
        window.heardFirst = [...heard];
        frame.set({ profile: ${JSON.stringify(siteProfile(undefined, { threshold: 1e-6, uncertain: [1e-6, 1e-6] }))} });
        window.byProfile = (await frame.read(film, 'film 8')).decision;
        frame.set({ profile: null });
        const bad = await frame.read(new Blob(['no film'])).catch(({ code }) => code);
        window.outcome = [decision, name, operatingPoint, engine.threads > 1, bad].join(' ');
        frame.close();
      } catch ({ code, message }) { window.outcome = [code, message].join(' '); }
    </script>`;
    const folder = await siteCopy(t);
    for (const isolated of [false, true]) {
      const headers = isolated ? ISOLATION : {};
      const url = await packageSite(t, () => host(site.url), { headers });
      const origin = new URL(url).origin;
      writeFileSync(
        join(folder, 'embed.html'),
        readFileSync(join(folder, 'embed.html'), 'utf8').replace(
          /(pneumoscope-embedders" content=")[^"]*/,
          `$1${origin}`,
        ),
      );
      const site = await serveSite({ folder, isolated, embedders: origin });
      t.after(() => site.close());
      for (const [from, expected] of /** @type {[string, RegExp][]} */ ([
        [url, /^normal film 7 high-specificity (true|false) bad-image$/],
        [await packageSite(t, host(site.url), { headers }), /^closed The frame .* does not answer/],
      ])) {
        const page = await here.browser.newPage();
        await page.goto(from);
        await page.waitForFunction(() => 'outcome' in window);
        assert.match(await page.evaluate(() => /** @type {any} */ (window).outcome), expected);
        if (from === url) {
          assert.equal(
            await page.evaluate(() => /** @type {any} */ (window).byProfile),
            'pneumonia',
            "by the site's rule",
          );
          const heard = await page.evaluate(() => /** @type {any} */ (window).heardFirst);
          for (const type of ['ready', 'progress', 'resize']) assert.ok(heard.includes(type), type);
          assert.ok(!heard.includes('findings') && !heard.includes('failed'), 'each read has one answer');
        }
        await page.close();
      }
    }
  });

  test('a page that the frame does not name is refused, even where it may frame it', async (t) => {
    const site = await serveSite({ embedders: '*' });
    t.after(() => site.close());
    const url = await packageSite(
      t,
      `<!doctype html><iframe src="${site.url}embed.html"></iframe><script type="module">
      import { connect } from '/lib/frame.js';
      window.outcome = await connect(document.querySelector('iframe')).catch(({ message }) => message);
    </script>`,
    );
    const page = await here.browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => 'outcome' in window);
    assert.match(
      await page.evaluate(() => /** @type {any} */ (window).outcome),
      /does not name http:\/\/localhost:\d+ among those/,
    );
    await page.close();
  });
});
