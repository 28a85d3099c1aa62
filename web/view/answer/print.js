// Prints films' reports out of a frame of their own, whatever page they stand in: that page is not printed, and its styles and
// its theme do not reach the paper.

import base from '../base.css';
import report from './report.css';
import { Report } from './report.js';

/** @typedef {{ film: number, findings: import('../../reader/types.d.ts').Findings | null, state: import('../../desk/store.js').State,
 *   point: import('../../reader/types.d.ts').OperatingPoint | null }} Printed findings with the film's picture, where it could
 *   be read */

/**
 * @param {AsyncIterable<Printed> | Iterable<Printed>} films one page each, asked for one after the other
 * @param {import('../i18n.js').Translator} translator that they are printed in
 */
export async function printReports(films, translator) {
  const frame = document.createElement('iframe');
  frame.title = 'Pneumoscope';
  Object.assign(frame.style, { position: 'fixed', width: '0', height: '0', border: '0' });
  document.body.append(frame);
  const view = /** @type {Window & typeof globalThis} */ (frame.contentWindow);
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(base + report); // a page's policy may forbid a style element
  view.document.adoptedStyleSheets = [sheet];
  Object.assign(view.document.documentElement, { lang: translator.language, dir: translator.direction });
  view.document.title = 'Pneumoscope';
  for await (const film of films) view.document.body.append(await pageOf(film, translator, view.document));
  view.addEventListener('afterprint', () => setTimeout(() => frame.remove()));
  view.focus();
  view.print();
}

/** A report is made here, where its element is known, and copied. What is drawn on a canvas is not cloned with it.
 * @param {Printed} film @param {import('../i18n.js').Translator} translator @param {Document} paper */
async function pageOf(film, translator, paper) {
  const workshop = Object.assign(document.createElement('div'), { hidden: true, translator });
  document.body.append(workshop);
  const report = Object.assign(new Report(), film);
  workshop.attachShadow({ mode: 'open' }).append(report);
  await report.updateComplete;
  const copy = /** @type {Element} */ (paper.importNode(report, true));
  const drawn = report.querySelectorAll('canvas');
  copy.querySelectorAll('canvas').forEach((canvas, i) => canvas.getContext('2d')?.drawImage(drawn[i], 0, 0));
  workshop.remove();
  return copy;
}
