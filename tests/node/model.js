// The shipped model with other words in its file: the metadata of safetensors are a part of its JSON header.

import { readFileSync } from 'node:fs';
import { DIST, MODEL } from './package.js';

/** @param {Record<string, string>} metadata put over those of the shipped model @returns {Buffer} a model file */
export function modelWith(metadata) {
  const file = readFileSync(`${DIST}${MODEL}`);
  const end = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, end));
  Object.assign(header.__metadata__, metadata);
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, file.subarray(end)]);
}
