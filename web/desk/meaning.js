// What an answer means for a patient of a group where a share of patients has pneumonia: worked out from what was measured, at
// home (films like those of the training) and elsewhere (other hospitals), and of each share never the kinder one.

import { answers } from './metrics.js';

/** @typedef {import('../reader/types.d.ts').Decision} Decision */
/** @typedef {import('../reader/patients.js').Group} Group */
/** @typedef {import('./metrics.js').Metrics} Metrics */
/** @typedef {import('./metrics.js').Point} Point */
/** @typedef {import('./metrics.js').Said} Said */
/** @typedef {ReturnType<typeof answers>} Answers */

/** The share of patients with pneumonia that is assumed until somebody says it. */
export const ASSUMED_PREVALENCE = 0.2;

/** How many films of a class a share is told of at the least. */
const LEAST = 20;

/**
 * What was measured of films of a group, the films of all hospitals of a kind together; null for a class of too few films.
 * @param {Metrics | null} metrics @param {string} point its name @param {Group} group
 * @returns {{ home: Answers | null, elsewhere: Answers | null }}
 */
export function measuredOf(metrics, point, group) {
  const of = (/** @type {'internal' | 'external'} */ kind) => {
    const points = (metrics?.sets ?? [])
      .filter((set) => set.kind === kind && set.group === group && set.points[point])
      .map((set) => set.points[point].said);
    return points.length > 0 && group !== null ? answers({ said: ofEnough(points.reduce(together)) }) : null;
  };
  return { home: of('internal'), elsewhere: of('external') };
}

/** @param {Point['said']} said @returns {Point['said']} */
const ofEnough = ({ pneumonia, normal }) => ({ pneumonia: enough(pneumonia), normal: enough(normal) });

/** @param {Said} said @returns {Said} the same, or none where there are too few */
const enough = (said) =>
  Object.values(said).reduce((sum, count) => sum + count, 0) < LEAST
    ? { pneumonia: 0, normal: 0, uncertain: 0, 'out-of-scope': 0 }
    : said;

/** @param {Point['said']} one @param {Point['said']} other @returns {Point['said']} */
function together(one, other) {
  const sum = (/** @type {'pneumonia' | 'normal'} */ kind) =>
    /** @type {Point['said']['normal']} */ (
      Object.fromEntries(
        Object.entries(one[kind]).map(([name, count]) => [name, count + other[kind][/** @type {Decision} */ (name)]]),
      )
    );
  return { pneumonia: sum('pneumonia'), normal: sum('normal') };
}

/**
 * Of films that are answered so, the share that shows pneumonia (Bayes), from the worse of what was measured at home and
 * elsewhere: the fewer found and the more false alarms, or the more missed and the fewer cleared. Null where it was not
 * measured, or for what is no answer.
 * @param {ReturnType<typeof measuredOf>} measured @param {Decision} decision @param {number} prevalence 0 to 1
 */
export function shownBy({ home, elsewhere }, decision, prevalence) {
  const values = (/** @type {keyof Answers} */ name) =>
    [home?.[name], elsewhere?.[name]].flatMap((share) => (share ? [share.value] : []));
  const [ill, well] =
    decision === 'pneumonia'
      ? [Math.min(...values('found')), Math.max(...values('alarms'))]
      : decision === 'normal'
        ? [Math.max(...values('missed')), Math.min(...values('cleared'))]
        : [NaN, NaN];
  const [right, wrong] = [ill * prevalence, well * (1 - prevalence)];
  return Number.isFinite(right + wrong) && right + wrong > 0 ? right / (right + wrong) : null;
}
