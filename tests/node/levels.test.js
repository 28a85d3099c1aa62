// A film is the same film in any grey scale: through files, through samples, in both precisions.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { decode, encode } from 'fast-png';
import { createReader } from 'pneumoscope';
import { MODELS } from '../fixtures/package.js';

const FILMS = ['synthetic-normal-20.png', 'synthetic-pneumonia-1.png'];
const film = async (/** @type {string} */ name) => {
  const { width, height, data } = decode(await readFile(new URL(`../../web/samples/${name}`, import.meta.url)));
  return { width, height, data: Uint8Array.from(data) };
};

/** Linear rescalings of 8-bit greys, the bits of the file and of its samples; `steps` is how many of the 256 are left. */
const SCALES = {
  '16 bits': { bits: 16, to: (/** @type {number} */ grey) => 257 * grey },
  '12 in 16 bits': { bits: 16, to: (/** @type {number} */ grey) => 16 * grey },
  '10 in 16 bits': { bits: 16, to: (/** @type {number} */ grey) => 4 * grey },
  'a sixteenth of the range, from the middle': { bits: 16, to: (/** @type {number} */ grey) => 30000 + 16 * grey },
  'contrast halved, in 8 bits': {
    bits: 8,
    to: (/** @type {number} */ grey) => Math.round(64 + grey / 2),
    coarse: true,
  },
};

for (const { precision } of MODELS)
  test(`${precision}: a film and its linear rescalings give one decision, and one logit where no step is lost`, async (t) => {
    const reader = await createReader({ precision, threads: 1 });
    t.after(() => reader.close());
    for (const name of FILMS) {
      const { width, height, data } = await film(name);
      const plain = await reader.read(encode({ width, height, data, channels: 1 }));
      for (const [scale, { bits, to, coarse }] of Object.entries(SCALES)) {
        const samples = (bits === 16 ? Uint16Array : Uint8Array).from(data, to);
        const read = await reader.read(encode({ width, height, data: samples, depth: bits, channels: 1 }), {
          view: true,
        });
        assert.equal(read.decision, plain.decision, `${name}, ${scale}`);
        assert.equal(read.scope.reasons.includes('blank'), false, `${name}, ${scale}: there is a picture beneath`);
        const off = Math.abs(read.logit - plain.logit);
        assert.ok(off <= (coarse ? 0.25 : 0.02), `${name}, ${scale}: ${read.logit} and ${plain.logit}`);
        const [least, most] = [0, 255].map((grey) => to(grey) / (2 ** bits - 1));
        assert.ok(
          read.view &&
            read.view.black >= least - 1e-6 &&
            read.view.white <= most + 1e-6 &&
            read.view.black < read.view.white,
        );
      }
    }
  });

test('grey samples are read as the file that holds them', async (t) => {
  const reader = await createReader({ threads: 1 });
  t.after(() => reader.close());
  const { width, height, data } = await film(FILMS[1]);
  const twelve = Uint16Array.from(data, (grey) => 16 * grey + 15);
  const file = await reader.read(encode({ width, height, data: twelve, depth: 16, channels: 1 }));
  const { logit, bits, decision } = await reader.read({ data: twelve, width, height, bits: 12 });
  assert.ok(Math.abs(logit - file.logit) < 0.02, `${logit} and ${file.logit}`);
  assert.deepEqual([bits, decision, twelve.length], [12, file.decision, width * height]);
  for (const wrong of [{ width: width + 1 }, { bits: 17 }, { bits: 0 }])
    await assert.rejects(reader.read({ data: twelve, width, height, bits: 12, ...wrong }), { code: 'bad-argument' });
});

test('one grey, fewer than eight steps and noise are blank', async (t) => {
  const reader = await createReader({ threads: 1 });
  t.after(() => reader.close());
  let state = 1;
  const noise = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  const blanks = { 'one grey': () => 90, 'few steps': (/** @type {number} */ i) => 100 + Math.floor(i / 20000), noise };
  for (const [what, grey] of Object.entries(blanks)) {
    const data = Uint8Array.from({ length: 300 * 300 }, (_, i) => grey(i));
    const { decision, scope } = await reader.read(encode({ width: 300, height: 300, data, channels: 1 }));
    assert.equal(decision, 'out-of-scope', what);
    assert.ok(scope.reasons.includes('blank') && scope.reason === 'blank', `${what}: ${scope.reasons}`);
  }
});
