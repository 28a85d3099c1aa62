// A plot as an SVG tree: axes by d3-scale, lines by d3-shape. Neither needs a DOM, so that the command line and the page draw the same.

import { scaleLinear } from 'd3-scale';
import { curveLinear, curveStepAfter, line } from 'd3-shape';
import { h } from 'preact';

/** @typedef {import('preact').ComponentChild} Node */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ label: string, domain?: [number, number], format?: (value: number) => string }} Axis */
/**
 * What is drawn; `tone` 1 to 4 is one of the style's colours, 0 grey.
 * @typedef {{ line: Point[], tone: number, steps?: boolean, dashed?: boolean }
 *   | { dots: (Point & { name?: string })[], tone: number }
 *   | { bars: { from: number, to: number, height: number }[], tone: number }
 *   | { reaches: { x: number, low: number, high: number }[], tone: number }} Mark
 */

const [WIDTH, HEIGHT] = [360, 300];
const MARGIN = { top: 10, right: 14, bottom: 42, left: 48 };

/**
 * @param {{ title: string, about: string, x: Axis, y: Axis, marks: Mark[], key?: { tone: number, name: string }[] }} what `about` says in
 *   a sentence what the plot shows: it stands below it, and it is what is read aloud
 */
export function plot({ title, about, x, y, marks, key = [] }) {
  const [left, right, top, bottom] = [MARGIN.left, WIDTH - MARGIN.right, MARGIN.top, HEIGHT - MARGIN.bottom];
  const scales = {
    x: scaleLinear(x.domain ?? [0, 1], [left, right]),
    y: scaleLinear(y.domain ?? [0, 1], [bottom, top]),
  };
  return h(
    'figure',
    { class: 'plot' },
    h('h3', null, title),
    h(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title}. ${about}` },
      acrossAxis(scales.x, x, top, bottom),
      upAxis(scales.y, y, left, right),
      marks.map((mark) => drawn(mark, scales)),
    ),
    key.length > 0 &&
      h(
        'p',
        { class: 'key' },
        key.map(({ tone, name }) => h('span', { class: `tone-${tone}` }, name)),
      ),
    h('figcaption', null, about),
  );
}

/** @typedef {import('d3-scale').ScaleLinear<number, number>} Scale */

/** @param {Scale} scale @param {Axis} axis @param {number} top @param {number} bottom */
function acrossAxis(scale, { label, format = String }, top, bottom) {
  const [from, to] = scale.range();
  return h(
    'g',
    { class: 'axis' },
    scale
      .ticks(5)
      .map((tick) => [
        h('line', { x1: scale(tick), x2: scale(tick), y1: top, y2: bottom }),
        h('text', { x: scale(tick), y: bottom + 16, 'text-anchor': 'middle' }, format(tick)),
      ]),
    h('text', { class: 'name', x: (from + to) / 2, y: bottom + 35, 'text-anchor': 'middle' }, label),
  );
}

/** @param {Scale} scale @param {Axis} axis @param {number} left @param {number} right */
function upAxis(scale, { label, format = String }, left, right) {
  const [from, to] = scale.range();
  return h(
    'g',
    { class: 'axis' },
    scale
      .ticks(5)
      .map((tick) => [
        h('line', { x1: left, x2: right, y1: scale(tick), y2: scale(tick) }),
        h('text', { x: left - 6, y: scale(tick) + 4, 'text-anchor': 'end' }, format(tick)),
      ]),
    h(
      'text',
      { class: 'name', transform: `translate(12 ${(from + to) / 2}) rotate(-90)`, 'text-anchor': 'middle' },
      label,
    ),
  );
}

/** @param {Mark} mark @param {{ x: Scale, y: Scale }} scales @returns {Node} */
function drawn(mark, { x, y }) {
  const tone = `tone-${mark.tone}`;
  if ('line' in mark) {
    const path = line(
      (/** @type {Point} */ point) => x(point.x),
      (/** @type {Point} */ point) => y(point.y),
    ).curve(mark.steps ? curveStepAfter : curveLinear);
    return h('path', { class: `line ${tone} ${mark.dashed ? 'dashed' : ''}`, d: path(mark.line) ?? '' });
  }
  if ('dots' in mark)
    return mark.dots.map((dot) =>
      h('circle', { class: `dot ${tone}`, cx: x(dot.x), cy: y(dot.y), r: 5 }, dot.name && h('title', null, dot.name)),
    );
  if ('bars' in mark)
    return mark.bars.map(({ from, to, height }) =>
      h('rect', {
        class: `bar ${tone}`,
        ...{ x: x(from), width: Math.max(0, x(to) - x(from) - 1), y: y(height), height: Math.max(0, y(0) - y(height)) },
      }),
    );
  return mark.reaches.map((one) =>
    h('line', { class: `reach ${tone}`, x1: x(one.x), x2: x(one.x), y1: y(one.low), y2: y(one.high) }),
  );
}
