// Whether the films of late differ from those that a site's rule was measured on: counts by week, of no film, and the two-sample test
// of Kolmogorov and Smirnov.

/** @typedef {import('./types.d.ts').Histogram} Histogram */
/** @typedef {import('./types.d.ts').DriftCounts} Counts */
/** @typedef {import('./types.d.ts').Drift} Drift */
/** @typedef {import('./types.d.ts').Findings} Findings */
/** @typedef {import('./types.d.ts').Profile} Profile */

/** Films of one kind are called different once in so many looks. */
export const LEVEL = 0.01;

/** So many films of late are looked at; fewer tell little. */
const LEAST_FILMS = 50;
const WEEKS = 8;

const NBINS = 20;
const DAY_MS = 86_400_000;

/** Bins that hold equally many of the values. @param {number[]} values @returns {Histogram} */
export function histogramOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const edges = Array.from({ length: NBINS - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / NBINS)] ?? 0);
  const own = [...new Set(edges)];
  /** @type {Histogram} */
  const histogram = { edges: own, counts: Array(own.length + 1).fill(0) };
  for (const value of values) histogram.counts[binOf(own, value)]++;
  return histogram;
}

/** @param {number[]} edges @param {number} value */
function binOf(edges, value) {
  const at = edges.findIndex((edge) => value < edge);
  return at < 0 ? edges.length : at;
}

/** @param {Date} date @returns {string} the Monday of its week */
export function weekOf(date) {
  const monday = new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY_MS);
  return monday.toISOString().slice(0, 10);
}

/** Counts a film in, by what the reader found. @param {Counts} counts @param {Profile} profile @param {Findings} findings @param {Date} [now]
 * @returns {Counts} */
export function counted(counts, { drift, crc32 }, { scope, logit, decision }, now = new Date()) {
  const week = weekOf(now);
  const none = {
    ...{ films: 0, called: 0, notJudged: 0 },
    scope: Array(drift.scope.counts.length).fill(0),
    logit: Array(drift.logit.counts.length).fill(0),
  };
  const before = counts.profile === crc32 ? counts.weeks : {};
  const at = structuredClone(before[week] ?? none);
  at.films++;
  if (decision === 'pneumonia') at.called++;
  if (scope.reason !== null) at.notJudged++;
  if (scope.score !== null) at.scope[binOf(drift.scope.edges, scope.score)]++;
  if (scope.reason === null) at.logit[binOf(drift.logit.edges, logit)]++;
  return { profile: crc32, weeks: { ...before, [week]: at } };
}

/** Counts of nothing yet. @param {Profile} profile @returns {Counts} */
export const noCounts = ({ crc32 }) => ({ profile: crc32, weeks: {} });

/** Compares the films of the last weeks with those that were measured. @param {Profile} profile @param {Counts} counts @returns {Drift} */
export function driftOf({ drift }, { weeks }) {
  const late = Object.keys(weeks).sort().slice(-WEEKS);
  const films = late.reduce((sum, week) => sum + weeks[week].films, 0);
  const chances = /** @type {const} */ (['scope', 'logit']).map((name) => {
    const sum = drift[name].counts.map((_, bin) => late.reduce((all, week) => all + (weeks[week][name][bin] ?? 0), 0));
    return [name, films < LEAST_FILMS ? 1 : chanceOf(...apart(drift[name].counts, sum))];
  });
  const differs = chances
    .filter(([, chance]) => Number(chance) < LEVEL)
    .map(([name]) => /** @type {'scope' | 'logit'} */ (name));
  return { films, enough: films >= LEAST_FILMS, level: LEVEL, chances: Object.fromEntries(chances), differs };
}

/** The greatest distance of two distributions over the same bins, and how many films either has.
 * @param {number[]} one @param {number[]} other @returns {[number, number, number]} */
export function apart(one, other) {
  const [n, m] = [one, other].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  let [a, b, most] = [0, 0, 0];
  for (let bin = 0; bin < one.length; bin++) {
    [a, b] = [a + one[bin] / n, b + other[bin] / m];
    most = Math.max(most, Math.abs(a - b));
  }
  return [most, n, m];
}

/**
 * How often two samples of the same kind would be so far apart or farther: Kolmogorov's distribution, with Stephens's correction for
 * small samples (1970). Distances of binned values are never above the true ones, so that the answer errs towards "no difference".
 * @param {number} distance 0 to 1 @param {number} n in the one sample @param {number} m in the other
 * @returns {number} 0 to 1
 */
export function chanceOf(distance, n, m) {
  if (n === 0 || m === 0) return 1;
  const root = Math.sqrt((n * m) / (n + m));
  const at = (root + 0.12 + 0.11 / root) * distance;
  if (at < 0.2) return 1; // the series below needs ever more terms towards 0
  let [sum, sign] = [0, 1];
  for (let k = 1; k <= 100; k++, sign = -sign) sum += sign * Math.exp(-2 * k * k * at * at);
  return Math.min(1, Math.max(0, 2 * sum));
}
