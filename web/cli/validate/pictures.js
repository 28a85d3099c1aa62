// The films of the surest mistakes with their heatmaps, as addresses that hold the picture.

import { encode } from 'fast-png';
import { readFilm } from '../films.js';
import { withoutAlpha } from '../outputs.js';
import { overlay } from '../../reader/overlay.js';

/** @param {{ file: string }[]} mistakes @param {import('./listing.js').Listing['films']} films
 * @param {import('../../reader/types.d.ts').Pool} pool @returns {Promise<Map<string, string>>} by film */
export async function picturesOf(mistakes, films, pool) {
  const paths = new Map(films.map(({ listed, path }) => [listed.file, path]));
  const pictures = new Map();
  for (const { file } of mistakes) {
    const path = paths.get(file);
    const findings = path && (await pool.read(await readFilm(path), { heatmap: true, view: true }).catch(() => null));
    if (!findings || !findings.view || !findings.heatmap) continue;
    const data = withoutAlpha(overlay(findings.view, findings.heatmap));
    const png = encode({ width: findings.view.width, height: findings.view.height, data, depth: 8, channels: 3 });
    pictures.set(file, `data:image/png;base64,${Buffer.from(png).toString('base64')}`);
  }
  return pictures;
}
