// Writes films with their heatmaps as PNG files, each under a name of its own.

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { encode } from 'fast-png';
import { overlay } from '../reader/overlay.js';

/**
 * @param {string} folder is made if need be
 * @returns {Promise<(file: string, findings: import('../reader/types.d.ts').Findings) => Promise<string>>} writes one film and
 *   gives the path. A name that was given out before gets a number, so that films of two folders do not overwrite one
 *   another.
 */
export async function heatmapWriter(folder) {
  await mkdir(folder, { recursive: true });
  /** @type {Set<string>} */
  const taken = new Set();
  return async (file, { view, heatmap }) => {
    if (!view || !heatmap) throw new TypeError('The findings hold no view or no heatmap.');
    const path = join(folder, freeName(basename(file, extname(file)), taken));
    await writeFile(path, encode({ ...view, data: withoutAlpha(overlay(view, heatmap)), channels: 3 }));
    return path;
  };
}

/** Names are compared without case, as some disks do. @param {string} stem @param {Set<string>} taken */
function freeName(stem, taken) {
  for (let number = 1; ; number++) {
    const name = `${stem}${number > 1 ? `-${number}` : ''}.heatmap.png`;
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
