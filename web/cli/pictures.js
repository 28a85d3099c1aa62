// Writes films as PNG files: with their heatmaps, or as they were read; each under a name of its own.

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { encode } from 'fast-png';
import { overlay } from '../reader/overlay.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */

/** @type {Record<'heatmap' | 'picture', { end: string, draw: (findings: Findings) => Parameters<typeof encode>[0] | null }>} */
const KINDS = {
  heatmap: {
    end: '.heatmap.png',
    draw: ({ view, heatmap }) =>
      view && heatmap && { ...view, depth: 8, data: withoutAlpha(overlay(view, heatmap)), channels: 3 },
  },
  picture: { end: '.png', draw: ({ picture }) => picture && { ...picture, depth: 16, channels: 1 } },
};

/**
 * @param {string} folder is made if need be
 * @param {keyof typeof KINDS} kind
 * @returns {Promise<(file: string, findings: Findings) => Promise<string>>} writes one film and gives the path. A name that was
 *   given out before gets a number, so that films of two folders do not overwrite one another.
 */
export async function pictureWriter(folder, kind) {
  const { end, draw } = KINDS[kind];
  await mkdir(folder, { recursive: true });
  /** @type {Set<string>} */
  const taken = new Set();
  return async (file, findings) => {
    const picture = draw(findings);
    if (!picture) throw new TypeError(`The findings hold no ${kind}.`);
    const path = join(folder, freeName(basename(file, extname(file)), end, taken));
    await writeFile(path, encode(picture));
    return path;
  };
}

/** Names are compared without case, as some disks do. @param {string} stem @param {string} end @param {Set<string>} taken */
function freeName(stem, end, taken) {
  for (let number = 1; ; number++) {
    const name = `${stem}${number > 1 ? `-${number}` : ''}${end}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}

/** @param {Uint8ClampedArray} rgba @returns {Uint8Array} */
function withoutAlpha(rgba) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) rgb.set(rgba.subarray(from, from + 3), to);
  return rgb;
}
