// DICOM: every case of dicom.js and every file of ../shared/dicom, where that is, against what is right: natively under
// sanitizers, as WebAssembly, through the package; and that nothing of a patient gets out.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { createReader } from 'pneumoscope';
import { Engine } from '../../web/worker/engine.js';
import { codecsOf } from '../../web/worker/codecs.js';
import { cases, dicomFile, encapsulated, HEIGHT, WIDTH } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';
import { oddities } from '../fixtures/dicom-oddities.js';
import { DIST, PACKAGE, MODEL, temporaryFolder } from '../fixtures/package.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHARED = join(ROOT, '../shared/dicom');

/** The enums of pneumoscope.h, as bits. */
const SCOPE = [...['blank', 'modality', 'for-processing', 'unlike-training', 'view', 'body-part', 'age', 'too-small']];
const WARNINGS = [
  ...['colour', 'transparency', 'low-resolution', 'aspect', 'no-contrast', 'lateral', 'body-part', 'burned-in'],
  ...['multi-frame', 'secondary-capture', 'age', 'truncated'],
];
const named = (names, bits) => names.filter((_, bit) => bits & (1 << bit));

/** Of the picture, not of the file: the frames here are small. */
const OF_PIXELS = ['low-resolution', 'aspect', 'no-contrast', 'window', 'blank', 'unlike-training', 'too-small'];
const said = (names) => names.filter((name) => !OF_PIXELS.includes(name));

/** Programs that are tests/c/read_films.c, by the build that they are of. @type {Record<string, string[]>} */
const PROGRAMS = {
  'natively, under sanitizers': [join(ROOT, 'build/native-asan/tests/c/c_tests_read_films')],
  natively: [join(ROOT, 'build/native-gcc/tests/c/c_tests_read_films')],
  'as WebAssembly': [process.execPath, join(ROOT, 'build/wasm/tests/c/c_tests_simd_read_films.cjs')],
};

/** @returns {{ told: any[], values: (n: number) => Int32Array | null, grey: (n: number) => Uint16Array }} */
function readFilms([program, ...more], folder, files) {
  for (let n = 0; n < files.length; n++) rmSync(join(folder, `${n}.values`), { force: true });
  const { stdout, stderr, status } = spawnSync(program, [...more, folder, ...files], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  assert.equal(status, 0, stderr.slice(0, 2000));
  const bytes = (name) => {
    const { buffer, byteOffset, length } = readFileSync(join(folder, name));
    return buffer.slice(byteOffset, byteOffset + length);
  };
  return {
    told: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    values: (n) => (existsSync(join(folder, `${n}.values`)) ? new Int32Array(bytes(`${n}.values`)) : null),
    grey: (n) => new Uint16Array(bytes(`${n}.grey`)),
  };
}

function assertCase(name, { value, off = 0, grey, warnings = [], scope = [], reason }, told, values, greys) {
  assert.equal(told.reason, reason ?? '', `${name}: ${told.detail}`);
  if (reason) return assert.match(told.detail, /^[A-Z].*\.$/, name);
  assert.deepEqual([said(named(WARNINGS, told.warnings)), said(named(SCOPE, told.scope))], [warnings, scope], name);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const wanted = value(i % WIDTH, Math.floor(i / WIDTH));
    assert.ok(Math.abs(values[i] - wanted) <= off, `${name}: ${values[i]} at ${i}, not ${wanted}`);
    if (grey) assert.ok(Math.abs(greys[i] - 65535 * grey(values[i])) <= 1, `${name}: grey ${greys[i]} of ${values[i]}`);
  }
}

for (const [build, program] of Object.entries(PROGRAMS))
  describe(`DICOM ${build}`, { skip: !existsSync(program.at(-1)) && 'it is not built here' }, () => {
    test('every case has the values, greys and reasons that are right', async (t) => {
      const folder = await temporaryFolder(t);
      const all = Object.entries({ ...cases(), ...oddities() });
      const files = all.map((_, n) => join(folder, `${n}.dcm`));
      for (const [n, [, { bytes }]] of all.entries()) await writeFile(files[n], bytes);
      const { told, values, grey } = readFilms(program, folder, files);
      assert.equal(told.length, all.length);
      for (const [n, [name, one]] of all.entries())
        assertCase(name, one, told[n], one.reason ? null : values(n), one.reason ? null : grey(n));
    });

    test('every file of ../shared/dicom too', { skip: !existsSync(SHARED) && 'it is not here' }, async (t) => {
      const folder = await temporaryFolder(t);
      const rows = await truth();
      assert.ok(rows.length > 200);
      const { told, values, grey } = readFilms(
        program,
        folder,
        rows.map(({ path }) => join(SHARED, path)),
      );
      const wrong = [];
      for (const [n, row] of rows.entries()) {
        const complaint = unlike(
          row,
          told[n],
          () => values(n),
          () => grey(n),
        );
        if (complaint) wrong.push(`${row.path}: ${complaint}`);
      }
      assert.deepEqual(wrong, []);
    });
  });

/** @returns {Promise<Record<string, string>[]>} the rows of index.tsv whose files are here */
async function truth() {
  const [heading, ...lines] = (await readFile(join(SHARED, 'index.tsv'), 'utf8')).trimEnd().split('\n');
  const names = heading.split('\t');
  const rows = lines.map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [names[i], cell])));
  return rows.filter(({ here }) => here === 'yes');
}

/** Warnings of index.tsv for which a film is not judged. @type {Record<string, string>} */
const HELD_BACK = { lateral: 'view', 'body-part': 'body-part' };

/** Cut within the last fiftieth of its rows, as its README allows since 28 November 2026. */
const READ_SINCE = ['robust/MR_truncated.dcm'];

/** What is not as index.tsv has it, or null. @param {Record<string, string>} row */
function unlike(row, told, values, grey) {
  const wanted = row.gate_reasons.split(/[|;]/).filter(Boolean);
  if (told.status !== 'ok') {
    if (row.decode === 'must' || row.gate !== 'refuse') return `refused: ${told.detail}`;
    return wanted.includes(told.reason) || wanted.includes('not-dicom') ? null : `reason ${told.reason}, not ${wanted}`;
  }
  const [warnings, scope] = [named(WARNINGS, told.warnings).filter((one) => one !== 'age'), named(SCOPE, told.scope)];
  if (row.decode === 'fail' && !READ_SINCE.includes(row.path)) return 'read, and should not be';
  if (row.gate === 'refuse' && !scope.some((one) => wanted.includes(one))) return `not refused: ${wanted}`;
  const reasons = wanted.filter((one) => one in HELD_BACK).map((one) => HELD_BACK[one]);
  if (row.gate !== 'refuse' && `${said(scope).filter((one) => one !== 'age')}` !== `${reasons}`)
    return `scope ${scope}, not ${reasons}`;
  if (row.gate !== 'refuse' && `${said(warnings).sort()}` !== `${wanted.sort()}`) return `${warnings}, not ${wanted}`;
  if (row.val_sha256 && hash(as(row.val_dtype, values())) !== row.val_sha256) return 'other stored values';
  return row.grey_png ? unlikeGrey(row, grey()) : null;
}

const ARRAYS = { u1: Uint8Array, i1: Int8Array, u2: Uint16Array, i2: Int16Array, u4: Uint32Array, i4: Int32Array };
const as = (dtype, values) => ARRAYS[dtype.replace(/[<>|]/, '').replace('uint8', 'u1')].from(values);
const hash = (array) => createHash('sha256').update(new Uint8Array(array.buffer)).digest('hex');

/** Compares with the 8-bit picture, which may be shrunk by whole blocks. */
function unlikeGrey({ grey_png: png, grey_png_scale: scale, rows, cols, grey_steps: steps }, grey) {
  const { data, width, height } = decode(readFileSync(join(SHARED, png)));
  const block = Number(scale.split('/').at(-1));
  const level = (x, y) => Math.floor(grey[y * cols + x] / 257 + 0.5);
  if (width !== Math.floor(cols / block) || height !== Math.floor(rows / block)) return `${width} x ${height} pixels`;
  let furthest = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < block * block; i++) sum += level(x * block + (i % block), y * block + Math.floor(i / block));
      furthest = Math.max(furthest, Math.abs(Math.floor(sum / block ** 2 + 0.5) - data[y * width + x]));
    }
  return furthest <= 1 ? null : `greys off by ${furthest} (${steps})`;
}

describe('DICOM through the package', () => {
  /** @type {Awaited<ReturnType<typeof createReader>>} */
  let reader;
  before(async () => (reader = await createReader({ viewSide: 0, threads: 1 })));
  after(() => reader?.close());

  for (const [name, { bytes, grey, value, off, warnings = [], scope = [], reason, film = {} }] of Object.entries({
    ...cases(),
    ...oddities(),
  }))
    test(reason ? `${name} is refused: ${reason}` : `${name} is read`, async () => {
      if (reason)
        return assert.rejects(reader.read(bytes), (/** @type {any} */ error) => {
          assert.equal(error.reason, reason, error.message);
          return true;
        });
      const findings = await reader.read(bytes, { picture: true });
      assert.deepEqual([said(findings.warnings), said(findings.scope.reasons)], [warnings, scope]);
      if (scope.length > 0) assert.equal(findings.decision, 'out-of-scope');
      for (const [key, wanted] of Object.entries(film)) assert.deepEqual(findings.film[key], wanted, key);
      const { data, width, height } = findings.picture;
      assert.deepEqual([width, height], [findings.width, findings.height]);
      if (!grey || off || findings.film.orientation !== 1 || height !== HEIGHT) return;
      for (let i = 0; i < data.length; i++)
        assert.ok(Math.abs(data[i] - 65535 * grey(value(i % width, Math.floor(i / width)))) <= 1, `pixel ${i}`);
    });

  const turnedBy = (/** @type {string} */ letters) => dicomFile({ tags: { 0x00200020: [0x00200020, 'CS', letters] } });

  test('a film that is stored upside down, mirrored or on its side stands upright, whichever way', async () => {
    const stored = await reader.read(dicomFile(), { picture: true });
    /** The stored pixel that lies in the upright film so far from its left and from its top. */
    const along = (
      /** @type {string} */ direction,
      /** @type {number} */ length,
      /** @type {Record<string, number>} */ at,
    ) => (direction in at ? at[direction] : length - 1 - at[{ L: 'R', R: 'L', H: 'F', F: 'H' }[direction]]);
    for (const letters of ['L\\F', 'R\\F', 'R\\H', 'L\\H', 'F\\L', 'H\\L', 'H\\R', 'F\\R']) {
      const { film, picture } = await reader.read(turnedBy(letters), { picture: true });
      assert.deepEqual(film.edges, { right: 'L', bottom: 'F' }, letters);
      const [row, column] = letters.split('\\');
      for (let i = 0; i < picture.data.length; i++) {
        const at = { L: i % picture.width, F: Math.floor(i / picture.width) };
        const from = along(column, HEIGHT, at) * WIDTH + along(row, WIDTH, at);
        assert.equal(picture.data[i], stored.picture.data[from], `${letters}, pixel ${i}`);
      }
    }
  });

  test('the sides of the patient are told of the upright film, and only where the file says them in order', async () => {
    const edges = (/** @type {string} */ right, /** @type {string} */ bottom) => ({ right, bottom });
    for (const [letters, wanted, orientation] of /** @type {const} */ ([
      ['LA\\F', edges('LA', 'F'), 1],
      ['RP\\HL', edges('LA', 'FR'), 3],
      ['A\\F', edges('A', 'F'), 1],
      ['P\\H', edges('P', 'F'), 4],
      ['F\\A', edges('A', 'F'), 5],
      ['H\\A', edges('A', 'F'), 8],
      ['L\\P', edges('L', 'P'), 1],
      ['R\\LPF', null, 1],
      ['FL\\FR', null, 1],
      ...[
        '',
        'L',
        'L\\',
        '\\F',
        'L\\F\\P',
        'R\\L',
        'L\\L',
        'LR\\F',
        'LL\\F',
        'LAFP\\F',
        'r\\f',
        'X\\F',
        'RT\\D',
        '1\\0',
      ].map((one) => /** @type {const} */ ([one, null, 1])),
    ])) {
      const { film } = await reader.read(turnedBy(letters));
      assert.deepEqual([film.edges, film.orientation], [wanted, orientation], letters);
    }
    const byVector = { 0x00200037: [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'] };
    assert.equal((await reader.read(dicomFile({ tags: byVector }))).film.edges, null);
  });
});

describe('what binds films together', () => {
  const reader = createReader({ threads: 1 });
  after(async () => (await reader).close());
  const STUDY = [0x0020000d, 'UI', '1.2.3.4'];
  const PATIENT = [
    [0x00100020, 'LO', 'A 17'],
    [0x00100021, 'LO', 'HOSPITAL'],
    [0x00100030, 'DA', '19650102'],
  ];
  const DATE = [0x00080020, 'DA', '20250131'];
  /** @param {any[]} tags @param {object} [file] */
  const originOf = async (tags, file) =>
    (await (await reader).read(dicomFile({ ...file, tags: byTag(tags) }), { origin: true })).origin;

  test('films of one study, and of one patient, have one key, in whatever syntax; others have another', async () => {
    const one = await originOf([STUDY, ...PATIENT, DATE]);
    assert.match(one.study, /^[0-9a-f]{16}$/);
    assert.match(one.patient, /^[0-9a-f]{16}$/);
    assert.equal(one.date, '2025-01-31');
    for (const syntax of ['1.2', '1.2.2', '1.2.1.99'])
      assert.deepEqual(await originOf([STUDY, ...PATIENT, DATE], { syntax }), one, syntax);
    const padded = [[0x0020000d, 'UI', '1.2.3.4'], [0x00100020, 'LO', ' A 17   '], ...PATIENT.slice(1), DATE];
    assert.deepEqual(await originOf(padded), one);
    const others = [
      [[0x0020000d, 'UI', '1.2.3.5'], ...PATIENT],
      ...PATIENT.map(([tag, vr, value]) => [
        STUDY,
        ...PATIENT.filter((part) => part[0] !== tag),
        [tag, vr, `${value}`.replace(/.$/, '3')],
      ]),
      ...PATIENT.slice(1).map(([tag]) => [STUDY, ...PATIENT.filter((part) => part[0] !== tag)]),
    ];
    const keys = await Promise.all(others.map((tags) => originOf(tags)));
    assert.equal(new Set(keys.map(({ patient }) => patient)).size, 6);
    assert.deepEqual(
      keys.map(({ study }) => study === one.study),
      [false, true, true, true, true, true],
    );
  });

  test('a number that tells no patients apart is none, nor is a day that is none; and nothing is told unasked', async () => {
    for (const number of ['', '0', '000', 'ANONYMOUS', 'unknown', '  '])
      assert.equal((await originOf([[0x00100020, 'LO', number], ...PATIENT.slice(1)])).patient, null, number);
    for (const alone of [[], [[0x00100021, 'LO', ' ']], [[0x00100030, 'DA', '']]])
      assert.equal((await originOf([PATIENT[0], ...alone])).patient, null, 'a number alone');
    for (const [text, date] of [
      ['1995.06.26', '1995-06-26'],
      ['20251331', null],
      ['20240229', '2024-02-29'],
      ['20250229', null],
      ['19000229', null],
      ['20250431', null],
      ['2025', null],
      ['', null],
      ['CANARY', null],
    ])
      assert.equal((await originOf([[0x00080020, 'DA', text]])).date, date, text);
    assert.deepEqual(await originOf([]), { study: null, patient: null, date: null });
    const whole = await (
      await reader
    ).read(dicomFile({ tags: byTag([STUDY, ...PATIENT, DATE]) }), { heatmap: true, view: true });
    assert.equal(whole.origin, null);
    assert.equal((await (await reader).read(greyPng(), { origin: true })).origin?.study ?? null, null);
  });
});

/** Words that stand in every text of a file and may get nowhere. */
const WORDS = ['CANARY', 'JANE^DOE', '19020304', '2.25.98765'];
const TEXTS = [
  [0x00080018, 'UI', '2.25.98765'],
  [0x00080020, 'DA', '19020304'],
  [0x00080050, 'SH', 'CANARY'],
  [0x00080070, 'LO', 'CANARY'],
  [0x00080080, 'LO', 'CANARY'],
  [0x00080090, 'PN', 'CANARY'],
  [0x00081030, 'LO', 'CANARY'],
  [0x00100010, 'PN', 'JANE^DOE'],
  [0x00100020, 'LO', 'CANARY'],
  [0x00100030, 'DA', '19020304'],
  [0x00104000, 'LT', 'CANARY'],
  [0x00181030, 'LO', 'CANARY'],
  [0x00204000, 'LT', 'CANARY'],
  [0x00291010, 'LO', 'CANARY'],
];
const byTag = (texts) => Object.fromEntries(texts.map((one) => [one[0], one]));
/** Also where a word of a table should stand. */
const MISUSED = [
  [0x00080060, 'CS', 'CANARY'],
  [0x00180015, 'CS', 'CANARY'],
  [0x00185101, 'CS', 'CANARY'],
  [0x00200062, 'CS', 'CANARY'],
  [0x00100040, 'CS', 'CANARY'],
  [0x00101010, 'AS', 'CANA'],
  [0x00281056, 'CS', 'CANARY'],
];
const damaged = (file) => dicomFile({ ...file, spoil: (bytes) => bytes.subarray(0, bytes.length - 100) });

/** @returns {Record<string, Uint8Array>} */
function namedFiles() {
  const tags = byTag(TEXTS);
  return {
    plain: dicomFile({ tags }),
    implicit: dicomFile({ tags, syntax: '1.2' }),
    deflated: dicomFile({ tags, syntax: '1.2.1.99' }),
    misused: dicomFile({ tags: { ...tags, ...byTag(MISUSED) } }),
    damaged: damaged({ tags }),
    'a report': dicomFile({ tags: { ...tags, 0x00080060: [0x00080060, 'CS', 'SR'] } }),
  };
}

describe('a hostile file', () => {
  const head = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
  const empty = Buffer.from('08001600000000000000000000000000', 'hex').subarray(0, 8); // (0008,0016), implicit, of no length
  const hostile = {
    'of millions of empty elements': Buffer.concat([head, empty, Buffer.alloc(64e6), Buffer.from([1])]),
    'whose syntax is a sequence without an end': Buffer.concat([
      head,
      Buffer.from('0200100053510000ffffffff', 'hex'),
      Buffer.from('0800160055490200312e', 'hex'),
    ]),
  };
  for (const [name, bytes] of Object.entries(hostile))
    test(`${name} is refused`, { timeout: 30_000 }, async () => {
      const reader = await createReader({ threads: 1 });
      await assert.rejects(reader.read(bytes), { name: 'PneumoscopeError', code: 'bad-image' });
      reader.close();
    });
});

describe('nothing of a patient gets out', () => {
  const assertClean = (text, where) => {
    for (const word of WORDS) assert.ok(!text.includes(word), `${word} stands in ${where}`);
  };

  test('of the package: neither in findings nor in errors', async () => {
    const reader = await createReader();
    for (const [name, bytes] of Object.entries(namedFiles())) {
      const answer = await reader
        .read(bytes, { heatmap: true, view: true, input: true, picture: true })
        .catch((error) => error);
      assertClean(
        JSON.stringify(answer, (_, value) => (ArrayBuffer.isView(value) ? null : value)),
        name,
      );
      if (answer instanceof Error) assertClean(`${answer.stack} ${answer.message}`, name);
    }
    reader.close();
  });

  test('of the command line: neither in its output nor in its pictures', async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(join(folder, 'in'));
    for (const [i, bytes] of Object.values(namedFiles()).entries()) await writeFile(join(folder, 'in', `${i}`), bytes);
    for (const options of [['--json'], ['--picture', join(folder, 'pictures'), '--heatmap', join(folder, 'heat')]]) {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [join(PACKAGE, 'cli.js'), ...options, join(folder, 'in')],
        {
          encoding: 'utf8',
        },
      );
      assertClean(stdout + stderr, 'the output');
    }
    for (const name of await readdir(join(folder, 'pictures')))
      assertClean(await readFile(join(folder, 'pictures', name), 'latin1'), name);
  });

  test("of the engine's memory, once a film was read", async () => {
    const module = await import(new URL('engine/simd.mjs', `file://${DIST}`).href).then((it) => it.default());
    const codecs = await import(new URL('engine/codecs.mjs', `file://${DIST}`).href).then((it) => it.default());
    const engine = new Engine(module, await readFile(join(DIST, MODEL)), {
      threads: 1,
      viewSide: 256,
      limits: { megapixels: 100, fileMib: 256 },
    });
    engine.useCodecs(codecsOf(codecs));
    const files = { ...namedFiles(), compressed: dicomFile({ ...compressedFile(), tags: byTag(TEXTS) }) };
    for (const [name, bytes] of Object.entries(files)) {
      assert.ok(name === 'deflated' || Buffer.from(bytes).includes('CANARY'), 'the words are there');
      try {
        engine.read(bytes, { view: true });
      } catch (error) {
        assertClean(/** @type {Error} */ (error).message, name);
      }
      assertClean(Buffer.from(module.HEAPU8).toString('latin1'), `memory after ${name}`);
      assertClean(Buffer.from(codecs.HEAPU8).toString('latin1'), `the codecs' memory after ${name}`);
    }
  });
});

test('a film whose decoder has to be fetched is parsed once, and read from there', async () => {
  const load = (/** @type {string} */ name) => import(new URL(`engine/${name}.mjs`, `file://${DIST}`).href);
  const [module, codecs] = await Promise.all(['simd', 'codecs'].map(async (name) => (await load(name)).default()));
  const settings = { threads: 1, viewSide: 0, limits: { megapixels: 100, fileMib: 256 } };
  const engine = new Engine(module, await readFile(join(DIST, MODEL)), settings);
  const bytes = dicomFile(compressedFile());
  const spoilHeader = async () => {
    const at = Buffer.from(module.HEAPU8.buffer).indexOf(bytes.subarray(128, 160)); // the engine itself says DICM, too
    assert.ok(at > 0);
    module.HEAPU8.fill(0xff, at, at + 16); // a second parse would find no DICOM file
    return codecsOf(codecs);
  };
  await assert.rejects(
    engine.openWithCodecs(bytes, () => Promise.reject(new Error('offline'))),
    /offline/,
  );
  const film = await engine.openWithCodecs(bytes, spoilHeader);
  const whole = engine.open(bytes);
  assert.deepEqual(engine.describe(film), engine.describe(whole));
  assert.deepEqual(engine.picture(film), engine.picture(whole));
  for (const one of [film, whole]) engine.close(one);
});

/** @returns {import('../fixtures/dicom.js').File} */
function compressedFile() {
  const frame = readFileSync(join(ROOT, 'tests/fixtures/images/frames/jpeg-ls'));
  return { syntax: '1.2.4.80', compressed: true, pixels: encapsulated([frame]) };
}
