// A film with its answer beneath, in letters of pixels: what is seen wherever the picture goes.

import font from 'oled-font-5x7';
import { ANSWERS, chanceOf, NEXT, NOTE, overruledOf, ruleOf } from './words.js';
import { overlay, shownGreys } from '../reader/overlay.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').View} View */

const LETTER = { width: font.width + 1, height: font.height + 3 };
const MARGIN = 8;
const WHITE = 255;

/**
 * @param {Findings} findings
 * @param {View} view
 * @returns {{ width: number, height: number, data: Uint8Array }} RGB, u8[height][width][3]: the film, its heatmap where it is judged, and black
 *   lines with white letters
 */
export function captioned(findings, view) {
  const scale = Math.max(1, Math.round(view.width / 512));
  const lines = wrapped(wordsOf(findings), Math.floor((view.width - 2 * MARGIN) / (LETTER.width * scale)));
  const height = view.height + 2 * MARGIN + lines.length * LETTER.height * scale;
  const data = new Uint8Array(view.width * height * 3);
  drawFilm(findings, view, data);
  for (const [number, line] of lines.entries())
    letters(line, (x, y) => {
      const [left, top] = [MARGIN + x * scale, view.height + MARGIN + (number * LETTER.height + y) * scale];
      for (let row = top; row < top + scale; row++) {
        const at = 3 * (row * view.width + left);
        data.fill(WHITE, at, at + 3 * scale);
      }
    });
  return { width: view.width, height, data };
}

/** @param {Findings} findings @param {View} view @param {Uint8Array} rgb gets the film's pixels from its start on */
function drawFilm({ decision, heatmap }, view, rgb) {
  const [pixels, nchannels] =
    decision === 'out-of-scope' || !heatmap ? [shownGreys(view), 1] : [overlay(view, heatmap), 4];
  for (let i = 0; i < view.width * view.height; i++)
    for (let channel = 0; channel < 3; channel++)
      rgb[3 * i + channel] = pixels[nchannels * i + (nchannels === 1 ? 0 : channel)];
}

/** @param {Findings} findings @returns {string} */
function wordsOf(findings) {
  const { decision, probability, warnings, model, engine } = findings;
  const judged = decision !== 'out-of-scope';
  return [
    `${ANSWERS[decision]}.`,
    NEXT[decision],
    ...overruledOf(findings),
    ...(judged ? [chanceOf(probability)] : []),
    ruleOf(findings),
    ...(warnings.length ? [`Warnings: ${warnings.join(', ')}.`] : []),
    `Pneumoscope, model ${model.version}, engine ${engine.version}.`,
    NOTE,
  ].join(' ');
}

/** @param {string} words @param {number} width in letters @returns {string[]} */
function wrapped(words, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of words.split(' ')) {
    const line = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (lines.length > 0 && line.length <= width) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}

/** @param {string} line @param {(x: number, y: number) => void} dot */
function letters(line, dot) {
  [...line].forEach((letter, number) => {
    const first = font.lookup.indexOf(letter) * font.width;
    if (first < 0) return;
    for (let x = 0; x < font.width; x++)
      for (let y = 0; y <= font.height; y++) if ((font.fontData[first + x] >> y) & 1) dot(number * LETTER.width + x, y);
  });
}
