// Who may include or import whom: the rooms of src/ and web/, from the top down. An arrow that runs up, a circle between rooms
// or a second file that touches the wasm heap fails here.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { KINDS } from '../../web/reader/kinds.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A room's files are those under its folder; `.` is what lies in src/ itself, by name. Beside it: whom it may include. */
const SRC = {
  'wasm.c': ['pneumoscope.h', 'contract_layout'],
  'wasm_codecs.c': ['image/dicom/codecs'],
  'pneumoscope.c': ['pneumoscope.h', 'reading', 'image', 'status'],
  reading: ['image', 'model', 'network/network.h', 'findings', 'status'],
  findings: ['model', 'network/network.h', 'status'],
  network: ['model', 'kernels/ops.h', 'kernels/panels.h', 'status', 'bytes.h'],
  kernels: ['kernels/f32', 'kernels/int8', 'kernels/simd'],
  'kernels/f32': ['kernels/ops.h', 'kernels/simd'],
  'kernels/int8': ['kernels/ops.h', 'kernels/panels.h', 'kernels/simd'],
  'kernels/reference': ['kernels/ops.h', 'kernels/panels.h'],
  'kernels/simd': [],
  model: ['status', 'bytes.h', 'decimal'],
  image: ['status', 'bytes.h', 'decimal'],
  status: ['pneumoscope.h', 'contract_words'],
  decimal: [],
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

const WEB = {
  page: ['element', 'view', 'desk', 'validate', 'reader', 'results'],
  embed: ['element', 'view/define.js', 'reader'],
  cli: ['validate', 'reader', 'results', 'formats'],
  element: ['view', 'desk', 'reader'],
  view: ['desk', 'validate', 'reader', 'formats', 'contract/contract.js'],
  desk: ['validate', 'reader', 'results'],
  validate: ['reader', 'results'],
  results: ['reader/decide.js', 'reader/overlay.js', 'reader/errors.js', 'reader/patients.js'],
  contract: [],
  reader: ['contract/contract.js', 'worker/assets.js'], // the rest by messages
  formats: ['reader/errors.js', 'reader/kinds.js'],
  worker: ['contract/contract.js', ...SHARED_WITH_THE_WORKER],
  build: ['page', 'desk', 'reader', 'worker', 'site', 'formats'],
  site: [],
};

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
      return !room || !(roomOf(to, rooms) === room || rooms[room].some((allowed) => liesIn(to, allowed)));
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

const INCLUDE = /^\s*#\s*include\s*["<]([^">]+)[">]/gm;
/** Of values, not of types: a type's import() stands in a comment, in braces. */
const IMPORT = /^(?:import|export)\b[^;]*?(?:from )?'(\.[^']+)'|(?<!\{[^}\n]*)\bimport\(\s*'(\.[^']+)'/gm;

/** @param {string} text of a C file @returns {string[]} */
const included = (text) => [...text.matchAll(INCLUDE)].map(([, to]) => to);

/** @param {string} text of a script @returns {string[]} */
const imported = (text) => [...text.matchAll(IMPORT)].map(([, at, later]) => at ?? later);

/** @returns {[string, string][]} */
function includes() {
  const files = filesIn('src', /\.[ch]$/);
  return files.flatMap((file) =>
    included(readFileSync(join(ROOT, 'src', file), 'utf8'))
      .filter((to) => files.includes(to))
      .map((to) => /** @type {[string, string]} */ ([file, to])),
  );
}

/** @returns {[string, string][]} */
function imports() {
  return filesIn('web', /\.js$/).flatMap((file) =>
    imported(readFileSync(join(ROOT, 'web', file), 'utf8')).map(
      (to) => /** @type {[string, string]} */ ([file, normalize(join(dirname(file), to))]),
    ),
  );
}

/** @param {[string, string][]} arrows between files @param {(file: string) => string} roomOf @returns {[string, string][]} */
const betweenRooms = (arrows, roomOf) =>
  arrows
    .map(([from, to]) => /** @type {[string, string]} */ ([roomOf(from), roomOf(to)]))
    .filter(([from, to]) => from !== to);

test('includes in src/ run down, and in no circle', () => {
  const arrows = includes();
  assert.ok(arrows.length > 80);
  assert.deepEqual(forbidden(arrows, SRC), []);
  assert.equal(circle(arrows), null);
  // A kernel's rooms are closed to one another; between kernels/ and them stands ops.h, which lies in it for want of a better place.
  const room = (/** @type {string} */ file) => (roomOf(file, SRC) ?? file).replace(/^kernels\/.*/, 'kernels');
  assert.equal(circle(betweenRooms(arrows, room)), null);
});

test('imports in web/ run down, and in no circle', () => {
  const arrows = imports();
  assert.ok(arrows.length > 80);
  assert.deepEqual(forbidden(arrows, WEB), []);
  assert.equal(circle(arrows), null);
  const room = (/** @type {string} */ file) =>
    SHARED_WITH_THE_WORKER.includes(file) ? 'shared' : (roomOf(file, WEB) ?? file);
  assert.equal(circle(betweenRooms(arrows, room)), null);
});

test('XNNPACK and stb_image are each named by one file, and the wasm heaps are touched by one', () => {
  const naming = (/** @type {string} */ folder, /** @type {RegExp} */ kind, /** @type {RegExp} */ words) =>
    filesIn(folder, kind).filter((file) => words.test(readFileSync(join(ROOT, folder, file), 'utf8')));
  assert.deepEqual(naming('src', /\.[ch]$/, /#include <xnnpack/), ['kernels/xnnpack.c']);
  assert.deepEqual(naming('src', /\.[ch]$/, /#include <stb_image/), ['image/stb.c']);
  const heap = /\bHEAP(U?8|U?16|U?32|F32|F64)\b|\bwasmMemory\b|_malloc\(/;
  assert.deepEqual(naming('src', /\.[ch]$/, /\bHEAPU?\d/), [
    'image/dicom/codecs/fetched.c', // hands a film to the codecs' module
  ]);
  assert.deepEqual(naming('web', /\.js$/, heap), ['worker/heap.js']);
});

test('the page and the engine know the same kinds of file by the same first bytes', () => {
  const table = readFileSync(join(ROOT, 'src/image/formats.c'), 'utf8');
  const rows = [...table.matchAll(/\{"([\w-]+)", "[^"]+"[^,]*, (\d+), "([^"]+)", \d+/g)].map(([, kind, at, magic]) => ({
    ...{ kind, at: Number(at) },
    magic: magic
      .replace('" "', '')
      .replace(/\\x(..)|\\(.)/g, (_, code, one) =>
        code
          ? String.fromCharCode(parseInt(code, 16))
          : /\d/.test(one)
            ? String.fromCharCode(one)
            : JSON.parse(`"\\${one}"`),
      ),
  }));
  assert.equal(rows.length, KINDS.length);
  for (const [i, [kind, , at, magic]] of KINDS.entries()) {
    assert.deepEqual([rows[i].kind, rows[i].at], [kind, at]);
    assert.ok(rows[i].magic.startsWith(magic), kind);
  }
});

test('the rules themselves can fail', () => {
  assert.deepEqual(forbidden([['image/levels.c', 'network/network.h']], SRC), ['image/levels.c -> network/network.h']);
  for (const [from, to] of /** @type {[string, string][]} */ ([
    ['kernels/f32/tile.h', 'kernels/int8/tile.h'],
    ['kernels/reference/f32.c', 'kernels/f32/pack.h'],
    ['kernels/simd/f32.h', 'kernels/ops.h'],
    ['network/f32.c', 'kernels/xnnpack.h'],
    ['findings/findings.c', 'network/parts.h'],
  ]))
    assert.deepEqual(forbidden([[from, to]], SRC), [`${from} -> ${to}`]);
  for (const [from, to] of /** @type {[string, string][]} */ ([
    ['reader/queue.js', 'desk/store.js'],
    ['reader/queue.js', 'worker/engine.js'],
    ['worker/worker.js', 'reader/pool.js'],
  ]))
    assert.deepEqual(forbidden([[from, to]], WEB), [`${from} -> ${to}`]);
  assert.deepEqual(included('#include "a.h"\n# include <b.h>\n  #include\t"c.h"\n'), ['a.h', 'b.h', 'c.h']);
  assert.deepEqual(
    imported(
      "import a from './a.js';\n  x = () => import('./b.js');\n/** @type {import('./c.js').C} */\nexport {\n  d,\n} from './d.js';\n",
    ),
    ['./a.js', './b.js', './d.js'],
  );
  assert.deepEqual(
    betweenRooms(
      [
        ['a/1', 'a/2'],
        ['a/1', 'b/1'],
      ],
      (file) => file[0],
    ),
    [['a', 'b']],
  );
  assert.equal(
    circle([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ]),
    'a -> b -> c -> a',
  );
});
