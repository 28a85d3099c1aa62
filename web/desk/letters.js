// The letters of the patient's sides at the edges of a film, wherever the view has turned or mirrored it: what viewers call
// orientation markers. They are DICOM's, the same in every language: A front, P back, L left, R right, H head, F feet.

/** @type {Record<string, string>} */
const OPPOSITE = { A: 'P', P: 'A', L: 'R', R: 'L', H: 'F', F: 'H' };

/** @param {string} letters */
const opposite = (letters) => [...letters].map((letter) => OPPOSITE[letter]).join('');

/**
 * @param {NonNullable<import('../reader/types.d.ts').FilmFacts['edges']>} edges of the upright film
 * @param {import('./placement.js').View} view
 */
export function lettersOf({ right, bottom }, { turns, mirrored, upended }) {
  const around = [opposite(bottom), right, bottom, opposite(right)]; // clockwise from the top
  const [top, end, low, start] = around.map((_, i) => around[(i - turns + 4) % 4]);
  const [left, across] = mirrored ? [end, start] : [start, end];
  return upended ? { top: low, right: across, bottom: top, left } : { top, right: across, bottom: low, left };
}
