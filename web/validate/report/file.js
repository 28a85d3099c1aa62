// The report as one file, made where there is no DOM: it holds its style and its pictures, and prints.

import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { report, REPORT_POLICY } from './report.js';

/** @param {import('./report.js').Set} set @param {import('../words.js').Speaker} speaker @param {string} style @returns {string} HTML */
export function reportFile(set, speaker, style) {
  const page = h(
    'html',
    { lang: speaker.language, dir: speaker.direction },
    h(
      'head',
      null,
      h('meta', { charset: 'utf-8' }),
      h('meta', {
        'http-equiv': 'Content-Security-Policy',
        content: REPORT_POLICY,
      }),
      h('meta', { name: 'viewport', content: 'width=device-width' }),
      h('title', null, `${speaker.t('report.title')} – Pneumoscope`),
      h('style', { dangerouslySetInnerHTML: { __html: style } }),
    ),
    h('body', null, h('main', null, report(set, speaker))),
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}
