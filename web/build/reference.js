// What a model must say of the built-in sample: computed at build time by the engine's oracle, the plain C loops of
// src/kernels/reference/, which share no kernel with the engine that a user's machine runs. tests/node/pytorch.test.js holds
// the oracle's answer against PyTorch's.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Engine } from '../worker/engine.js';
import { LIMITS } from '../reader/options.js';

/**
 * @param {URL} oracle address of oracle.mjs @param {URL} model @param {URL} film
 * @returns {Promise<{ name: string, version: string, sha256: string, logit: number }>} of the model file, and what it says
 */
export async function referenceOf(oracle, model, film) {
  const [{ default: factory }, bytes, file] = await Promise.all([import(oracle.href), readFile(model), readFile(film)]);
  const engine = new Engine(await factory(), bytes, { threads: 1, viewSide: 0, limits: LIMITS });
  const { logit } = engine.read(file, {});
  const [name, version] = ['name', 'version'].map((key) => engine.metadata(key));
  return { name, version, sha256: createHash('sha256').update(bytes).digest('hex'), logit };
}
