// How far a figure may be off by chance: by drawing patients anew, and for the area under the curve by DeLong's formula.

/** @typedef {import('./figures.js').Case} Case */
/** @typedef {import('./shares.js').Measured} Measured */

/** Of many films fewer draws do: their interval is narrow, and each draw takes long. */
const ROUNDS = 1000;
const [LEAST_ROUNDS, MOST_CASES] = [200, 4_000_000];

/** @param {number} n films */
const roundsFor = (n) => Math.max(LEAST_ROUNDS, Math.min(ROUNDS, Math.floor(MOST_CASES / Math.max(n, 1))));

/**
 * 95 % intervals of figures by bootstrap: patients are drawn, since the films of one patient agree.
 * @param {{ patient: string }[]} cases
 * @param {(weights: Float64Array) => Record<string, number | null>} figures of the cases, each as often as `weights` says
 * @returns {Record<string, { low: number, high: number }>} a figure that cannot be had of every draw is left out
 */
export function intervals(cases, figures, rounds = roundsFor(cases.length)) {
  const names = new Map();
  const patientOf = Uint32Array.from(cases, ({ patient }) => {
    if (!names.has(patient)) names.set(patient, names.size);
    return names.get(patient);
  });
  const random = generator(1);
  const [drawn, weights] = [new Float64Array(names.size), new Float64Array(cases.length)];
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (let round = 0; round < rounds; round++) {
    drawn.fill(0);
    for (let i = 0; i < drawn.length; i++) drawn[Math.floor(random() * drawn.length)]++;
    for (let i = 0; i < weights.length; i++) weights[i] = drawn[patientOf[i]];
    for (const [name, value] of Object.entries(figures(weights)))
      if (value !== null) (found.get(name) ?? found.set(name, []).get(name))?.push(value);
  }
  const whole = [...found].filter(([, values]) => values.length === rounds);
  return Object.fromEntries(whole.map(([name, values]) => [name, middle(values)]));
}

/** @param {number[]} values @returns {{ low: number, high: number }} between which lie 95 % of them */
function middle(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))];
  return { low: at(0.025), high: at(0.975) };
}

/** Numbers in 0..1, the same for the same seed: mulberry32. @param {number} seed */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The area under the ROC curve with its standard error (DeLong, DeLong and Clarke-Pearson, 1988), by ranks (Sun and Xu, 2014).
 * It takes every film for a patient of its own.
 * @param {Case[]} cases
 * @returns {(Measured & { error: number }) | null} null where a class has fewer than two cases
 */
export function delong(cases) {
  const [positives, negatives] = [true, false].map((kind) =>
    Float64Array.from(cases.filter(({ positive }) => positive === kind).map(({ probability }) => probability)).sort(),
  );
  if (positives.length < 2 || negatives.length < 2) return null;
  // For each case, the share of the other class that it stands on the right side of.
  const ofPositives = [...positives].map((one) => rankIn(negatives, one) / negatives.length);
  const ofNegatives = [...negatives].map((one) => 1 - rankIn(positives, one) / positives.length);
  const value = mean(ofPositives);
  const error = Math.sqrt(variance(ofPositives) / positives.length + variance(ofNegatives) / negatives.length);
  const reach = 1.959964 * error;
  return { value, low: Math.max(0, value - reach), high: Math.min(1, value + reach), error };
}

/** How many of the sorted values lie below, those that are equal as halves. @param {Float64Array} sorted @param {number} value */
const rankIn = (sorted, value) => (firstFrom(sorted, value, false) + firstFrom(sorted, value, true)) / 2;

/** The place of the first value that is not below `value`, or with `above` that is above it.
 * @param {Float64Array} sorted @param {number} value @param {boolean} above */
export function firstFrom(sorted, value, above) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const between = (low + high) >> 1;
    if (sorted[between] < value || (above && sorted[between] === value)) low = between + 1;
    else high = between;
  }
  return low;
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** @param {number[]} values at least two */
function variance(values) {
  const centre = mean(values);
  return values.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (values.length - 1);
}
