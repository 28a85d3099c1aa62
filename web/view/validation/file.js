// The report as one file, made of the page's own elements.

import { h, render } from 'preact';
import { report, REPORT_POLICY } from '../../validate/report/report.js';

/** @param {import('../../validate/report/report.js').Set} set @param {import('../../validate/words.js').Speaker} speaker
 * @param {string} style @returns {string} HTML */
export function reportFile(set, speaker, style) {
  const page = document.implementation.createHTMLDocument(`${speaker.t('report.title')} – Pneumoscope`);
  Object.assign(page.documentElement, { lang: speaker.language, dir: speaker.direction });
  const part = (/** @type {string} */ name, /** @type {Record<string, string>} */ attributes) => {
    const element = page.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    page.head.append(element);
    return element;
  };
  page.head.prepend(part('meta', { charset: 'utf-8' }));
  part('meta', { 'http-equiv': 'Content-Security-Policy', content: REPORT_POLICY });
  part('meta', { name: 'viewport', content: 'width=device-width' });
  render(h('main', null, report(set, speaker)), page.body);
  // The page's policy would complain of a style in any document of its own.
  const text = page.documentElement.outerHTML.replace('</head>', () => `<style>${style}</style></head>`);
  return `<!doctype html>\n${text}\n`;
}
