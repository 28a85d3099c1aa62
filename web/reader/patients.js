// Whom films are of: the groups of patients that the model learned from, by age.

/** @typedef {import('./types.d.ts').Findings} Findings */
/** @typedef {'children' | 'adults' | 'other' | null} Group null where nobody has said it */

/** Whom the model learned from. */
export const GROUPS = /** @type {const} */ (['children', 'adults']);

/** The group whose rule of the model decides; null where the model's own does. @param {Group} group
 * @returns {import('./types.d.ts').Patient | null} */
export const patientOf = (group) => (group === 'children' ? 'child' : group === 'adults' ? 'adult' : null);

/** Years of age: from the first to below the second. */
const AGES = { children: [1, 6], adults: [18, Infinity] };

/** What a film's own file says of its patient: nobody that the model has learned from, where the view is not frontal.
 * @param {Pick<Findings, 'film' | 'warnings'>} findings @returns {Group} */
export function statedGroup({ film: { ageYears }, warnings }) {
  if (warnings.includes('lateral')) return 'other';
  if (ageYears === null) return null;
  return GROUPS.find((group) => ageYears >= AGES[group][0] && ageYears < AGES[group][1]) ?? 'other';
}

/** Whose figures count: by the film's file, or by the user's word. @param {Pick<Findings, 'film' | 'warnings'>} findings
 * @param {...Group} said the first that is not null counts @returns {Group} */
export const groupOf = (findings, ...said) => [statedGroup(findings), ...said].find((group) => group !== null) ?? null;
