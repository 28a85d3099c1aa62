// Compressed and plain DICOM films of 3.6 megapixels, and a JPEG: our decoders beside dicom-parser with the @cornerstonejs codecs and
// jpeg-lossless-decoder-js, interleaved in one Node, on one thread. Ours is parse, decode and the file's grey scale in 16 bits;
// theirs parse, decode and a straight window over the values, which is the least that a viewer adds.
//
//   node tests/bench/dicom.js        needs ../shared/dicom; the peers come with npm run bench, or are named by $PEERS

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codecsOf } from '../../web/worker/codecs.js';
import { Engine } from '../../web/worker/engine.js';
import { CACHE, DIST, MODELS, ROOT } from './places.js';
import { median } from './statistics.js';

const ROUNDS = 15;
const FILMS = join(ROOT, '../shared/dicom/radiograph');
const PEERS = process.env.PEERS ?? CACHE;
const require = createRequire(join(PEERS, 'package.json'));

/** @param {string} name */
const load = async (name) => (await import(pathToFileURL(join(DIST, 'engine', `${name}.mjs`)).href)).default();

async function ours() {
  const settings = { threads: 1, viewSide: 0, limits: { megapixels: 100, fileMib: 256 } };
  const engine = new Engine(await load('simd'), readFileSync(MODELS.int8), settings);
  engine.useCodecs(codecsOf(await load('codecs')));
  return (/** @type {Uint8Array} */ file) => engine.close(engine.open(file));
}

/** @returns {Promise<Record<string, (frame: Uint8Array) => ArrayBufferView>>} by transfer syntax */
async function theirs() {
  const codec = async (/** @type {string} */ name, /** @type {string} */ file, /** @type {string} */ decoder) => {
    const module = await require(join(PEERS, `node_modules/@cornerstonejs/codec-${name}/dist/${file}.js`))({
      print() {},
    });
    return (/** @type {Uint8Array} */ frame) => {
      const one = new module[decoder]();
      one.getEncodedBuffer(frame.length).set(frame);
      one.decode();
      const bytes = one.getDecodedBuffer().slice();
      one.delete();
      return bytes;
    };
  };
  const j2k = await codec('openjpeg', 'openjpegwasm_decode', 'J2KDecoder');
  const jls = await codec('charls', 'charlswasm_decode', 'JpegLSDecoder');
  const { Decoder } = require('jpeg-lossless-decoder-js');
  const lossless = (/** @type {Uint8Array} */ frame) => new Uint8Array(new Decoder().decompress(frame.slice().buffer));
  return {
    4.57: lossless,
    '4.70': lossless,
    '4.80': jls,
    4.81: jls,
    '4.90': j2k,
    4.91: j2k,
    jpeg: await codec('libjpeg-turbo-8bit', 'libjpegturbowasm_decode', 'JPEGDecoder'),
  };
}

/** What a viewer does with the values at least. @param {ArrayBufferView} decoded */
function windowed(decoded) {
  const values = new Uint16Array(decoded.buffer, decoded.byteOffset, decoded.byteLength >> 1);
  const table = Uint16Array.from({ length: 65536 }, (_, value) => Math.min(65535, value * 16));
  return values.map((value) => table[value]);
}

/** PackBits of two planes of bytes, as PS3.5 G has it. @param {Uint8Array} frame @param {number} npixels */
function runLengths(frame, npixels) {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const out = new Uint8Array(2 * npixels);
  for (let plane = 0; plane < view.getUint32(0, true); plane++) {
    let from = view.getUint32(4 + 4 * plane, true);
    for (let to = 1 - plane; to < 2 * npixels;) {
      const count = view.getInt8(from++);
      if (count >= 0) for (let i = 0; i <= count; i++, to += 2) out[to] = frame[from++];
      else if (count > -128) {
        for (let i = 0; i < 1 - count; i++, to += 2) out[to] = frame[from];
        from++;
      }
    }
  }
  return out;
}

/** @param {Uint8Array} file @param {Awaited<ReturnType<typeof theirs>>} codecs */
function peer(file, codecs) {
  const dicomParser = require('dicom-parser');
  const set = dicomParser.parseDicom(file);
  const syntax = set.string('x00020010').replace('1.2.840.10008.1.2', '').replace(/^\./, '');
  const element = set.elements.x7fe00010;
  if (!element.encapsulatedPixelData)
    return windowed(file.slice(element.dataOffset, element.dataOffset + element.length));
  const frame = dicomParser.readEncapsulatedPixelDataFromFragments(set, element, 0, element.fragments.length);
  if (syntax === '5') return windowed(runLengths(frame, set.uint16('x00280010') * set.uint16('x00280011')));
  return codecs[syntax] ? windowed(codecs[syntax](frame)) : null;
}

const [read, codecs] = [await ours(), await theirs()];
const films = readdirSync(FILMS)
  .filter((name) => /^(RG2_|GH133|CR-)/.test(name))
  .map((name) => ({ name, file: new Uint8Array(readFileSync(join(FILMS, name))) }));
const jpeg = join(CACHE, 'films/film_2.5mp.jpg');
if (existsSync(jpeg)) films.push({ name: 'film_2.5mp.jpg', file: new Uint8Array(readFileSync(jpeg)) });

console.log(`${cpus()[0].model}, Node ${process.version}, one thread, medians of ${ROUNDS} rounds, milliseconds`);
for (const { name, file } of films) {
  const isJpeg = name.endsWith('.jpg');
  const other = () => (isJpeg ? codecs.jpeg(file) : peer(file, codecs));
  if (!other()) {
    console.log(`${name.padEnd(24)} no peer reads it`);
    continue;
  }
  /** @type {[number[], number[]]} */
  const times = [[], []];
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, work] of [() => read(file.slice()), other].entries()) {
      const started = performance.now();
      work();
      times[i].push(performance.now() - started);
    }
  const [own, theirTime] = times.map(median);
  console.log(
    `${name.padEnd(24)} ${own.toFixed(1).padStart(7)} ${theirTime.toFixed(1).padStart(7)}  ${(own / theirTime).toFixed(2)}`,
  );
}
