// Who may include or import whom: the rooms of src/ and web/, from the top down. An arrow that runs up, a circle between rooms
// or a second file that touches the wasm heap fails here.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A room's files are those under its folder; `.` is what lies in src/ itself, by name. Beside it: whom it may include. */
const SRC = {
  'wasm.c': ['pneumoscope.h'],
  'wasm_codecs.c': ['image/dicom/codecs'],
  'pneumoscope.c': ['pneumoscope.h', 'image', 'model', 'network', 'findings'],
  findings: ['model', 'network', 'status'],
  network: ['model', 'kernels', 'status', 'bytes.h'],
  'kernels/xnnpack.c': ['kernels'],
  kernels: ['kernels/simd'],
  model: ['status', 'bytes.h', 'decimal'],
  image: ['status', 'bytes.h', 'decimal'],
  status: ['pneumoscope.h'],
  decimal: [],
};

const WEB = {
  page: ['element', 'reader', 'results', 'site'],
  embed: ['element', 'reader'],
  cli: ['reader', 'results', 'element/files.js'],
  element: ['reader', 'site/style'],
  results: ['reader/overlay.js', 'reader/errors.js'],
  reader: ['worker'],
  worker: ['reader'],
  build: ['page', 'element', 'reader', 'results', 'worker', 'cli', 'site'],
  site: [],
};

/** What both sides of the wall between page and worker may know: plain values, and what starts the worker. */
const SHARED_WITH_THE_WORKER = [
  'errors.js',
  'options.js',
  'models.js',
  'own-scripts.js',
  'platform.js',
  'types.d.ts',
].map((name) => `reader/${name}`);

/** @param {string} folder @param {RegExp} kind @returns {string[]} paths in it */
function filesIn(folder, kind) {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map(String)
    .filter((name) => kind.test(name))
    .sort();
}

/** @param {string} path @param {string} room whether the file is the room, or lies in it */
const liesIn = (path, room) => path === room || path.startsWith(`${room}/`) || path.replace(/\.[ch]$/, '') === room;

/** The room of a file: the longest name that holds it. @param {string} path @param {object} rooms */
function roomOf(path, rooms) {
  return Object.keys(rooms)
    .filter((room) => liesIn(path, room))
    .sort((a, b) => b.length - a.length)[0];
}

/** @param {[string, string][]} arrows @param {Record<string, string[]>} rooms @returns {string[]} those that are not allowed */
function forbidden(arrows, rooms) {
  return arrows
    .filter(([from, to]) => {
      const room = roomOf(from, rooms);
      return !room || !(liesIn(to, room.split('/')[0]) || rooms[room].some((allowed) => liesIn(to, allowed)));
    })
    .map(([from, to]) => `${from} -> ${to}`);
}

/** @param {[string, string][]} arrows between files @returns {string | null} a circle, if there is one */
function circle(arrows) {
  /** @type {Map<string, string[]>} */
  const next = new Map();
  for (const [from, to] of arrows) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set();
  const walk = (/** @type {string} */ at, /** @type {string[]} */ path) => {
    if (path.includes(at)) return [...path.slice(path.indexOf(at)), at].join(' -> ');
    if (done.has(at)) return null;
    for (const to of next.get(at) ?? []) {
      const found = walk(to, [...path, at]);
      if (found) return found;
    }
    done.add(at);
    return null;
  };
  for (const from of next.keys()) {
    const found = walk(from, []);
    if (found) return found;
  }
  return null;
}

/** @returns {[string, string][]} */
function includes() {
  return filesIn('src', /\.[ch]$/).flatMap((file) =>
    [...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(/^#include "([^"]+)"/gm)].map(
      ([, to]) => /** @type {[string, string]} */ ([file, to]),
    ),
  );
}

/** Of values, not of types. @returns {[string, string][]} */
function imports() {
  return filesIn('web', /\.js$/).flatMap((file) =>
    [
      ...readFileSync(join(ROOT, 'web', file), 'utf8').matchAll(/^(?:import|export)\b[^;]*?(?:from )?'(\.[^']+)'/gm),
    ].map(([, to]) => /** @type {[string, string]} */ ([file, normalize(join(dirname(file), to))])),
  );
}

test('includes in src/ run down, and in no circle', () => {
  const arrows = includes();
  assert.ok(arrows.length > 80);
  assert.deepEqual(forbidden(arrows, SRC), []);
  assert.equal(circle(arrows), null);
});

test('imports in web/ run down, and in no circle', () => {
  const arrows = imports();
  assert.ok(arrows.length > 80);
  assert.deepEqual(forbidden(arrows, WEB), []);
  assert.equal(circle(arrows), null);
  const across = arrows.filter(([from, to]) => from.startsWith('worker/') && to.startsWith('reader/'));
  assert.deepEqual(
    across.filter(([, to]) => !SHARED_WITH_THE_WORKER.includes(to)),
    [],
  );
});

test('XNNPACK and stb_image are each named by one file, and each wasm heap is touched by one', () => {
  const naming = (/** @type {string} */ folder, /** @type {RegExp} */ kind, /** @type {RegExp} */ words) =>
    filesIn(folder, kind).filter((file) => words.test(readFileSync(join(ROOT, folder, file), 'utf8')));
  assert.deepEqual(naming('src', /\.[ch]$/, /#include <xnnpack/), ['kernels/xnnpack.c']);
  assert.deepEqual(naming('src', /\.[ch]$/, /#include <stb_image/), ['image/stb.c']);
  assert.deepEqual(naming('web', /\.js$/, /\.HEAP(U?8|U?16|U?32|F32|F64)|_malloc\(/), [
    'worker/codecs.js', // of its own module
    'worker/engine.js',
  ]);
});

test('the rules themselves can fail', () => {
  assert.deepEqual(forbidden([['image/levels.c', 'network/network.h']], SRC), ['image/levels.c -> network/network.h']);
  assert.deepEqual(forbidden([['reader/queue.js', 'element/store.js']], WEB), ['reader/queue.js -> element/store.js']);
  assert.equal(
    circle([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ]),
    'a -> b -> c -> a',
  );
});
