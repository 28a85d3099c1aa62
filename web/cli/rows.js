// A film's row, for people and for programs.

import { csvLines, rowOf } from '../results/row.js';
import { percent } from '../results/words.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** `fileBytes`: the path in base64, where a text cannot carry its bytes.
 * @typedef {{ file: string, fileBytes?: string, findings?: Findings, error?: { code: string, reason?: string | null, message: string } }} Outcome */

/** @type {Record<import('../reader/types.d.ts').Decision, string>} */
const DECISIONS = {
  normal: 'looks clear',
  pneumonia: 'pneumonia',
  uncertain: 'uncertain',
  'out-of-scope': 'not judged',
};

/** @type {Record<string, string>} */
const SCOPE_REASONS = {
  blank: 'nothing to see',
  'unlike-training': 'unlike the films the model learned from',
  modality: 'no radiograph, says its file',
  'for-processing': 'a raw picture for processing, says its file',
  view: 'no frontal view, says its file',
  'body-part': 'no chest, says its file',
  age: 'under one year old, says its file',
  'too-small': 'a side has fewer than 96 pixels',
  compressed: 'a JPEG of too low a quality',
  surround: 'a slide or page around the film',
};

/** @type {Record<string, string>} */
const LEFT_OUT = {
  'macos-twin': 'macOS puts such a file beside each',
  dicomdir: "a CD's table of contents",
  empty: 'an empty file',
  'read-before': 'there are rows of them',
  'no-film': 'no picture of a kind that is known',
};

/** @param {string} reason why files of a folder were not read @param {number} count */
export const leftOutLine = (reason, count) => `left out: ${count} (${LEFT_OUT[reason] ?? reason}) [${reason}]`;

export const HEADING = row('decision', 'probability', 'ms', 'engine', 'threads', 'file');

/** @param {Outcome} outcome @returns {string} */
export function textRow({ file, findings, error }) {
  const name = printable(file);
  if (!findings) return row('not read', '', '', '', '', `${name}: ${error?.message} [${error?.code}]`);
  const { decision, probability, timing, engine, warnings } = findings;
  const notes = [reason(findings), ...overruled(findings), ...warnings].filter((note) => note !== '').join(', ');
  return row(
    DECISIONS[decision],
    decision === 'out-of-scope' ? '' : percent(probability),
    timing.total.toFixed(1),
    engine.variant,
    String(engine.threads),
    notes ? `${name}  (${notes})` : name,
  );
}

/** Why there is no plain answer. @param {Findings} findings @returns {string} empty where there is one */
function reason({ decision, uncertain: [low, high], scope }) {
  if (decision === 'uncertain') return `between ${percent(low)} and ${percent(high)}`;
  return scope.reason === null ? '' : (SCOPE_REASONS[scope.reason] ?? scope.reason);
}

/** @param {Findings} findings */
const overruled = ({ scope }) => scope.overruled.map((name) => `read anyway: ${SCOPE_REASONS[name]}`);

export { rowOf as objectRow };

/** @param {Outcome} outcome @param {Pick<Reader, 'engine' | 'model'>} reader @returns {string} */
export function jsonRow(outcome, reader) {
  const { fileBytes } = outcome;
  return JSON.stringify({ ...rowOf(outcome, reader), ...(fileBytes === undefined ? {} : { fileBytes }) });
}

/** @param {Outcome} outcome @param {Pick<Reader, 'engine' | 'model'>} reader @returns {string} */
const csvRow = (outcome, reader) => [...csvLines([rowOf(outcome, reader)])][1];

/** How rows are printed. @type {Record<'text' | 'json' | 'csv', { heading: string, row: (outcome: Outcome, reader: Pick<Reader, 'engine' | 'model'>) => string }>} */
export const FORMS = {
  text: { heading: `${HEADING}\n`, row: (outcome) => `${textRow(outcome)}\n` },
  json: { heading: '', row: (outcome, reader) => `${jsonRow(outcome, reader)}\n` },
  csv: { heading: [...csvLines([])][0], row: csvRow },
};

/**
 * @param {string} decision
 * @param {string} probability
 * @param {string} ms
 * @param {string} engine
 * @param {string} threads
 * @param {string} file
 */
function row(decision, probability, ms, engine, threads, file) {
  const left = [decision.padEnd(12), probability.padStart(12), ms.padStart(8)];
  return [...left, engine.padEnd(15), threads.padStart(7), file].join('  ');
}

/** A file's name may hold anything, also what a terminal would obey. @param {string} name @returns {string} */
function printable(name) {
  return name.replace(/\p{Cc}/gu, '?');
}
