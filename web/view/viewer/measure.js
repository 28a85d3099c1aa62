// A line over the film with its length: in millimetres where the file states a spacing, else in pixels, and it says which.

import { html, svg } from 'lit';

/** @typedef {{ x: number, y: number }} Point */

/**
 * @param {import('../i18n.js').Translator} translator @param {[Point, Point]} ends in the film's pixels
 * @param {number[]} matrix from those to the frame's @param {number | null} spacing millimetres a pixel
 */
export function measure({ t, number }, ends, [a, b, c, d, e, f], spacing) {
  const [from, to] = ends.map(({ x, y }) => ({ x: a * x + c * y + e, y: b * x + d * y + f }));
  const length = Math.hypot(ends[1].x - ends[0].x, ends[1].y - ends[0].y);
  const words = spacing
    ? t('readout.mm', { value: number(length * spacing, { maximumFractionDigits: 1 }) })
    : t('readout.pixels', { value: number(Math.round(length)) });
  return html`<svg class="measure" role="img" aria-label=${words}>
    ${svg`<line x1=${from.x} y1=${from.y} x2=${to.x} y2=${to.y} /><text x=${to.x + 8} y=${to.y - 8}>${words}</text>`}
  </svg>`;
}
