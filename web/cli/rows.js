// A film's row, for people and for programs.

import { percent } from '../percent.js';

/** @typedef {import('../types.d.ts').Findings} Findings */
/** @typedef {import('../types.d.ts').Reader} Reader */
/** @typedef {{ file: string, findings?: Findings, error?: { code: string, message: string } }} Outcome */

export const HEADING = row('decision', 'probability', 'ms', 'engine', 'threads', 'file');

/** @param {Outcome} outcome @returns {string} */
export function textRow({ file, findings, error }) {
  const name = printable(file);
  if (!findings) return row('not read', '', '', '', '', `${name}: ${error?.message} [${error?.code}]`);
  const { decision, probability, timing, engine, warnings } = findings;
  const note = warnings.length > 0 ? `  (${warnings.join(', ')})` : '';
  return row(
    decision,
    percent(probability),
    timing.total.toFixed(1),
    engine.variant,
    String(engine.threads),
    name + note,
  );
}

/**
 * Every key is always there; what is not known is null.
 * @param {Outcome} outcome
 * @param {Reader} reader
 * @returns {string}
 */
export function jsonRow({ file, findings, error }, reader) {
  return JSON.stringify({
    file,
    decision: findings?.decision ?? null,
    probability: findings?.probability ?? null,
    logit: findings?.logit ?? null,
    warnings: findings?.warnings ?? [],
    error: error ? { code: error.code, message: error.message } : null,
    timing: findings?.timing ?? null,
    engine: findings?.engine ?? reader.engine,
    model: findings?.model ?? reader.model,
  });
}

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
