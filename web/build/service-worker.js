// Writes a site's service worker: web/site/sw.js with its part of Workbox in one file, and the list of what it may keep.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { injectManifest } from 'workbox-build';

const SOURCE = fileURLToPath(new URL('../site/sw.js', import.meta.url));

/** What lies in the folder and is nothing to the page, or what only the system asks for. */
const NOT_KEPT = ['package/**', 'embed.*', 'NOTICE', 'LICENSE', 'sbom.json', 'pneumoscope.html', 'icons/*.png'];

/**
 * Each file's revision and integrity are its SHA-256, so that one byte more or less makes a new version.
 * @param {string} folder of the site; gets sw.js
 * @returns {Promise<string[]>} paths of the scripts that are in it
 */
export async function writeServiceWorker(folder) {
  const swDest = join(folder, 'sw.js');
  const { outputFiles, metafile } = await build({
    metafile: true,
    entryPoints: [SOURCE],
    write: false,
    bundle: true,
    format: 'iife', // module service workers are too young
    target: ['es2022'],
    define: { 'process.env.NODE_ENV': '"production"' }, // without Workbox's console
    minify: true, // its cost counts, and its source is public: unlike the page's it never sees a film
    legalComments: 'none',
    logLevel: 'warning',
  });
  // The one address in it is part of a warning of Workbox's that this worker cannot give.
  await writeFile(swDest, outputFiles[0].text.replace('https://bit.ly/wb-precache', 'Workbox'));
  const { warnings } = await injectManifest({
    swSrc: swDest,
    swDest,
    globDirectory: folder,
    globPatterns: ['**/*'],
    globIgnores: NOT_KEPT,
    maximumFileSizeToCacheInBytes: Number.MAX_SAFE_INTEGER,
    manifestTransforms: [
      async (entries) => ({ manifest: await Promise.all(entries.map((one) => withHash(folder, one))) }),
    ],
  });
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return Object.keys(metafile.inputs);
}

/** @template {{ url: string }} Entry @param {string} folder @param {Entry} entry */
async function withHash(folder, entry) {
  const digest = createHash('sha256')
    .update(await readFile(join(folder, entry.url)))
    .digest();
  const [revision, integrity] = [digest.toString('hex').slice(0, 16), `sha256-${digest.toString('base64')}`];
  return { ...entry, revision, integrity };
}
