// What is compared: one row for each engine, place, precision and number of threads.

/**
 * @typedef {object} Row
 * @property {string} name unique together with precision and threads
 * @property {string} engine a file of page/engines/, or an engine of node_child.js
 * @property {'chromium' | 'node'} host
 * @property {'f32' | 'int8'} precision
 * @property {number | undefined} threads as many as the engine likes when undefined
 * @property {string | undefined} network its address on the benchmark's server; ours brings its own
 * @property {string | undefined} variant of ours
 * @property {boolean} ours
 */

const TFLITE = { f32: 'mobilenet_v2_2class_f32.tflite', int8: 'mobilenet_v2_2class_u8.tflite' };
const ONNX = '/networks/mobilenet_v2.onnx';

/** Rows for some precisions and thread counts. @param {Partial<Row>} shared */
function family(shared, precisions, threadCounts) {
  return precisions.flatMap((precision) => threadCounts.map((threads) => ({ ...shared, precision, threads })));
}

/** @param {'chromium' | 'node'} host @param {string} base of the variant */
function ours(host, base) {
  const shared = { name: `Pneumoscope ${base}, ${host}`, engine: 'pneumoscope', host, ours: true };
  const rows = family(shared, ['f32', 'int8'], [1, 2]);
  return rows.map((row) => ({ ...row, variant: row.threads > 1 ? `${base}-threads` : base }));
}

const withTflite = (/** @type {Row} */ row) => ({ ...row, network: `/shared/${TFLITE[row.precision]}` });
const withLabels = (/** @type {Row} */ row) => ({ ...row, network: `/networks/labelled_${TFLITE[row.precision]}` });
const peer = (name, engine, network) => ({ name, engine, network, host: 'chromium' });

/** @type {Row[]} */
export const ROWS = [
  ...ours('chromium', 'relaxed'),
  ...ours('chromium', 'simd'),
  ...family(peer('LiteRT.js', 'litert'), ['f32', 'int8'], [1, 2]).map(withTflite),
  ...family(peer('onnxruntime-web', 'onnxruntime', ONNX), ['f32'], [1, 2]),
  ...family(peer('tfjs-backend-wasm', 'tfjs', '/networks/mobilenet_v2.json'), ['f32'], [1, 2]),
  ...family(peer('MediaPipe', 'mediapipe'), ['int8'], [1]).map(withLabels),
  ...ours('node', 'relaxed'),
  ...ours('node', 'simd'),
  ...family({ name: 'onnxruntime-node', engine: 'onnxruntime-node', network: ONNX, host: 'node' }, ['f32'], [1, 2]),
];

/** Rows of the cold start: each engine as a page would use it, with two threads where it has them. */
export const COLD_ROWS = [
  ...family({ ...ROWS[0], name: 'Pneumoscope', variant: undefined }, ['f32', 'int8'], [undefined]),
  ...ROWS.filter(
    ({ host, ours, threads, engine }) => host === 'chromium' && !ours && (threads === 2 || engine === 'mediapipe'),
  ),
];

/** @param {Pick<Row, 'name' | 'precision' | 'threads'>} row */
export const label = ({ name, precision, threads }) =>
  `${name}, ${precision}, ${threads ? `${threads} thread${threads > 1 ? 's' : ''}` : 'threads as it likes'}`;
