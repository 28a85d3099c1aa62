// The figures that the project's goals are about. Null where a part of one was not measured.

import { median } from './statistics.js';
import { PEAK_OF } from './peak.js';

const MULTIPLY_ADDS = 292.3e6; // MobileNetV2 1.0 at 224 x 224, grey, two classes: the sum that --profile prints

/** @typedef {import('./rows.js').Row & { median_ms: number, min_ms: number, spread: number }} Result */

const divide = (/** @type {any} */ a, /** @type {any} */ b) => (a == null || b == null ? null : a / b);

/** @param {Result[]} results @param {Partial<Result>} wanted @returns {number | null} the best median */
function best(results, wanted) {
  const fits = (/** @type {any} */ row) => Object.entries(wanted).every(([key, value]) => row[key] === value);
  const medians = results.filter(fits).map((row) => row.median_ms);
  return medians.length > 0 ? Math.min(...medians) : null;
}

/** The best loop's median. @param {Record<string, number>[]} peaks @param {'f32' | 'int8'} precision */
export function peakOf(peaks, precision) {
  const loops = PEAK_OF[precision].filter((name) => peaks[0]?.[name] !== undefined);
  const medians = loops.map((name) => median(peaks.map((peak) => peak[name])));
  return medians.length > 0 ? Math.max(...medians) : null;
}

/**
 * @param {Result[]} results @param {Record<string, number>[]} peaks @param {any[]} coldStarts @param {any} films
 * @param {any} batch @param {{ ours: number, peer: number } | null} large
 */
export function ratiosOf(results, peaks, coldStarts, films, batch, large) {
  const relaxed = (precision, threads) =>
    best(results, { host: 'chromium', ours: true, precision, variant: threads > 1 ? 'relaxed-threads' : 'relaxed' });
  const peer = (precision, threads) => best(results, { host: 'chromium', ours: undefined, precision, threads });
  const share = (precision) => divide(divide(MULTIPLY_ADDS / 1e6, relaxed(precision, 1)), peakOf(peaks, precision));
  const cold = (engine, precision) =>
    coldStarts.find(({ row }) => row.engine === engine && row.precision === precision)?.empty;
  const node = (wanted) => best(results, { host: 'node', threads: 1, ...wanted });
  return {
    f32_1t: divide(relaxed('f32', 1), peer('f32', 1)),
    f32_2t: divide(relaxed('f32', 2), peer('f32', 2)),
    int8_1t: divide(relaxed('int8', 1), peer('int8', 1)),
    int8_2t: divide(relaxed('int8', 2), peer('int8', 2)),
    int8_baseline_1t: divide(best(results, { host: 'chromium', precision: 'int8', variant: 'simd' }), peer('int8', 1)),
    scaling_2t: divide(relaxed('f32', 1), relaxed('f32', 2)),
    share_of_peak_f32: share('f32'),
    share_of_peak_int8: share('int8'),
    cold_start: divide(cold('pneumoscope', 'f32'), cold('litert', 'f32')),
    cold_start_int8: divide(cold('pneumoscope', 'int8'), cold('litert', 'int8')),
    node_int8_vs_ort_node: divide(
      node({ precision: 'int8', variant: 'relaxed' }),
      node({ engine: 'onnxruntime-node', precision: 'f32' }),
    ),
    decode_speedup: divide(films?.decode.grey.plain_ms, films?.decode.grey.ours_ms),
    batch_2_cores: batch?.share ?? null,
    film_12mp: divide(large?.ours, large?.peer),
  };
}
