// The built package as the tests use it.

import { spawn } from 'node:child_process';
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

/** Runs the command line. @param {string[]} args @param {string} [cli] @param {Record<string, string>} [env] besides what there is
 * @returns {Promise<{ status: number | null, stdout: string, stderr: string }>} */
export function runCli(args, cli = join(PACKAGE, 'cli.js'), env = {}) {
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (output.stdout += text));
  child.stderr.on('data', (text) => (output.stderr += text));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...output })));
}

/** What --json printed. @param {string} stdout @returns {any[]} */
export const objects = (stdout) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
