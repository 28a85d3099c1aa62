// Makes the edition that is one file: page, style, worker, engine, model and samples in one HTML document that runs from
// a disk. Some modules of the page have stand-ins in web/build/single/, which find in the document what the others fetch.

import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { singleFilePolicy } from '../site/policy.js';

const SINGLE = fileURLToPath(new URL('./single/', import.meta.url));
const STAND_INS = /\/(module|browser-worker|sibling|offline|folder)\.js$/;

/**
 * @param {string} folder of the finished site; gets pneumoscope.html
 * @param {string} model path of the one model in it
 * @param {import('esbuild').BuildOptions} options of the page's own bundle
 * @param {import('esbuild').Plugin[]} plugins of the page's own bundle
 */
export async function writeSingleFile(folder, model, options, plugins) {
  const bundle = async (/** @type {string} */ entry, /** @type {import('esbuild').BuildOptions} */ more) => {
    const { outputFiles } = await build({
      ...options,
      ...more,
      entryPoints: [entry],
      external: ['module'], // Node's, of which Emscripten's script asks nothing in a browser
      splitting: false,
      write: false,
      plugins: [standIns, filesOf(folder, model), ...plugins],
    });
    return outputFiles[0].text;
  };
  const script = await bundle('web/page/app.js', {});
  const worker = await bundle('web/worker/worker.js', {
    format: 'iife',
    define: { ...options.define, 'import.meta.url': '""' },
  });
  const [page, style, icon, ...terms] = await Promise.all(
    ['index.html', 'style.css', 'icons/icon.svg', 'NOTICE', 'LICENSE'].map((name) =>
      readFile(join(folder, name), 'utf8'),
    ),
  );
  await writeFile(
    join(folder, 'pneumoscope.html'),
    assemble(page, { script, worker, style, icon, terms: terms.join('\n') }),
  );
}

/** @param {string} page index.html @param {Record<'script' | 'worker' | 'style' | 'icon' | 'terms', string>} parts */
function assemble(page, { script, worker, style, icon, terms }) {
  const policy = singleFilePolicy({ script: hashOf(script), style: hashOf(style) });
  const scripts = `<script type="text/plain" id="terms">${inert(terms)}</script>\n<script type="text/plain" id="worker">${inert(worker)}</script>\n<script type="module">${inert(script)}</script>\n`;
  /** @type {[RegExp, string][]} */
  const changes = [
    [/(?<=http-equiv="Content-Security-Policy" content=")[^"]*/, policy],
    [/(?<=<link rel="icon" href=")[^"]*/, `data:image/svg+xml,${encodeURIComponent(icon)}`],
    [/ *<link rel="(manifest|apple-touch-icon|modulepreload)"[^>]*>\n/g, ''],
    [/ *<script type="module"[^>]*><\/script>\n/, ''],
    [/<link rel="stylesheet"[^>]*>/, `<style>${style}</style>`],
    [/(?=<\/body>)/, scripts],
  ];
  return changes.reduce((text, [place, content]) => {
    if (text.search(place) < 0) throw new Error(`index.html has no ${place}.`);
    return text.replace(place, () => content);
  }, page);
}

/** A script that would end, or hide, the element it stands in cannot be put there. @param {string} script */
function inert(script) {
  if (/<\/script|<!--/i.test(script)) throw new Error('A script of the page holds "</script" or "<!--".');
  return script;
}

/** @param {string} text */
const hashOf = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** @type {import('esbuild').Plugin} */
const standIns = {
  name: 'stand-ins',
  setup({ onResolve }) {
    onResolve({ filter: STAND_INS }, ({ path, importer, kind }) =>
      kind === 'import-statement' && !importer.startsWith(SINGLE) ? { path: join(SINGLE, basename(path)) } : undefined,
    );
  },
};

/** `dist:PATH` is a script of the site, `packed:PATH` a file's bytes in a text, or an object of all files in a folder;
 * `packed:model` is the model's. @param {string} folder @param {string} model @returns {import('esbuild').Plugin} */
const filesOf = (folder, model) => ({
  name: 'files',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^dist:/ }, ({ path }) => ({ path: join(folder, path.slice(5)) }));
    onResolve({ filter: /^packed:/ }, ({ path }) => ({ path: path.slice(7), namespace: 'packed' }));
    onLoad({ filter: /.*/, namespace: 'packed' }, async ({ path }) => ({
      contents: JSON.stringify(await packed(folder, path === 'model' ? model : path)),
      loader: 'json',
    }));
  },
});

/** @param {string} folder @param {string} path @returns {Promise<string | Record<string, string>>} */
async function packed(folder, path) {
  const whole = join(folder, path);
  if (!(await stat(whole)).isDirectory()) return gzipSync(await readFile(whole), { level: 9 }).toString('base64');
  const names = (await readdir(whole)).map((name) => `${path}/${name}`);
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await packed(folder, name)])));
}
