// Operating points and scope: what the engine decides, at every boundary, and that decide() says the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReader, decide } from 'pneumoscope';
import { flatPng, greyPng } from '../fixtures/images.js';
import { anyScope, modelWith } from '../fixtures/model-file.js';

const film = greyPng();

/** @param {import('node:test').TestContext} t @param {import('pneumoscope').ReaderOptions} options */
async function openReader(t, options) {
  const reader = await createReader({ threads: 1, ...options });
  t.after(() => reader.close());
  return reader;
}

/** The next number above that 32 bits can hold. @param {number} value */
function nextFloat(value) {
  const bits = new Uint32Array(new Float32Array([value]).buffer);
  bits[0]++;
  return new Float32Array(bits.buffer)[0];
}

/** Points around a probability, with what each must decide about it. @param {number} p */
function pointsAround(p) {
  const above = nextFloat(p);
  const below = p - (above - p);
  return [
    { name: 'at-the-threshold', threshold: p, expected: 'pneumonia' },
    { name: 'just-below', threshold: above, expected: 'normal' },
    { name: 'inside', threshold: p, uncertain: [below, above], expected: 'uncertain' },
    { name: 'where-it-begins', threshold: above, uncertain: [p, above], expected: 'uncertain' },
    { name: 'where-it-ends', threshold: below, uncertain: [below, p], expected: 'pneumonia' },
    { name: 'under-it', threshold: 1, uncertain: [above, 1], expected: 'normal' },
    { name: 'over-it', threshold: 0, uncertain: [0, below], expected: 'pneumonia' },
    { name: 'no-band', threshold: 0, uncertain: [0, 0], expected: 'pneumonia' },
  ];
}

const scopes = /** @type {const} */ ([
  ['no scope statistics', undefined, null],
  ['a film in scope', anyScope(1e9), null],
  ['a film out of scope', anyScope(1e-9), 'unlike-training'],
]);

for (const [name, scope, reason] of scopes)
  test(`${name}: every point decides as it should, in the engine and in decide()`, async (t) => {
    const { probability } = await (await openReader(t, { model: await modelWith({ scope }) })).read(film);
    const cases = pointsAround(probability);
    const model = await modelWith({ scope, points: cases });
    for (const { name: operatingPoint, expected, ...point } of cases) {
      const reader = await openReader(t, { model, operatingPoint });
      const findings = await reader.read(film);
      assert.equal(findings.decision, reason ? 'out-of-scope' : expected, operatingPoint);
      assert.equal(findings.operatingPoint, operatingPoint);
      assert.equal(findings.threshold, point.threshold);
      assert.deepEqual(findings.uncertain, point.uncertain ?? [point.threshold, point.threshold]);
      assert.equal(findings.scope.reason, reason);
      assert.equal(findings.scope.score === null, scope === undefined);
      assert.equal((findings.scope.score ?? 0) > 1, reason !== null);
      for (const other of reader.model.operatingPoints) {
        const wanted = cases.find((one) => one.name === other.name)?.expected;
        assert.equal(decide(findings, other), reason ? 'out-of-scope' : wanted, other.name);
      }
      const blank = await reader.read(flatPng());
      assert.deepEqual([blank.decision, blank.scope.reason], ['out-of-scope', 'blank']);
      assert.ok(blank.probability > 0 && blank.probability < 1);
      assert.equal(decide(blank, reader.model.operatingPoints[0]), 'out-of-scope');
      reader.close();
    }
  });

test('the model names its points and what they were measured on', async (t) => {
  const points = [
    { name: 'balanced', threshold: 0.5, uncertain: [0.25, 0.75], sensitivity: 0.875, specificity: 0.75 },
    { name: 'high-sensitivity', threshold: 0.125 },
  ];
  const reader = await openReader(t, {
    model: await modelWith({ points, metadata: { operating_points_measured: 'Two films.' } }),
  });
  assert.deepEqual(reader.model.operatingPoints, [
    points[0],
    { ...points[1], uncertain: [0.125, 0.125], sensitivity: null, specificity: null },
  ]);
  assert.equal(reader.model.measuredOn, 'Two films.');
  assert.equal((await reader.read(film)).operatingPoint, 'balanced');
});

test('a point that the model has not is refused with the names that it has', async () => {
  const model = await modelWith({ points: ['a', 'b'].map((name) => ({ name, threshold: 0.5 })) });
  await assert.rejects(createReader({ model, operatingPoint: 'c' }), {
    code: 'bad-argument',
    message: 'The model has no operating point "c"; it has a, b.',
  });
  const wrong = /** @type {any} */ ({ model, operatingPoint: 1 });
  await assert.rejects(createReader(wrong), { code: 'bad-argument', message: /^operatingPoint must be a name/ });
});

test('statistics that do not fit are refused with a sentence', async () => {
  const narrow = { ...anyScope(1), mean: [0, 0], basis: [[0, 0]] };
  await assert.rejects(createReader({ model: await modelWith({ scope: narrow }) }), {
    code: 'bad-model',
    message: /"scope\.mean" has the shape \[2\]; \[1280\] would fit/,
  });
  await assert.rejects(createReader({ model: await modelWith({ scope: anyScope(0) }) }), {
    code: 'bad-model',
    message: /"scope_limit" as "0"/,
  });
});
