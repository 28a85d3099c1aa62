// DICOM files for the tests, written on the spot: a small writer, and one case for each syntax, grey scale, gate and limit.
// Compressed frames lie in tests/images/frames/, whose script says what they hold.

import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';

export const [WIDTH, HEIGHT] = [48, 40];

/** What the pixels of the frames hold, 12 bits. @param {number} x @param {number} y */
export const pixel = (x, y) => Math.round((4095 * (2 * x + y)) / 133);

const frameOf = (/** @type {string} */ name) => readFileSync(new URL(`../images/frames/${name}`, import.meta.url));

/** @typedef {'implicit' | 'explicit' | 'big-endian'} Writing */
/** @typedef {string | number | number[] | Uint8Array | Element[][]} Value text, US, several US, bytes or a sequence's items */
/** @typedef {[tag: number, vr: string, value: Value, options?: { undefinedLength?: boolean }]} Element */

const UID = '1.2.840.10008.';
const LONG = ['OB', 'OW', 'OF', 'SQ', 'UN', 'UT'];
const UNDEFINED = 0xffffffff;

// ---- the writer ----

/** @param {Writing} writing */
function numbers(writing) {
  const little = writing !== 'big-endian';
  const write = (/** @type {'setUint16' | 'setUint32' | 'setInt16'} */ set, /** @type {number} */ size) => {
    return (/** @type {number[]} */ ...values) => {
      const bytes = new Uint8Array(size * values.length);
      const view = new DataView(bytes.buffer);
      values.forEach((value, i) => view[set](size * i, value, little));
      return bytes;
    };
  };
  return { u16: write('setUint16', 2), s16: write('setInt16', 2), u32: write('setUint32', 4) };
}

const ascii = (/** @type {string} */ text) => new TextEncoder().encode(text);
const concat = (/** @type {Uint8Array[]} */ ...parts) => new Uint8Array(Buffer.concat(parts));
const tagOf = (/** @type {number} */ tag, /** @type {ReturnType<typeof numbers>} */ { u16 }) =>
  u16(tag >>> 16, tag & 0xffff);

/** @param {Element} element @param {Writing} writing @returns {Uint8Array} */
function element([tag, vr, value, { undefinedLength = false } = {}], writing) {
  const to = numbers(writing);
  const items = Array.isArray(value) && Array.isArray(value[0]);
  const body = items ? sequence(/** @type {Element[][]} */ (value), writing, undefinedLength) : bytesOf(value, vr, to);
  const length = undefinedLength ? UNDEFINED : body.length;
  const head = tagOf(tag, to);
  if (writing === 'implicit') return concat(head, to.u32(length), body);
  if (LONG.includes(vr)) return concat(head, ascii(vr), Uint8Array.of(0, 0), to.u32(length), body);
  return concat(head, ascii(vr), to.u16(length), body);
}

/** @param {Value} value @param {string} vr @param {ReturnType<typeof numbers>} to */
function bytesOf(value, vr, to) {
  if (value instanceof Uint8Array) return value.length % 2 ? concat(value, Uint8Array.of(0)) : value;
  if (typeof value === 'string') return ascii(value.length % 2 ? value + (vr === 'UI' ? '\0' : ' ') : value);
  return (vr === 'SS' ? to.s16 : to.u16)(.../** @type {number[]} */ ([value].flat()));
}

/** @param {Element[][]} items @param {Writing} writing @param {boolean} undefinedLength */
function sequence(items, writing, undefinedLength) {
  const to = numbers(writing);
  const written = items.map((elements) => {
    const body = dataSet(elements, writing);
    const [length, end] = undefinedLength
      ? [UNDEFINED, concat(tagOf(0xfffee00d, to), to.u32(0))]
      : [body.length, ascii('')];
    return concat(tagOf(0xfffee000, to), to.u32(length), body, end);
  });
  return concat(...written, undefinedLength ? concat(tagOf(0xfffee0dd, to), to.u32(0)) : ascii(''));
}

/** @param {Element[]} elements @param {Writing} writing */
export const dataSet = (elements, writing) => concat(...elements.map((one) => element(one, writing)));

/** Pixel data in fragments. @param {Uint8Array[]} fragments @param {Uint8Array} [table] of offsets */
export function encapsulated(fragments, table = new Uint8Array(0)) {
  const { u16, u32 } = numbers('explicit');
  const item = (/** @type {Uint8Array} */ bytes) => concat(u16(0xfffe, 0xe000), u32(bytes.length), bytes);
  const even = (/** @type {Uint8Array} */ bytes) => (bytes.length % 2 ? concat(bytes, Uint8Array.of(0)) : bytes);
  return concat(item(table), ...fragments.map((one) => item(even(one))), u16(0xfffe, 0xe0dd), u32(0));
}

/** The cells of the pattern. @param {Writing} writing @param {(x: number, y: number) => number} [value] */
export function cells(writing = 'explicit', value = pixel) {
  const all = Array.from({ length: WIDTH * HEIGHT }, (_, i) => value(i % WIDTH, Math.floor(i / WIDTH)) & 0xffff);
  return numbers(writing).u16(...all);
}

/**
 * @typedef {object} File
 * @property {string} [syntax] UID without its root; explicit little endian when left out
 * @property {Record<number, Element | null>} [tags] in place of the usual ones, or none of them
 * @property {Uint8Array} [pixels] value of the pixels' element; the pattern when left out
 * @property {boolean} [compressed] the pixels are items
 * @property {boolean} [preamble]
 * @property {boolean} [meta]
 * @property {boolean} [groupLength] the meta header states its own length
 * @property {(bytes: Uint8Array) => Uint8Array} [spoil] a last change
 */

/** @param {File} [file] @returns {Uint8Array} */
export function dicomFile({
  syntax = '1.2.1',
  tags = {},
  pixels,
  compressed = false,
  preamble = true,
  meta = true,
  groupLength = false,
  spoil,
} = {}) {
  /** @type {Writing} */
  const writing = syntax === '1.2' ? 'implicit' : syntax === '1.2.2' ? 'big-endian' : 'explicit';
  /** @type {Record<number, Element | null>} */
  const all = {
    0x00080016: [0x00080016, 'UI', `${UID}5.1.4.1.1.1.1`],
    0x00080060: [0x00080060, 'CS', 'DX'],
    0x00080068: [0x00080068, 'CS', 'FOR PRESENTATION'],
    0x00180015: [0x00180015, 'CS', 'CHEST'],
    0x00185101: [0x00185101, 'CS', 'PA'],
    0x00280002: [0x00280002, 'US', 1],
    0x00280004: [0x00280004, 'CS', 'MONOCHROME2'],
    0x00280010: [0x00280010, 'US', HEIGHT],
    0x00280011: [0x00280011, 'US', WIDTH],
    0x00280100: [0x00280100, 'US', 16],
    0x00280101: [0x00280101, 'US', 12],
    0x00280102: [0x00280102, 'US', 11],
    0x00280103: [0x00280103, 'US', 0],
    0x7fe00010: [0x7fe00010, compressed ? 'OB' : 'OW', pixels ?? cells(writing), { undefinedLength: compressed }],
    ...tags,
  };
  const elements = Object.values(all).filter((one) => one !== null);
  const body = dataSet(
    elements.sort(([a], [b]) => a - b),
    writing,
  );
  const group2 = dataSet(
    [
      [0x00020002, 'UI', `${UID}5.1.4.1.1.1.1`],
      [0x00020010, 'UI', syntax.startsWith('2.25') ? syntax : UID + syntax],
    ],
    'explicit',
  );
  const { u16, u32 } = numbers('explicit');
  const length = groupLength ? concat(u16(2, 0), ascii('UL'), u16(4), u32(group2.length)) : ascii('');
  const head = concat(
    preamble ? concat(new Uint8Array(128), ascii('DICM')) : ascii(''),
    meta ? concat(length, group2) : ascii(''),
  );
  const file = concat(head, syntax === '1.2.1.99' ? deflateRawSync(body) : body);
  return spoil ? spoil(file) : file;
}

// ---- the cases ----

const tag = (/** @type {Element[]} */ ...elements) => Object.fromEntries(elements.map((one) => [one[0], one]));
const without = (/** @type {number[]} */ ...tags) => Object.fromEntries(tags.map((one) => [one, null]));
const byte = (/** @type {number} */ x, /** @type {number} */ y) => pixel(x, y) >> 4;
/** Of 8 bits instead of 12. */
export const bits8 = tag([0x00280100, 'US', 8], [0x00280101, 'US', 8], [0x00280102, 'US', 7]);
const windowTags = (/** @type {string} */ center, /** @type {string} */ width, /** @type {string} */ fn = 'LINEAR') =>
  tag([0x00281050, 'DS', center], [0x00281051, 'DS', width], [0x00281056, 'CS', fn]);

/** A whole frame as PackBits, its high bytes first. @param {Uint8Array} little cells */
function runLengths(little) {
  const plane = (/** @type {number} */ from) =>
    Uint8Array.from({ length: little.length / 2 }, (_, i) => little[2 * i + from]);
  const pack = (/** @type {Uint8Array} */ bytes) => {
    const out = [];
    for (let at = 0; at < bytes.length;) {
      let run = 1;
      while (run < 128 && bytes[at + run] === bytes[at]) run++;
      if (run > 2) out.push(257 - run, bytes[at]);
      else {
        run = Math.min(100, bytes.length - at);
        out.push(run - 1, ...bytes.subarray(at, at + run));
      }
      at += run;
    }
    return Uint8Array.from(out.length % 2 ? [...out, 128] : out);
  };
  const [high, low] = [plane(1), plane(0)].map(pack);
  const header = numbers('explicit').u32(2, 64, 64 + high.length, ...Array(13).fill(0));
  return concat(header, high, low);
}

/** @param {string} name @param {string} syntax @param {File} [more] @returns {File} */
const compressed = (name, syntax, more = {}) => ({
  syntax,
  compressed: true,
  pixels: encapsulated([frameOf(name)]),
  ...more,
});
const clamp = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
const [LEAST, MOST] = [pixel(0, 0), pixel(WIDTH - 1, HEIGHT - 1)];
const range = (/** @type {number} */ value) => (value - LEAST) / (MOST - LEAST);
const linear = (/** @type {number} */ c, /** @type {number} */ w) => (/** @type {number} */ value) =>
  clamp((value - (c - 0.5)) / (w - 1) + 0.5);
const half = frameOf('jpeg-ls').length >> 1;
const lut = (/** @type {number} */ first, /** @type {number} */ bits, /** @type {number[]} */ entries) => [
  [
    /** @type {Element} */ ([0x00283002, 'US', [entries.length % 65536, first, bits]]),
    /** @type {Element} */ ([0x00283006, 'OW', numbers('explicit').u16(...entries)]),
  ],
];
const squares = Array.from({ length: 4096 }, (_, i) => Math.floor(i ** 2 / 4095 / 16));
/** A sequence in a sequence ..., so deep. @param {number} depth */
const nested = (depth) => {
  const { u16, u32 } = numbers('explicit');
  const open = concat(u16(0x0040, 0x0275), ascii('SQ'), u16(0), u32(UNDEFINED), u16(0xfffe, 0xe000), u32(UNDEFINED));
  const close = concat(u16(0xfffe, 0xe00d), u32(0), u16(0xfffe, 0xe0dd), u32(0));
  return concat(...Array(depth).fill(open), ...Array(depth).fill(close));
};

/**
 * @typedef {object} Case
 * @property {Uint8Array} bytes
 * @property {(x: number, y: number) => number} [value] stored values, of what is read
 * @property {number} [off] by at most, in a lossy frame
 * @property {(value: number) => number} [grey] 0 to 1, of a stored value
 * @property {string[]} [warnings]
 * @property {string[]} [scope]
 * @property {string} [reason] why it is refused
 * @property {Record<string, unknown>} [film] some of its facts
 */

/** @param {File} file @param {Omit<Case, 'bytes'>} [expected] @returns {Case} */
const read = (file, expected = {}) => ({ bytes: dicomFile(file), value: pixel, grey: range, ...expected });
/** @param {File} file @param {string} reason @returns {Case} */
const refused = (file, reason) => ({ bytes: dicomFile(file), reason });

/** @returns {Record<string, Case>} */
export const cases = () => ({
  // transfer syntaxes
  'implicit little endian': read({ syntax: '1.2' }, { film: { transferSyntax: `${UID}1.2` } }),
  'explicit little endian': read({}, { film: { kind: 'dicom', modality: 'DX', view: 'PA', bodyPart: 'CHEST' } }),
  'explicit big endian': read({ syntax: '1.2.2' }),
  'explicit big endian, bytes in words': read(
    {
      syntax: '1.2.2',
      tags: bits8,
      pixels: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => byte((i ^ 1) % WIDTH, Math.floor((i ^ 1) / WIDTH))),
    },
    { value: byte, grey: (value) => (value - byte(0, 0)) / (byte(WIDTH - 1, HEIGHT - 1) - byte(0, 0)) },
  ),
  deflated: read({ syntax: '1.2.1.99' }),
  'encapsulated, not compressed': read({ syntax: '1.2.1.98', compressed: true, pixels: encapsulated([cells()]) }),
  'run lengths': read({ syntax: '1.2.5', compressed: true, pixels: encapsulated([runLengths(cells())]) }),
  'JPEG, 8 bits': read(compressed('jpeg-8', '1.2.4.50', { tags: bits8 }), {
    value: byte,
    off: 2,
    grey: undefined,
    film: { lossy: true },
  }),
  'JPEG, 12 bits': read(compressed('jpeg-12', '1.2.4.51'), { off: 8, grey: undefined }),
  'JPEG, 12 bits, progressive': read(compressed('jpeg-12-progressive', '1.2.4.55'), { off: 8, grey: undefined }),
  'lossless JPEG': read(compressed('jpeg-lossless', '1.2.4.70'), { film: { lossy: false } }),
  'lossless JPEG, any predictor': read(compressed('jpeg-lossless-6', '1.2.4.57')),
  'JPEG-LS': read(compressed('jpeg-ls', '1.2.4.80')),
  'JPEG-LS, near lossless': read(compressed('jpeg-ls-near', '1.2.4.81'), { off: 3, grey: undefined }),
  'JPEG 2000': read(compressed('jpeg-2000', '1.2.4.90')),
  'JPEG 2000, lossy': read(compressed('jpeg-2000-lossy', '1.2.4.91'), { off: 60, grey: undefined }),
  'high-throughput JPEG 2000': read(compressed('htj2k', '1.2.4.201')),
  'high-throughput JPEG 2000, RPCL': read(compressed('htj2k', '1.2.4.202')),

  // how a file is put together
  'no preamble': read({ preamble: false }),
  'no preamble and no meta header': read({ preamble: false, meta: false }),
  'no meta header, implicit': read({ syntax: '1.2', preamble: false, meta: false }),
  'no meta header, big endian': read({ syntax: '1.2.2', preamble: false, meta: false }),
  'a preamble that begins like a TIFF': read({ spoil: (bytes) => (bytes.set(ascii('II*\0')), bytes) }),
  'zeros behind the end': read({ spoil: (bytes) => concat(bytes, new Uint8Array(1000)) }),
  'sequences of undefined length': read({
    tags: tag([
      0x00400275,
      'SQ',
      [
        [
          [0x00400007, 'LO', 'x'],
          [0x0040100a, 'SQ', [[]], { undefinedLength: true }],
        ],
      ],
      { undefinedLength: true },
    ]),
  }),
  'a private sequence of unknown type': read({
    tags: tag(
      [0x00290010, 'LO', 'MAKER'],
      [0x00291010, 'UN', sequence([[[0x00280010, 'US', 7]]], 'implicit', true), { undefinedLength: true }],
    ),
  }),
  'sequences nested 10,000 deep': read({
    tags: tag([0x00400275, 'UT', new Uint8Array(0)]),
    spoil: (bytes) => {
      const at = Buffer.from(bytes).indexOf(Buffer.from([0x40, 0, 0x75, 2]));
      return concat(bytes.subarray(0, at), nested(10_000), bytes.subarray(at + 12));
    },
  }),
  'an icon with pixels of its own': read({
    tags: tag([
      0x00880200,
      'SQ',
      [
        [
          [0x00280010, 'US', 2],
          [0x00280011, 'US', 2],
          [0x7fe00010, 'OW', Uint8Array.of(1, 2, 3, 4)],
        ],
      ],
    ]),
  }),
  fragments: read({
    syntax: '1.2.4.80',
    compressed: true,
    pixels: encapsulated([frameOf('jpeg-ls').subarray(0, half & ~1), frameOf('jpeg-ls').subarray(half & ~1)]),
  }),
  'a wrong offset table': read({
    ...compressed('jpeg-ls', '1.2.4.80'),
    pixels: encapsulated([frameOf('jpeg-ls')], numbers('explicit').u32(4711)),
  }),

  // grey scale
  'a window': read(
    { tags: windowTags('2048', '1000') },
    { grey: linear(2048, 1000), film: { windows: [{ center: 2048, width: 1000 }] } },
  ),
  'a window of one value': read({ tags: windowTags('2000', '1') }, { grey: (value) => Number(value > 1999.5) }),
  'an exact window': read(
    { tags: windowTags('2048', '1000', 'LINEAR_EXACT') },
    { grey: (v) => clamp((v - 2048) / 1000 + 0.5) },
  ),
  'a sigmoid': read(
    { tags: windowTags('2048', '1000', 'SIGMOID') },
    { grey: (v) => 1 / (1 + Math.exp((-4 * (v - 2048)) / 1000)) },
  ),
  'several windows': read(
    { tags: windowTags('1500\\2500', '800\\900') },
    {
      grey: linear(1500, 800),
      film: {
        windows: [
          { center: 1500, width: 800 },
          { center: 2500, width: 900 },
        ],
      },
    },
  ),
  'a window without width': read({ tags: windowTags('1500', '0') }),
  'a window that is text': read({ tags: windowTags('AUTO', 'AUTO') }),
  MONOCHROME1: read(
    { tags: tag([0x00280004, 'CS', 'MONOCHROME1']) },
    { grey: (v) => 1 - range(v), film: { inverted: true } },
  ),
  'MONOCHROME1 and INVERSE': read(
    { tags: tag([0x00280004, 'CS', 'MONOCHROME1'], [0x20500020, 'CS', 'INVERSE']) },
    { grey: (v) => 1 - range(v) },
  ),
  'slope and intercept': read(
    { tags: { ...tag([0x00281052, 'DS', '-1024'], [0x00281053, 'DS', '2.5e-1']), ...windowTags('-600', '500') } },
    { grey: (v) => linear(-600, 500)(v / 4 - 1024) },
  ),
  'signed values': read(
    {
      tags: {
        ...tag([0x00280103, 'US', 1], [0x00280101, 'US', 16], [0x00280102, 'US', 15]),
        ...windowTags('0', '2000'),
      },
      pixels: cells('explicit', (x, y) => pixel(x, y) - 2000),
    },
    { value: (x, y) => pixel(x, y) - 2000, grey: linear(0, 2000) },
  ),
  'bits above the high bit': read({ pixels: cells('explicit', (x, y) => pixel(x, y) | 0xf000) }),
  'a modality LUT': read(
    { tags: tag([0x00283000, 'SQ', lut(0, 8, squares)]) },
    {
      grey: (v) => (squares[v] - squares[LEAST]) / (squares[MOST] - squares[LEAST]),
    },
  ),
  'a VOI LUT': read({ tags: tag([0x00283010, 'SQ', lut(0, 8, squares)]) }, { grey: (v) => squares[v] / 255 }),
  'a VOI LUT that begins later': read(
    { tags: tag([0x00283010, 'SQ', lut(500, 8, squares.slice(500))]) },
    {
      grey: (v) => squares[Math.max(v, 500)] / 255,
    },
  ),
  padding: read(
    { tags: tag([0x00280120, 'US', 4000]), pixels: cells('explicit', (x, y) => (x === 3 ? 4000 : pixel(x, y))) },
    { value: (x, y) => (x === 3 ? 4000 : pixel(x, y)), grey: (v) => (v === 4000 ? 0 : range(v)) },
  ),

  // what a file says of itself
  'a lateral view': read({ tags: tag([0x00185101, 'CS', 'LL']) }, { warnings: ['lateral'] }),
  'a lateral view, told by its code': read(
    {
      tags: {
        ...without(0x00185101),
        ...tag([
          0x00540220,
          'SQ',
          [
            [
              [0x00080100, 'SH', '399067008'],
              [0x00080104, 'LO', 'Lateral projection'],
            ],
          ],
        ]),
      },
    },
    { warnings: ['lateral'], film: { view: 'LATERAL' } },
  ),
  'a hand': read({ tags: tag([0x00180015, 'CS', 'HAND']) }, { warnings: ['body-part'] }),
  'a part of the body that nobody defined': read(
    { tags: tag([0x00180015, 'CS', 'JOHN DOE']) },
    { warnings: ['body-part'], film: { bodyPart: 'OTHER' } },
  ),
  'burned-in text': read({ tags: tag([0x00280301, 'CS', 'YES']) }, { warnings: ['burned-in'] }),
  'a secondary capture': read(
    { tags: tag([0x00080016, 'UI', `${UID}5.1.4.1.1.7`], [0x00080060, 'CS', 'OT']) },
    { warnings: ['secondary-capture'] },
  ),
  'two frames': read(
    {
      tags: tag([0x00280008, 'IS', '2']),
      pixels: concat(
        cells(),
        cells('explicit', () => 7),
      ),
    },
    { warnings: ['multi-frame'], film: { frames: 2 } },
  ),
  'two compressed frames': read(
    {
      ...compressed('jpeg-ls', '1.2.4.80'),
      tags: tag([0x00280008, 'IS', '2']),
      pixels: encapsulated([frameOf('jpeg-ls'), frameOf('jpeg-ls-near')]),
    },
    { warnings: ['multi-frame'] },
  ),
  'an infant': read({ tags: tag([0x00101010, 'AS', '006M']) }, { warnings: ['age'], film: { ageYears: 0.5 } }),
  'an adult': read(
    { tags: tag([0x00101010, 'AS', '044Y'], [0x00100040, 'CS', 'F']) },
    { film: { ageYears: 44, sex: 'F' } },
  ),
  'a CT slice': read({ tags: tag([0x00080060, 'CS', 'CT']) }, { scope: ['modality'] }),
  'a raw picture': read({ tags: tag([0x00080068, 'CS', 'FOR PROCESSING']) }, { scope: ['for-processing'] }),
  'upside down': read({ tags: tag([0x00200020, 'CS', 'L\\H']) }, { film: { orientation: 4 } }),
  'pixels that are not square': read({ tags: tag([0x00280034, 'IS', '4\\3']) }, { film: { width: 48, height: 53 } }),
  'a spacing': read(
    { tags: tag([0x00280030, 'DS', '0.2\\0.1']) },
    { film: { width: 48, height: 80, spacingMm: Math.fround(0.1) } },
  ),

  // what is refused
  'a report': refused(
    { tags: { ...tag([0x00080016, 'UI', `${UID}5.1.4.1.1.88.11`], [0x00080060, 'CS', 'SR']), ...without(0x7fe00010) } },
    'not-an-image',
  ),
  'a table of contents': refused(
    { tags: { ...tag([0x00080016, 'UI', `${UID}1.3.10`]), ...without(0x7fe00010, 0x00080060) } },
    'not-an-image',
  ),
  'no pixels': refused({ tags: without(0x7fe00010) }, 'no-pixel-data'),
  'a syntax of video': refused(compressed('jpeg-8', '1.2.4.100'), 'unsupported-syntax'),
  'a private syntax': refused({ syntax: '2.25.4711' }, 'unsupported-syntax'),
  colour: refused({ tags: tag([0x00280002, 'US', 3], [0x00280004, 'CS', 'RGB']) }, 'colour'),
  'a palette': refused({ tags: tag([0x00280004, 'CS', 'PALETTE COLOR']) }, 'colour'),
  '32 bits': refused({ tags: tag([0x00280100, 'US', 32]) }, 'bits'),
  'no rows': refused({ tags: tag([0x00280010, 'US', 0]) }, 'corrupt'),
  'more bits stored than there are': refused({ tags: tag([0x00280101, 'US', 20]) }, 'corrupt'),
  'a high bit too low': refused({ tags: tag([0x00280102, 'US', 3]) }, 'corrupt'),
  'no samples': refused({ tags: tag([0x00280002, 'US', 0]) }, 'corrupt'),
  'minus one frames': refused({ tags: tag([0x00280008, 'IS', '-1']) }, 'corrupt'),
  'a thousand million frames': refused({ tags: tag([0x00280008, 'IS', '1000000000']) }, 'truncated'),
  'too large': refused({ tags: tag([0x00280010, 'US', 65535], [0x00280011, 'US', 65535]) }, 'too-large'),
  'pixels that are too few': refused({ pixels: cells().subarray(0, 1000) }, 'truncated'),
  'a file cut short': refused({ spoil: (bytes) => bytes.subarray(0, bytes.length - 100) }, 'truncated'),
  'a header cut short': refused({ spoil: (bytes) => bytes.subarray(0, 311) }, 'truncated'),
  'a fragment without length': refused(
    {
      ...compressed('jpeg-ls', '1.2.4.80'),
      pixels: concat(encapsulated([]).subarray(0, 8), Uint8Array.of(0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255)),
    },
    'corrupt',
  ),
  'a fragment cut short': refused(
    { ...compressed('jpeg-ls', '1.2.4.80'), spoil: (bytes) => bytes.subarray(0, bytes.length - 40) },
    'truncated',
  ),
  'no fragments': refused({ ...compressed('jpeg-ls', '1.2.4.80'), pixels: encapsulated([]) }, 'corrupt'),
  'run lengths that end too early': refused(
    { syntax: '1.2.5', compressed: true, pixels: encapsulated([runLengths(cells()).subarray(0, 200)]) },
    'corrupt',
  ),
  'a compressed frame of another size': refused(
    { ...compressed('jpeg-ls', '1.2.4.80'), tags: tag([0x00280010, 'US', 41]) },
    'corrupt',
  ),
  'JPEG-LS that is called JPEG 2000': refused(compressed('jpeg-ls', '1.2.4.90'), 'corrupt'),
  'JPEG 2000 with a hole': refused(
    { ...compressed('jpeg-2000', '1.2.4.90'), pixels: encapsulated([frameOf('jpeg-2000').fill(0, 120, 160)]) },
    'corrupt',
  ),
  'deflated, more than a picture': refused(
    { syntax: '1.2.1.99', tags: tag([0x00091001, 'OB', new Uint8Array(80e6)]) },
    'too-large',
  ),
  'deflated, cut short': refused(
    { syntax: '1.2.1.99', spoil: (bytes) => bytes.subarray(0, bytes.length - 300) },
    'corrupt',
  ),
});
