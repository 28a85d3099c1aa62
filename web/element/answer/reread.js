// A film that lies otherwise than films do, put right: copies of the engine's view of it, for a new reading.

/** @typedef {import('../../reader/types.d.ts').GreySamples} Picture */
/** @typedef {keyof typeof REREADINGS} How */

export const REREADINGS = {
  'turned-left': (/** @type {Picture} */ film) => moved(film, true, (x, y) => film.width - 1 - y + x * film.width),
  'turned-right': (/** @type {Picture} */ film) => moved(film, true, (x, y) => y + (film.height - 1 - x) * film.width),
  'upside-down': (/** @type {Picture} */ film) =>
    moved(film, false, (x, y) => film.width - 1 - x + (film.height - 1 - y) * film.width),
  inverted: (/** @type {Picture} */ film) => ({ ...film, data: film.data.map((grey) => 65535 - grey) }),
};

/** @param {Picture} film @param {boolean} turned by a quarter @param {(x: number, y: number) => number} from the index of the
 * pixel that comes to (x, y) @returns {Picture} */
function moved({ data, width, height, bits }, turned, from) {
  const [across, down] = turned ? [height, width] : [width, height];
  const out = new Uint16Array(data.length);
  for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) out[y * across + x] = data[from(x, y)];
  return { data: out, width: across, height: down, bits };
}
