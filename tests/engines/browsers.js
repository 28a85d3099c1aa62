// Firefox and WebKit behind one face: what a test of all engines asks of a browser.
// Firefox is driven by puppeteer (WebDriver BiDi), WebKit by selenium and WebKitGTK's own driver under a virtual screen.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { Builder, Capabilities } from 'selenium-webdriver';

/**
 * @typedef {object} Browser
 * @property {(url: string) => Promise<void>} open
 * @property {<Result>(work: (...args: any[]) => Result | Promise<Result>, ...args: any[]) => Promise<Result>} run in the page
 * @property {(script: string) => Promise<void>} inject past the page's policy
 * @property {(selector: string, path: string) => Promise<void>} choose a file; the selector is searched for in shadow roots too
 * @property {() => Promise<void>} close
 */

const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const LIBRARIES = '/usr/lib/x86_64-linux-gnu';
const MINI_BROWSER = existsSync(LIBRARIES)
  ? readdirSync(LIBRARIES)
      .filter((name) => name.startsWith('webkit2gtk-4'))
      .map((name) => `${LIBRARIES}/${name}/MiniBrowser`)
      .find(existsSync)
  : undefined;

/** A field of the element that stands in a shadow root. */
const FIELD = 'return document.querySelector("pneumo-scope").shadowRoot.querySelector(arguments[0])';

/** Of each engine: why it is not tested here, or how it is started. @type {Record<string, { absent: string | false, start: () => Promise<Browser> }>} */
export const ENGINES = {
  firefox: {
    absent: existsSync(FIREFOX) ? false : `there is no ${FIREFOX}; $FIREFOX may name another`,
    start: async () => {
      const browser = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX, headless: true });
      const page = await browser.newPage();
      return {
        open: async (url) => void (await page.goto(url)),
        run: (work, ...args) => /** @type {any} */ (page.evaluate(work, ...args)),
        inject: async (script) => void (await page.evaluate(script)),
        choose: async (selector, path) => {
          const field = await page.waitForSelector(`pneumo-scope >>> ${selector}`);
          await /** @type {any} */ (field).uploadFile(path);
        },
        close: () => browser.close(),
      };
    },
  },
  webkit: {
    absent:
      MINI_BROWSER && existsSync('/usr/bin/xvfb-run')
        ? false
        : 'there is no WebKitGTK MiniBrowser with its driver and xvfb',
    start: async () => {
      const port = 20_000 + (process.pid % 10_000);
      const env = { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }; // its sandbox does not run as root
      const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], {
        env,
        stdio: 'ignore',
        detached: true,
      });
      const end = () => driver.pid && process.kill(-driver.pid);
      const capabilities = new Capabilities({
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
      });
      const session = await retry(() =>
        new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build(),
      ).catch((error) => {
        end();
        throw error;
      });
      await session.manage().setTimeouts({ script: 60_000 });
      return {
        open: (url) => session.get(url),
        run: async (work, ...args) => {
          const body = `const done = arguments[arguments.length - 1];
            Promise.resolve().then(() => (${work})(...[...arguments].slice(0, -1))).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
          const { value, error } = /** @type {any} */ (await session.executeAsyncScript(body, ...args));
          if (error) throw new Error(error);
          return value;
        },
        inject: async (script) => void (await session.executeScript(script)),
        choose: async (selector, path) => {
          const field = /** @type {any} */ (await session.executeScript(FIELD, selector));
          await field.sendKeys(path);
        },
        close: async () => {
          await session.quit().catch(() => {});
          end();
        },
      };
    },
  },
};

/** @template Result @param {() => Promise<Result>} work that fails until its server listens @returns {Promise<Result>} */
async function retry(work, tries = 50) {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (--tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
}
