// Shows the answer in words: the decision, how sure, what to mind, or why there is none.

import { percent } from '../percent.js';
import { element } from './element.js';
import { DECISIONS, statusLine, thresholdLine, troubleTitle, WARNINGS } from './words.js';

/** @typedef {import('../types.d.ts').Findings} Findings */

/** @param {import('./store.js').Store} store @param {() => void} onRetry */
export function showAnswer(store, onRetry) {
  element('retry', HTMLButtonElement).addEventListener('click', onRetry);
  store.subscribe((state) => {
    const { findings, trouble, phase, filmName } = state;
    element('waiting', HTMLElement).hidden = Boolean(findings || trouble);
    element('result', HTMLElement).hidden = !findings;
    element('trouble', HTMLElement).hidden = !trouble;
    element('retry', HTMLElement).hidden = phase !== 'failed';
    if (findings) fillResult(findings, filmName);
    if (trouble) fillTrouble(trouble);
    setText('status', statusLine(state));
  });
}

/** @param {Findings} findings @param {string} filmName */
function fillResult(findings, filmName) {
  setText('film-name', `${filmName}, ${findings.width} × ${findings.height} pixels`);
  setText('decision', DECISIONS[findings.decision]);
  setText('probability', percent(findings.probability));
  setText('threshold', thresholdLine(findings));
  element('result', HTMLElement).dataset.decision = findings.decision;
  element('fill', HTMLElement).style.width = `${100 * findings.probability}%`;
  element('mark', HTMLElement).style.left = `${100 * findings.threshold}%`;
  fillWarnings(findings.warnings);
}

/** @param {Findings['warnings']} warnings */
function fillWarnings(warnings) {
  element('warnings', HTMLElement).hidden = warnings.length === 0;
  const items = warnings.map((name) => {
    const item = document.createElement('li');
    item.textContent = WARNINGS[name];
    return item;
  });
  element('warning-list', HTMLElement).replaceChildren(...items);
}

/** @param {{ code: string, message: string }} trouble */
function fillTrouble({ code, message }) {
  setText('trouble-title', troubleTitle(code));
  setText('trouble-text', message);
  setText('trouble-code', code);
}

/**
 * Text that stays as it is is not touched, or a screen reader would say it again.
 * @param {string} id
 * @param {string} text
 */
function setText(id, text) {
  const target = element(id, HTMLElement);
  if (target.textContent !== text) target.textContent = text;
}
