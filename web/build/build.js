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

/** An entry of the package is not copied into what else imports it.
 * @param {string} entry @param {string} end of its name @returns {import('esbuild').Plugin} */
const external = (entry, end) => ({
  name: `${entry}-external`,
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`/${entry}\\.js$`) }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${entry}.${end}`, external: true },
    );
  },
});
const readerExternal = external('reader', 'js');
const onElement = (/** @type {string} */ end) => external('pneumo-scope', end);

/** The site's files are never moved. @type {import('esbuild').Plugin} */
const unmoved = {
  name: 'unmoved',
  setup({ onResolve }) {
    onResolve({ filter: /\/folder\.js$/ }, () => ({
      path: fileURLToPath(new URL('single/folder.js', import.meta.url)),
    }));
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
/** The package's types, and the entries that they describe. @type {Record<string, string>} */
const TYPES = {
  'reader/types.d.ts': 'reader',
  'element/types.d.ts': 'pneumo-scope',
  'element/react.d.ts': 'react',
  'embed/protocol.d.ts': 'frame',
  'results/fhir.d.ts': 'fhir',
  'results/dicom.d.ts': 'dicom',
};
const WITHOUT_DOCUMENT = fileURLToPath(new URL('without-document.js', import.meta.url));

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
await writeTiff();
await writePackage();
await writeCommandLine();
await writeSite();
await writeSbom(root, bundled, version, new URL('sbom.json', dist));
await copy('dist/sbom.json', 'package/sbom.json');

/** The decoder of TIFF, which the worker fetches as it fetches the engine. What of geotiff fetches files or decodes satellites' formats
 * stays out, and pako, since fflate is there. */
async function writeTiff() {
  const unused = /^(lerc|pako|web-worker|zstddec(\/.*)?)$|\/source\/remote\.js$/;
  const none =
    'export const inflate = 0, load = 0, makeRemoteSource = 0, makeCustomSource = 0, ZSTDDecoder = 0; export default 0;';
  /** @type {import('esbuild').Plugin} */
  const without = {
    name: 'without',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: unused }, () => ({ path: 'unused', namespace: 'unused' }));
      onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: none }));
    },
  };
  const { metafile, outputFiles } = await build({
    ...options,
    plugins: [without, withoutComments],
    entryPoints: ['web/formats/tiff.js'],
    write: false,
    minify: true,
    legalComments: 'none', // web/NOTICE has them
    metafile: true,
  });
  const text = outputFiles[0].text.replaceAll(/https?:\/\/github\.com\/geotiffjs\/geotiff\.js\/issues/g, 'geotiff'); // of its warnings
  await writeFile(new URL('engine/tiff.mjs', dist), text);
  bundled.push(...Object.keys(metafile.inputs).filter((path) => !path.startsWith('unused:')));
}

/** The npm package: the reader, the element, the command line, and nothing of the site. */
async function writePackage() {
  const to = new URL('package/', dist);
  for (const part of SHARED) await cp(new URL(part, dist), new URL(part, to), { recursive: true });
  for (const schema of ['findings', 'profile'])
    await copy(`web/reader/${schema}.schema.json`, `package/${schema}.schema.json`);
  for (const [types, entry] of Object.entries(TYPES))
    for (const end of ['js', 'cjs']) await copyTypes(types, entry, end);
  const whole = ['embed/frame', 'results/fhir', 'results/dicom'];
  await bundleReader('dist/package');
  await bundle('dist/package', [...whole, 'worker/worker'], ['element/pneumo-scope']);
  await bundleCommonJs('dist/package', ['reader/reader', ...whole, 'element/pneumo-scope']);
  await build({
    ...options,
    outdir: 'dist/package',
    entryPoints: entries(['element/react']),
    plugins: [onElement('js')],
  });
  await bundleCommonJs('dist/package', ['element/react'], [onElement('cjs')]);
}

/** @param {string} types @param {string} entry @param {string} end of the scripts that they describe */
function copyTypes(types, entry, end) {
  const named = (/** @type {string} */ text) =>
    Object.entries(TYPES).reduce((changed, [path, name]) => changed.replaceAll(`../${path}`, `./${name}.${end}`), text);
  return copy(`web/${types}`, `package/${entry}.d.${end === 'js' ? 'ts' : 'cts'}`, named);
}

/** The same once more for those who call require(): Jest, and whatever transforms imports into it. Each is whole.
 * @param {string} outdir @param {string[]} paths @param {import('esbuild').Plugin[]} [plugins] */
async function bundleCommonJs(outdir, paths, plugins = []) {
  await build({
    ...options,
    outdir,
    entryPoints: entries(paths),
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    define: { ...options.define, 'import.meta.url': 'scriptAddress' },
    banner: { js: "var scriptAddress = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [...plugins, external('reader', 'cjs'), withoutComments, styleText],
    inject: [WITHOUT_DOCUMENT],
  });
}

/** The command line, for Node alone: some of its libraries are CommonJS. */
async function writeCommandLine() {
  const banner =
    "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);";
  const { metafile } = await build({
    ...options,
    platform: 'node',
    entryPoints: entries(['cli/cli']),
    plugins: [readerExternal, withoutComments, styleText],
    outdir: 'dist/package',
    banner: { js: banner },
    metafile: true,
  });
  bundled.push(...Object.keys(metafile.inputs));
}

/** The site: the page, what it keeps for use offline, and the edition in one file. */
async function writeSite() {
  await copy('web/page/manifest.webmanifest', 'manifest.webmanifest');
  await cp(new URL('web/site/icons/', root), new URL('icons/', dist), { recursive: true });
  await bundleReader('dist', [unmoved]);
  const page = ['page/app', 'embed/embed', 'element/pneumo-scope'];
  const outputs = await bundle('dist', ['worker/worker'], page, [unmoved]);
  await build({ ...options, outdir: 'dist', entryPoints: { style: 'web/page/style.css' } });
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
  const languages = (await readdir(new URL('web/view/messages/', root))).map((name) => name.replace('.js', '')).sort();
  return {
    absWorkingDir: fileURLToPath(root),
    bundle: true,
    format: 'esm',
    target: ['es2022'],
    legalComments: 'none', // NOTICE has the licences; some of these name addresses
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

/** The reader, in parts: what few need, such as the explanations of errors, comes when it is needed.
 * @param {string} outdir @param {import('esbuild').Plugin[]} [plugins] */
async function bundleReader(outdir, plugins = []) {
  const { metafile } = await build({
    ...options,
    outdir,
    entryPoints: entries(['reader/reader']),
    splitting: true,
    plugins: [...plugins, readerExternal, withoutComments],
    metafile: true,
  });
  bundled.push(...Object.keys(metafile.inputs));
}

/**
 * @param {string} outdir @param {string[]} whole scripts that hold all they need
 * @param {string[]} page those of a page, which share what they have in common and may be imported without a document
 * @param {import('esbuild').Plugin[]} [plugins] of the latter
 * @returns {Promise<import('esbuild').Metafile['outputs']>} of the latter
 */
async function bundle(outdir, whole, page, plugins = []) {
  const { metafile: first } = await build({
    ...options,
    outdir,
    entryPoints: entries(whole),
    plugins: [readerExternal, withoutComments, styleText],
    metafile: true,
  });
  const { metafile } = await build({
    ...options,
    outdir,
    entryPoints: entries(page),
    splitting: true,
    plugins: [...plugins, readerExternal, withoutComments, styleText],
    inject: [WITHOUT_DOCUMENT],
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
