// A film's row, for people and for programs.

import { percent } from '../results/words.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('../reader/types.d.ts').Reader} Reader */
/** @typedef {{ file: string, findings?: Findings, error?: { code: string, reason?: string | null, message: string } }} Outcome */

/** @type {Record<import('../reader/types.d.ts').Decision, string>} */
const DECISIONS = {
  normal: 'looks clear',
  pneumonia: 'pneumonia',
  uncertain: 'uncertain',
  'out-of-scope': 'not judged',
};

/** @type {Record<import('../reader/types.d.ts').ScopeReason, string>} */
const SCOPE_REASONS = {
  blank: 'nothing to see',
  'unlike-training': 'unlike the films the model learned from',
  modality: 'no radiograph, says its file',
  'for-processing': 'a raw picture for processing, says its file',
};

/** @type {Record<string, string>} */
const LEFT_OUT = {
  'macos-twin': 'macOS puts such a file beside each',
  dicomdir: "a CD's table of contents",
  empty: 'an empty file',
  'read-before': 'there are rows of them',
  'no-film': 'no DICOM, JPEG, PNG or BMP',
};

/** @param {string} reason why files of a folder were not read @param {number} count */
export const leftOutLine = (reason, count) => `left out: ${count} (${LEFT_OUT[reason]}) [${reason}]`;

export const HEADING = row('decision', 'probability', 'ms', 'engine', 'threads', 'file');

/** @param {Outcome} outcome @returns {string} */
export function textRow({ file, findings, error }) {
  const name = printable(file);
  if (!findings) return row('not read', '', '', '', '', `${name}: ${error?.message} [${error?.code}]`);
  const { decision, probability, timing, engine, warnings } = findings;
  const notes = [reason(findings), ...warnings].filter((note) => note !== '').join(', ');
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
  return scope.reason === null ? '' : SCOPE_REASONS[scope.reason];
}

/**
 * Every key is always there; what is not known is null.
 * @param {Outcome} outcome
 * @param {Pick<Reader, 'engine' | 'model'> | null} reader null where none read the film
 */
export function objectRow({ file, findings, error }, reader) {
  const { name, version, sha256 } = reader?.model ?? {};
  return {
    file,
    decision: findings?.decision ?? null,
    probability: findings?.probability ?? null,
    logit: findings?.logit ?? null,
    operatingPoint: findings?.operatingPoint ?? null,
    threshold: findings?.threshold ?? null,
    uncertain: findings?.uncertain ?? null,
    scope: findings?.scope ?? null,
    warnings: findings?.warnings ?? [],
    film: findings?.film ?? null,
    error: error ? { code: error.code, reason: error.reason ?? null, message: error.message } : null,
    timing: findings?.timing ?? null,
    engine: findings?.engine ?? reader?.engine ?? null,
    model: reader ? { name, version, sha256 } : null,
  };
}

/** @param {Outcome} outcome @param {Pick<Reader, 'engine' | 'model'>} reader @returns {string} */
export const jsonRow = (outcome, reader) => JSON.stringify(objectRow(outcome, reader));

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
