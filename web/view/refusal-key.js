// The message for what is wrong with a film's file.

import { KINDS } from '../reader/kinds.js';

/** Files of kinds that are not read share messages: for pictures, for archives, and for what is no image.
 * @param {import('../reader/types.d.ts').Refusal} reason @returns {import('./i18n.js').Key} */
export function refusalKey(reason) {
  const kind = KINDS.find(([name, is]) => name === reason && is !== 'film');
  return /** @type {import('./i18n.js').Key} */ (kind ? `refusal.kind.${kind[1]}` : `refusal.${reason}`);
}
