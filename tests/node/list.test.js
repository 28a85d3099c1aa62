// The page's list, its exports and its arithmetic, without a browser.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { judged, listed, pointInForce, triage } from '../../web/desk/triage.js';
import { DIST } from '../fixtures/package.js';

const balanced = point('balanced', 0.5, [0.3, 0.7]);
const sensitive = point('high-sensitivity', 0.2, [0.2, 0.2]);

/** @param {string} name @param {number} threshold @param {[number, number]} uncertain */
function point(name, threshold, uncertain) {
  return { name, threshold, uncertain, sensitivity: null, specificity: null };
}

/** @param {number} id @param {number | null} probability null: not read @param {object} [more] @returns {any} */
function row(id, probability, more = {}) {
  const scope = { score: null, reason: null };
  const findings = probability === null ? null : { probability, scope, decision: 'normal' };
  return { id, name: `film ${id}`, state: findings ? 'read' : 'waiting', findings, trouble: null, ...more };
}

test('the list is sorted by what is answered: pneumonia, uncertain, not judged, clear; what is not read comes after', () => {
  const refused = row(2, 0.99);
  refused.findings.scope = { score: 3, reason: 'unlike-training' };
  const rows = [
    row(1, 0.2),
    refused,
    row(3, null),
    row(4, 0.9),
    row(5, null, { state: 'failed' }),
    row(6, 0.6),
    row(7, 0.9),
  ];
  assert.deepEqual(
    triage(rows, balanced).map(({ id }) => id),
    [4, 7, 6, 2, 1, 5, 3],
  );
});

test('another operating point changes decisions without another reading', () => {
  const { findings } = row(1, 0.4);
  assert.equal(judged(findings, balanced).decision, 'uncertain');
  assert.equal(judged(findings, sensitive).decision, 'pneumonia');
  assert.equal(judged(findings, sensitive).threshold, 0.2);
  const model = /** @type {any} */ ({ operatingPoints: [balanced, sensitive] });
  assert.equal(pointInForce(model, 'high-sensitivity'), sensitive);
  assert.equal(pointInForce(model, 'of another model'), balanced);
});

test('where answers are hidden, films are gone through in the order of coming, which tells nothing', () => {
  const rows = [row(1, 0.6), row(2, 0.99, { revealed: true }), row(3, 0.8)];
  const order = (/** @type {boolean} */ hides) =>
    listed({ rows, model: null, pointName: '', hides }).map(({ id, hidden = false }) => [id, hidden]);
  assert.deepEqual(order(false), [
    [2, false],
    [3, false],
    [1, false],
  ]);
  assert.deepEqual(order(true), [
    [1, true],
    [2, false],
    [3, true],
  ]);
});

test('at its start the page fetches at most 65 KB of scripts, gzipped, and 11 KB of words', (t) => {
  const texts = readdirSync(DIST)
    .filter((name) => name.endsWith('.js'))
    .map((name) => ({ name, text: readFileSync(DIST + name, 'utf8') }));
  /** @param {string} name @returns {string[]} a script and those it imports at once */
  const closure = (name) => {
    const { text } = /** @type {{ text: string }} */ (texts.find((one) => one.name === name));
    const imports = [...text.matchAll(/^(?:import|export)[^;]*?from "\.\/([^"]+)"|^import "\.\/([^"]+)"/gm)];
    return [name, ...imports.flatMap(([, from, bare]) => closure(from ?? bare))];
  };
  const weigh = (/** @type {string} */ name) => gzipSync(readFileSync(DIST + name), { level: 9 }).length;
  const scripts = [...new Set(closure('app.js'))];
  assert.ok(scripts.includes('reader.js') && scripts.length > 2, String(scripts));
  const messages = readdirSync(new URL('../../web/view/messages/', import.meta.url)).map((name) =>
    name.replace('.js', '-'),
  );
  const languages = texts.map(({ name }) => name).filter((name) => messages.some((start) => name.startsWith(start)));
  assert.ok(languages.length >= messages.length, String(languages));
  const total = scripts.reduce((sum, name) => sum + weigh(name), 0);
  const largest = Math.max(...languages.map(weigh));
  t.diagnostic(`${total} bytes of scripts, ${largest} of words`);
  assert.ok(total <= 65_000 && largest <= 11_000, `${total} bytes of scripts, ${largest} of words`);
});
