// Builds dist/, the site, and dist/package/, the npm package. Either is one flat folder: every file finds the others beside
// itself, in Node, on a server and in other people's bundles. Needs the engine in build/wasm (npm run build makes all).

import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { portable } from './glue.js';
import { referenceOf } from './reference.js';
import { writeSbom } from './sbom.js';
import { writeServiceWorker } from './service-worker.js';
import { writeSingleFile } from './single-file.js';
import { VARIANTS } from '../reader/options.js';
import { META_POLICY } from '../site/policy.js';

/** The package's entry is not copied into what else imports it. @type {import('esbuild').Plugin} */
const readerExternal = {
  name: 'reader-external',
  setup({ onResolve }) {
    onResolve({ filter: /\/reader\.js$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './reader.js', external: true },
    );
  },
};

/** Comments are for those who change the source, and a ninth of what is fetched; ours stand on lines of their own.
 * @type {import('esbuild').Plugin} */
const withoutComments = {
  name: 'without-comments',
  setup({ onLoad }) {
    onLoad({ filter: /\/web\/.*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replace(/^[ \t]*(\/\*\*((?!\*\/)[^])*\*\/[ \t]*|\/\/.*)\n/gm, '\n') };
    });
  },
};

/** A style sheet as a text, without what only people read. @type {import('esbuild').Plugin} */
const styleText = {
  name: 'style-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code, loader: 'text' };
    });
  },
};

const root = new URL('../../', import.meta.url);
const dist = new URL('dist/', root);
const folder = fileURLToPath(dist);
/** What both the site and the package have beside their scripts. */
const SHARED = ['engine', 'model', 'samples', 'NOTICE', 'LICENSE'];

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const samples = await copySamples();
const selfTest = /** @type {string} */ (samples.find((name) => name.endsWith('.jpg')));
await copy('web/NOTICE', 'NOTICE');
await copy('LICENSE', 'LICENSE');
await writeMetrics();
/** @type {{ file: string, precision: string }[]} */
const listed = JSON.parse(await readFile(new URL('model/models.json', root), 'utf8'));
for (const { file } of listed) await copyBuilt(`model/${file}`, `model/${file}`, 'The model is missing');
for (const engine of [...VARIANTS, 'codecs']) await copyEngine(engine);
const models = await describeModels();
const { version, peerDependencies } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
const options = await bundleOptions();
/** Paths of all scripts that went into bundles. @type {string[]} */
const bundled = [];
await writePackage();
await writeSite();
await writeSbom(root, bundled, version, new URL('sbom.json', dist));
await copy('dist/sbom.json', 'package/sbom.json');

/** The npm package: the reader, the element, the command line, and nothing of the site. */
async function writePackage() {
  const to = new URL('package/', dist);
  for (const part of SHARED) await cp(new URL(part, dist), new URL(part, to), { recursive: true });
  await copy('web/reader/types.d.ts', 'package/reader.d.ts');
  for (const results of ['fhir', 'dicom'])
    await copy(`web/results/${results}.d.ts`, `package/${results}.d.ts`, (text) =>
      text.replaceAll('../reader/types.d.ts', './reader.js'),
    );
  await copy('web/reader/findings.schema.json', 'package/findings.schema.json');
  await copy('web/element/types.d.ts', 'package/pneumo-scope.d.ts', (text) =>
    text.replaceAll('../reader/types.d.ts', './reader.js'),
  );
  await copy('web/embed/protocol.d.ts', 'package/frame.d.ts', (text) =>
    text.replaceAll('../reader/types.d.ts', './reader.js').replaceAll('../element/types.d.ts', './pneumo-scope.js'),
  );
  await bundle(
    'dist/package',
    ['reader/reader', 'worker/worker', 'cli/cli', 'embed/frame', 'results/fhir', 'results/dicom'],
    ['element/pneumo-scope'],
  );
}

/** The site: the page, what it keeps for use offline, and the edition in one file. */
async function writeSite() {
  await copy('web/page/manifest.webmanifest', 'manifest.webmanifest');
  await cp(new URL('web/site/icons/', root), new URL('icons/', dist), { recursive: true });
  const outputs = await bundle(
    'dist',
    ['reader/reader', 'worker/worker'],
    ['page/app', 'embed/embed', 'element/pneumo-scope'],
  );
  await build({ ...options, outdir: 'dist', entryPoints: { style: 'web/site/style.css' } });
  await writePage(importsOf('dist/app.js', outputs).map((path) => path.replace('dist/', '')));
  await copy('web/embed/embed.html', 'embed.html', (text) =>
    text.replace('%CSP%', META_POLICY).replace('%EMBEDDERS%', process.env.PNEUMOSCOPE_EMBEDDERS ?? "'self'"),
  );
  await writeSingleFile(folder, `model/${listed[0].file}`, options, [withoutComments, styleText]);
  bundled.push(...(await writeServiceWorker(folder)));
}

/**
 * Left readable, not minified: what a page does with a patient's film should be open to inspection.
 * @returns {Promise<import('esbuild').BuildOptions>}
 */
async function bundleOptions() {
  const languages = (await readdir(new URL('web/element/messages/', root)))
    .map((name) => name.replace('.js', ''))
    .sort();
  return {
    absWorkingDir: fileURLToPath(root),
    bundle: true,
    format: 'esm',
    target: ['es2022'],
    charset: 'utf8', // readable, and half the weight of \u escapes for Chinese and Hindi
    external: ['node:*', ...Object.keys(peerDependencies)],
    plugins: [readerExternal, withoutComments],
    define: {
      __VERSION__: JSON.stringify(version),
      __SAMPLES__: JSON.stringify(samples),
      __LANGUAGES__: JSON.stringify(languages),
      __SELF_TEST__: JSON.stringify(`./${selfTest}`),
      __MODELS__: JSON.stringify(models),
    },
    logLevel: 'warning',
  };
}

/** The listed models with what they say of themselves, their hash, and what they must say of the self-test's film. */
async function describeModels() {
  const at = (/** @type {string} */ path) => new URL(path, root);
  const models = listed.map(async (model) => {
    const file = `model/${model.file}`;
    return { ...model, file, ...(await referenceOf(at('build/wasm/oracle.mjs'), at(file), new URL(selfTest, dist))) };
  });
  const described = await Promise.all(models);
  await writeFile(new URL('model/models.json', dist), JSON.stringify(described, null, 1));
  return described;
}

/**
 * @param {string} outdir @param {string[]} whole scripts that hold all they need
 * @param {string[]} page those of a page, which share what they have in common and may be imported without a document
 * @returns {Promise<import('esbuild').Metafile['outputs']>} of the latter
 */
async function bundle(outdir, whole, page) {
  const { metafile: first } = await build({ ...options, outdir, entryPoints: entries(whole), metafile: true });
  const { metafile } = await build({
    ...options,
    outdir,
    entryPoints: entries(page),
    splitting: true,
    plugins: [readerExternal, withoutComments, styleText],
    inject: [fileURLToPath(new URL('without-document.js', import.meta.url))],
    metafile: true,
  });
  bundled.push(...Object.keys(first.inputs), ...Object.keys(metafile.inputs));
  return metafile.outputs;
}

/** Each script lies in the folder itself, whatever room it comes from. @param {string[]} paths @returns {Record<string, string>} */
function entries(paths) {
  return Object.fromEntries(paths.map((path) => [path.split('/')[1], `web/${path}.js`]));
}

/** @param {string} script @param {import('esbuild').Metafile['outputs']} outputs @returns {string[]} what it cannot begin without */
function importsOf(script, outputs) {
  const found = new Set([script]);
  for (const path of found)
    for (const { path: next, kind } of outputs[path]?.imports ?? []) if (kind === 'import-statement') found.add(next);
  return [...found].slice(1);
}

/** The page names its scripts, so that on a poor line they come side by side. @param {string[]} scripts */
async function writePage(scripts) {
  const page = await readFile(new URL('web/page/index.html', root), 'utf8');
  const hints = scripts.map((path) => `<link rel="modulepreload" href="${path}" />`).join('\n    ');
  await writeFile(new URL('index.html', dist), page.replace('%CSP%', META_POLICY).replace('%SCRIPTS%', hints));
}

/** What was measured of the model, or null, so that the page need not ask in vain. */
async function writeMetrics() {
  const metrics = await readFile(new URL('model/metrics.json', root), 'utf8').catch(() => 'null');
  await mkdir(new URL('model/', dist), { recursive: true });
  await writeFile(new URL('model/metrics.json', dist), metrics);
}

/** @returns {Promise<string[]>} paths of the sample films inside dist/ */
async function copySamples() {
  const names = (await readdir(new URL('web/samples/', root))).filter((name) => /\.(png|jpg)$/.test(name)).sort();
  for (const name of names) await copy(`web/samples/${name}`, `samples/${name}`);
  return names.map((name) => `samples/${name}`);
}

/** @param {string} name of one of the engine's modules */
async function copyEngine(name) {
  const complaint = 'The engine is not built (npm run build does it)';
  await copyBuilt(`build/wasm/${name}.wasm`, `engine/${name}.wasm`, complaint);
  await copyBuilt(`build/wasm/${name}.mjs`, `engine/${name}.mjs`, complaint, (text) => portable(text, name));
}

/** @param {string} from @param {string} to @param {string} complaint @param {(text: string) => string} [change] */
async function copyBuilt(from, to, complaint, change) {
  await copy(from, to, change).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    console.error(`${complaint}: there is no ${from}.`);
    process.exit(1);
  });
}

/** @param {string} from @param {string} to @param {(text: string) => string} [change] */
async function copy(from, to, change) {
  const [source, target] = [new URL(from, root), new URL(to, dist)];
  if (!change) return cp(source, target, { preserveTimestamps: true });
  const text = change(await readFile(source, 'utf8'));
  await mkdir(new URL('.', target), { recursive: true });
  await writeFile(target, text);
}
