// Prints what the package makes of seven films, by variant and precision, as JSON: arm64.test.js runs it on two processors.

import { readdirSync, readFileSync } from 'node:fs';
import { createReader } from 'pneumoscope';
import { cases } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import { films as drawn } from '../fixtures/same-bits.js';

const samples = new URL('../../web/samples/', import.meta.url);
const films = [
  ...readdirSync(samples)
    .filter((name) => /\.(png|jpg)$/.test(name))
    .map((name) => readFileSync(new URL(name, samples))),
  readFileSync(new URL('../fixtures/images/progressive.jpg', import.meta.url)),
  cases()['JPEG-LS'].bytes,
  greyPng({ depth: 16 }),
  drawn()[0],
];

/** @type {Record<string, (number | null)[]>} */
const logits = {};
for (const precision of /** @type {const} */ (['int8', 'f32']))
  for (const [variant, threads] of /** @type {const} */ ([
    ['simd', 1],
    ['relaxed', 1],
    ['simd-threads', 2],
    ['relaxed-threads', 2],
  ])) {
    const reader = await createReader({ precision, variant, threads, viewSide: 0 });
    const { engine } = reader;
    const key = `${precision}, ${engine.variant}, ${engine.threads}`;
    logits[key] = [];
    for (const film of films) logits[key].push((await reader.read(film)).logit);
    reader.close();
  }
console.log(JSON.stringify({ machine: process.arch, logits }));
