// Bytes over the wire, each file compressed by itself with brotli at its best, as a server would have it ready.

import { readFileSync } from 'node:fs';
import { constants, brotliCompressSync } from 'node:zlib';

const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } };

/** @param {string} file */
const weigh = (file) => brotliCompressSync(readFileSync(file), options).length;

/** @param {string[]} files @returns {number} bytes */
export const weighAll = (files) => files.reduce((sum, file) => sum + weigh(file), 0);
