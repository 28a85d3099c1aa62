// The built package as the tests use it.

import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { relaxedSimd } from 'wasm-feature-detect';

export const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** What npm packs. */
export const PACKAGE = join(DIST, 'package/');

/** As the package lists them, the usual one first. @type {{ file: string, name: string, precision: 'f32' | 'int8', sha256: string, logit: number }[]} */
export const MODELS = JSON.parse(readFileSync(join(DIST, 'model/models.json'), 'utf8'));
export const MODEL = MODELS[0].file;
export const hasRelaxedSimd = await relaxedSimd();

/** @param {import('node:test').TestContext} test @returns {Promise<string>} a folder that goes when the test ends */
export async function temporaryFolder(test) {
  const folder = await mkdtemp(join(tmpdir(), 'pneumoscope-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A copy of the package's worker, engine and model for a test to damage.
 * @param {import('node:test').TestContext} test
 * @returns {Promise<{ folder: string, assets: URL }>} `assets` is for createReader
 */
export async function packageCopy(test) {
  const folder = await temporaryFolder(test);
  for (const part of ['worker.js', 'engine', 'model'])
    await cp(join(PACKAGE, part), join(folder, part), { recursive: true });
  return { folder, assets: pathToFileURL(`${folder}/`) };
}
