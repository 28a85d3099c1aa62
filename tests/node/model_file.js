// Model files for the tests: the shipped one with other metadata, and with scope statistics of the test's own.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST } from './package.js';

/**
 * @typedef {object} Changes
 * @property {object[]} [points] in place of the file's operating points
 * @property {Record<string, string>} [metadata] added to the file's, or in their place
 * @property {{ mean: number[], basis: number[][], weight: number[], residual: number, limit: number }} [scope] none in
 *   the file when left out
 */

/** @param {Changes} changes @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function modelWith({ points, metadata, scope }) {
  const { metadata: own, tensors } = parse(await readFile(join(DIST, 'model/pneumonia.safetensors')));
  const kept = tensors.filter(({ name }) => !name.startsWith('scope.'));
  const given = points ? { operating_points: JSON.stringify(points) } : {};
  if (!scope) return write({ ...own, ...given, ...metadata }, kept);
  const limits = { scope_residual: String(scope.residual), scope_limit: String(scope.limit) };
  return write({ ...own, ...given, ...limits, ...metadata }, [...kept, ...scopeTensors(scope)]);
}

/** @param {NonNullable<Changes['scope']>} scope */
function scopeTensors({ mean, basis, weight }) {
  const entries = /** @type {const} */ ([
    ['mean', [mean.length], mean],
    ['basis', [basis.length, mean.length], basis.flat()],
    ['weight', [weight.length], weight],
  ]);
  return entries.map(([name, shape, values]) => ({
    name: `scope.${name}`,
    dtype: 'F32',
    shape,
    data: new Uint8Array(new Float32Array(values).buffer),
  }));
}

/** @param {Buffer} file */
function parse(file) {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(file.toString('utf8', 8, start));
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ]) => ({
      name,
      dtype,
      shape,
      data: file.subarray(start + from, start + to),
    }),
  );
  return { metadata, tensors };
}

/** @param {Record<string, string>} metadata @param {ReturnType<typeof parse>['tensors']} tensors */
function write(metadata, tensors) {
  /** @type {Record<string, unknown>} */
  const header = { __metadata__: metadata };
  let end = 0;
  for (const { name, dtype, shape, data } of tensors)
    header[name] = { dtype, shape, data_offsets: [end, (end += data.length)] };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, ...tensors.map(({ data }) => data)]));
}

/** A check whose score is the squared length of the features over the limit: everything has one, above 0. */
export const anyScope = (/** @type {number} */ limit) => ({
  mean: Array(1280).fill(0),
  basis: [Array(1280).fill(0)],
  weight: [0],
  residual: 1,
  limit,
});
