// Where things lie, and which Node runs the Node rows.

import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

export const ROOT = path('');
export const DIST = path('dist/');
export const CACHE = path('.cache/bench/'); // peers, networks and films; git ignores it
export const BUILT = path('build/wasm/tests/bench/');
export const SHARED = path('../shared/bench/');
export const MODEL = path('model/pneumonia.safetensors');

/** What V8 is told, in Chromium and in Node. Without VNNI a newer processor computes like those that clinics have: none of
 * the engines has anything wider than AVX2 in WebAssembly. */
export const V8_FLAGS = process.argv.includes('--without-vnni') ? ['--no-enable-avx-vnni'] : [];

export const MODELS = { f32: MODEL, int8: path('model/pneumonia-int8.safetensors') };

const newerNode = path('.cache/node24/bin/node');

/** The newest Node at hand: Node 20 lacks relaxed SIMD. */
export const NODE = existsSync(newerNode) ? newerNode : process.execPath;
