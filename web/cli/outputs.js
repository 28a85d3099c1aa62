// Writes what was found beside the rows: films as PNG files, with their heatmaps or as they were read, and DICOM results.

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { encode } from 'fast-png';
import { overlay } from '../reader/overlay.js';
import { sourceOf, toSecondaryCapture, toStructuredReport } from '../results/dicom.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {(findings: Findings, film: Uint8Array, carryOver: boolean) => Promise<Record<string, Uint8Array>>} Make files by the ends of their names */

/** @type {Record<string, Uint8Array>} */
const NONE = {};

/** @type {Record<'heatmap' | 'picture' | 'dicom', Make>} */
const KINDS = {
  heatmap: async ({ decision, view, heatmap }) => {
    if (decision === 'out-of-scope') return NONE; // evidence in what cannot be judged is none
    if (!view || !heatmap) throw new TypeError('The findings hold no heatmap.');
    return { '.heatmap.png': encode({ ...view, depth: 8, data: withoutAlpha(overlay(view, heatmap)), channels: 3 }) };
  },
  picture: async ({ picture }) => {
    if (!picture) throw new TypeError('The findings hold no picture.');
    return { '.png': encode({ ...picture, depth: 16, channels: 1 }) };
  },
  dicom: async (findings, film, carryOver) => {
    const source = carryOver && findings.film.kind === 'dicom' ? await sourceOf(film) : undefined;
    return {
      '.sr.dcm': await toStructuredReport(findings, { source }),
      '.sc.dcm': await toSecondaryCapture(findings, { source }),
    };
  },
};

/**
 * @param {keyof typeof KINDS} kind
 * @param {string} folder is made if need be
 * @param {boolean} [carryOver] whether DICOM results name the film and its patient
 * @returns {Promise<(file: string, findings: Findings, film: Uint8Array) => Promise<string[]>>} writes one film's files and gives their
 *   paths. A name that was given out before gets a number, so that films of two folders do not overwrite one another.
 */
export async function resultWriter(kind, folder, carryOver = false) {
  await mkdir(folder, { recursive: true });
  /** @type {Set<string>} */
  const taken = new Set();
  return async (file, findings, film) => {
    const stem = freeStem(basename(file, extname(file)).replaceAll('\\', '_'), taken);
    const files = Object.entries(await KINDS[kind](findings, film, carryOver));
    for (const [end, bytes] of files) await write(join(folder, stem + end), bytes);
    return files.map(([end]) => join(folder, stem + end));
  };
}

/** @param {string} path @param {Uint8Array} bytes rejects with an error that names the path */
async function write(path, bytes) {
  await writeFile(path, bytes).catch((error) => {
    throw Object.assign(error, { path });
  });
}

/** Names are compared without case, as some disks do. @param {string} stem @param {Set<string>} taken */
function freeStem(stem, taken) {
  for (let number = 1; ; number++) {
    const name = `${stem}${number > 1 ? `-${number}` : ''}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}

/** @param {Uint8ClampedArray} rgba @returns {Uint8Array} */
export function withoutAlpha(rgba) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) rgb.set(rgba.subarray(from, from + 3), to);
  return rgb;
}
