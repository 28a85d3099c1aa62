// A damaged film is not a film: what is missing is told, what is odd and sound is read. ../shared/cases/formats has others'
// cases of these kinds.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { crc32 as zlibCrc32, deflateSync } from 'node:zlib';
import { createReader } from 'pneumoscope';
import { bits8, dicomFile, encapsulated } from '../fixtures/dicom.js';
import { greyPng } from '../fixtures/images.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHARED = join(ROOT, '../shared/cases');
const jpeg = readFileSync(join(ROOT, 'web/samples/synthetic-normal-154.jpg'));

/** Where a JPEG's only scan begins and ends. @param {Buffer} file */
function scanOf(file) {
  const start = file.indexOf(Buffer.from([0xff, 0xda]));
  return { start: start + 2 + file.readUInt16BE(start + 2), end: file.lastIndexOf(Buffer.from([0xff, 0xd9])) };
}

/** Without a part of the scan that ends at its end, the end marker kept. @param {number} share */
function cut(share) {
  const { start, end } = scanOf(jpeg);
  let at = Math.round(end - (end - start) * share);
  while (jpeg[at - 1] === 0xff) at--;
  return Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(end)]);
}

/** @param {number} at @param {number} count */
const withoutBytes = (at, count) => Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(at + count)]);

/** @param {string} type @param {Uint8Array} body */
function chunk(type, body) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length);
  head.write(type, 4, 'latin1');
  const end = Buffer.alloc(4);
  end.writeUInt32BE(crc(Buffer.concat([head.subarray(4), body])));
  return Buffer.concat([head, body, end]);
}

/** @param {Buffer} bytes zlib's own came with Node 20.15 and 22.2 */
const crc = (bytes) => zlibCrc32(bytes);

/** The same PNG, its pixels in chunks of so many bytes. @param {Buffer} png @param {number} size */
function inChunks(png, size) {
  const at = png.indexOf('IDAT') - 4;
  const pixels = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
  const parts = Array.from({ length: Math.ceil(pixels.length / size) }, (_, i) =>
    chunk('IDAT', pixels.subarray(i * size, (i + 1) * size)),
  );
  return Buffer.concat([png.subarray(0, at), ...parts, chunk('IEND', Buffer.alloc(0))]);
}

/** Greys as a BMP of 24 bits, its rows from the bottom. @param {number} width a multiple of four @param {number} height */
function bmp(width, height) {
  const file = Buffer.alloc(54 + 3 * width * height);
  file.write('BM');
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
  ])
    file.writeUInt32LE(value, at);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      file.fill(
        Math.round(120 + 60 * Math.sin(x / 15) + 50 * Math.cos((x + y) / 29)),
        54 + 3 * (y * width + x),
        57 + 3 * (y * width + x),
      );
  return file;
}

/** A picture of indices into a palette of so many greys. @param {number} ncolours */
function palettePng(ncolours, side = 64) {
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 3, 0, 0, 0]);
  const rows = Buffer.alloc(side * (side + 1));
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      rows[y * (side + 1) + 1 + x] = Math.round(120 + 60 * Math.sin(x / 5) + 50 * Math.cos((x + y) / 9));
  const palette = Buffer.from(Array.from({ length: ncolours }, (_, i) => [i, i, i]).flat());
  const parts = [
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([greyPng().subarray(0, 8), ...parts]);
}

/** How many bytes are left of a file: byte by byte at its end, then coarsely. @param {number} nbytes */
function* cuts(nbytes) {
  for (let left = nbytes - 1, n = 0; left > 60; n++) {
    yield left;
    left -= n < 20 ? 1 : Math.ceil(left / 300);
  }
}

describe('damage', () => {
  /** @type {Awaited<ReturnType<typeof createReader>>} */
  let reader;
  before(async () => (reader = await createReader({ viewSide: 0, threads: 1 })));
  after(() => reader?.close());

  for (const share of [0.1, 0.2, 0.33, 0.5, 0.9])
    test(`a JPEG without the last ${100 * share} % of its scan is incomplete, though its end is there`, async () => {
      await assert.rejects(reader.read(cut(share)), {
        code: 'bad-image',
        reason: 'incomplete',
        message: /\d+ % of its picture/,
      });
    });

  test('bytes left over at the end of a scan mean that others are lost', async () => {
    const { end } = scanOf(jpeg);
    const warnings = async (/** @type {number} */ count, /** @type {number} */ byte) => {
      const more = Buffer.alloc(count, byte);
      return (await reader.read(Buffer.concat([jpeg.subarray(0, end), more, jpeg.subarray(end)]))).warnings;
    };
    for (const count of [8, 9, 10, 12, 20, 100])
      assert.ok((await warnings(count, 0x5a)).includes('truncated'), `${count}`);
    for (const count of [0, 1, 3]) assert.ok(!(await warnings(count, 0x5a)).includes('truncated'), `${count}`);
    for (const count of [8, 100]) assert.ok(!(await warnings(count, 0)).includes('truncated'), `${count} that pad`);
  });

  test('a JPEG with a table of codes that cannot be is refused', async () => {
    const file = Buffer.from(jpeg);
    const table = file.indexOf(Buffer.from([0xff, 0xc4]));
    assert.equal(file[table + 4], 0, 'the first table is of DC');
    for (const symbol of [0x10, 0xf0, 0x1b]) {
      file[table + 5 + 16] = symbol; // of the shortest code
      await assert.rejects(reader.read(file), { code: 'bad-image', reason: 'corrupt' });
    }
  });

  for (const [format, whole] of /** @type {[string, Buffer][]} */ ([
    ['PNG of one chunk', Buffer.from(greyPng({ width: 300, height: 400 }))],
    ['PNG of 16 bits', Buffer.from(greyPng({ width: 300, height: 400, depth: 16 }))],
    ['PNG of many chunks', inChunks(Buffer.from(greyPng({ width: 300, height: 400 })), 3000)],
    ['BMP', bmp(300, 400)],
  ]))
    test(`a ${format} without its last rows is incomplete, or read with a warning where they are few`, async () => {
      const picture = (await reader.read(whole, { picture: true })).picture.data;
      let [nwarned, nrefused] = [0, 0];
      for (const left of cuts(whole.length)) {
        const read = await reader.read(whole.subarray(0, left), { picture: true }).catch((error) => error);
        if (read instanceof Error) {
          assert.deepEqual(
            [read.code, /cut short|incomplete/.test(read.message)],
            ['bad-image', true],
            `${left} bytes: ${read.message}`,
          );
          nrefused++;
          continue;
        }
        assert.ok(read.warnings.includes('truncated'), `${left} bytes`);
        const same = read.picture.data.reduce((n, grey, i) => n + Number(grey === picture[i]), 0);
        assert.ok(same >= 0.97 * picture.length, `${left} bytes: ${same} of ${picture.length} pixels`);
        nwarned++;
      }
      assert.ok(nwarned > 1 && nrefused > 20, `${nwarned} warned, ${nrefused} refused`);
      assert.ok(!(await reader.read(whole)).warnings.includes('truncated'));
    });

  test('a JPEG that lacks its last rows is told of inside a DICOM too', async () => {
    const bare = cut(0.005);
    const { picture, warnings } = await reader.read(bare, { picture: true });
    assert.ok(warnings.includes('truncated'));
    const { width, height } = picture;
    /** @type {Record<number, import('../fixtures/dicom.js').Element>} */
    const tags = { ...bits8, 0x00280010: [0x00280010, 'US', height], 0x00280011: [0x00280011, 'US', width] };
    const inside = (/** @type {Buffer} */ file) =>
      reader.read(dicomFile({ syntax: '1.2.4.50', compressed: true, pixels: encapsulated([file]), tags }));
    assert.ok((await inside(bare)).warnings.includes('truncated'));
    assert.ok(!(await inside(jpeg)).warnings.includes('truncated'));
    await assert.rejects(inside(cut(0.2)), { code: 'bad-image', message: /\d+ % of its picture/ });
  });

  test('a JPEG that has lost bytes is refused or warned of, wherever that was', async () => {
    const { start, end } = scanOf(jpeg);
    const lost = [];
    for (let at = start + 40; at + 140 < end; at += Math.ceil((end - start) / 40)) {
      const warned = await reader.read(withoutBytes(at, 100)).then(
        ({ warnings }) => warnings.includes('truncated'),
        () => true,
      );
      if (!warned) lost.push(at);
    }
    assert.deepEqual(lost, []);
  });

  test('a JPEG without its tables is refused', async () => {
    const at = jpeg.indexOf(Buffer.from([0xff, 0xc4]));
    const length = 2 + jpeg.readUInt16BE(at + 2);
    const bare = Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(at + length)]);
    await assert.rejects(reader.read(bare), { code: 'bad-image' });
  });

  test('bytes between segments belong to nobody, and the film is read as without them', async () => {
    const at = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
    const padded = Buffer.concat([jpeg.subarray(0, at), Buffer.from([0, 1, 2, 3]), jpeg.subarray(at)]);
    assert.equal((await reader.read(padded)).logit, (await reader.read(jpeg)).logit);
  });

  test('an index beyond its palette is black, whatever was read before', async () => {
    const [short, whole] = [palettePng(120), palettePng(256)];
    const first = await reader.read(short, { picture: true });
    await reader.read(whole);
    const second = await reader.read(short, { picture: true });
    assert.equal(first.logit, second.logit);
    assert.ok(first.picture.data.includes(0) && first.picture.data.some((grey) => grey > 20000));
  });

  test("a wrong checksum of a text hurts nobody, and one of the picture's does", async () => {
    const png = Buffer.from(greyPng());
    const text = chunk('tEXt', Buffer.from('Comment\0made by a test'));
    text[text.length - 1] ^= 1;
    const withText = Buffer.concat([png.subarray(0, 33), text, png.subarray(33)]);
    assert.equal((await reader.read(withText)).logit, (await reader.read(png)).logit);
    const broken = Buffer.from(png);
    broken[png.length - 20] ^= 1;
    await assert.rejects(reader.read(broken), { code: 'bad-image' });
  });

  test(
    'the kinds of files from public bug reports have their right answers',
    { skip: !existsSync(SHARED) && '../shared is not here' },
    async () => {
      /** Reasons why it is not judged, and warnings; "read" stands for none. @type {Record<string, string>} */
      const right = {
        '1-window-1500-300.dcm': 'window',
        '7-born-2019-12.dcm': 'age',
        'frames-2-but-1.dcm': 'multi-frame truncated',
        'jpeg-missing-eoi.dcm': 'truncated',
        'jpg-minus1.jpg': 'truncated',
        'sc-ybr422-jpeg-grey.dcm': 'secondary-capture',
        'tiny-40x32.dcm': 'too-small low-resolution',
        'view-LT.LAT.dcm': 'view lateral',
      };
      const decisions = new Map();
      for (const name of (await readdir(join(SHARED, 'reports'))).filter((one) => one !== 'README.md')) {
        const { decision, scope, warnings } = await reader.read(await readFile(join(SHARED, 'reports', name)));
        decisions.set(name, decision);
        const said = [...new Set([...(scope.reason ? [scope.reason] : []), ...warnings])].join(' ') || 'read';
        assert.equal(said, right[name] ?? 'read', name);
      }
      for (const [one, other] of [
        ['1-window-1500-300.dcm', '1-window-none.dcm'],
        ['2-voilut-says10-holds12.dcm', '2-voilut-says12.dcm'],
      ])
        assert.equal(decisions.get(one), decisions.get(other), one);
    },
  );

  test(
    'what others found is read or refused as it should be',
    { skip: !existsSync(SHARED) && '../shared is not here' },
    async () => {
      const refused =
        /^(corrupt-(progressive|scan|zero)|jpeg-(12bit|arithmetic|dnl|ls|no-dht)|other-(?!dicom)|png-half)/;
      const warned = /^corrupt-bytes-lost/;
      for (const name of await readdir(join(SHARED, 'formats'))) {
        if (name === 'TABLE.tsv') continue;
        const file = (await readdir(join(SHARED, 'formats', name))).find(
          (one) => one.startsWith('film') || one.startsWith('file'),
        );
        if (!file) continue;
        const bytes = await readFile(join(SHARED, 'formats', name, file));
        const outcome = await reader.read(bytes).then(
          ({ warnings }) => (warnings.includes('truncated') ? 'warned' : 'read'),
          (error) => (assert.match(error.message, /^[A-Z].*\.$/s), 'refused'),
        );
        assert.equal(
          outcome,
          refused.test(name)
            ? 'refused'
            : warned.test(name)
              ? 'warned'
              : name.startsWith('other-dicom')
                ? outcome
                : 'read',
          name,
        );
      }
    },
  );

  test(
    'and what fuzzing found is answered within a second',
    { skip: !existsSync(SHARED) && '../shared is not here' },
    async () => {
      for (const name of (await readdir(join(SHARED, 'fuzz'))).filter((one) => one !== 'README')) {
        const bytes = await readFile(join(SHARED, 'fuzz', name));
        const started = performance.now();
        const code = await reader.read(bytes).then(
          () => 'read',
          (error) => error.code,
        );
        assert.ok(['read', 'bad-image', 'unsupported-image', 'image-too-large'].includes(code), `${name}: ${code}`);
        assert.ok(performance.now() - started < 10_000, name);
      }
    },
  );
});
