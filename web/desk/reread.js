// A film that lies otherwise than films do, put right: copies of the engine's view of it, for a new reading.

/** @typedef {import('../reader/types.d.ts').GreySamples} Picture */
/** @typedef {keyof typeof REREADINGS} How */

export const REREADINGS = {
  'turned-left': (/** @type {Picture} */ film) => moved(film, true, (x, y) => film.width - 1 - y + x * film.width),
  'turned-right': (/** @type {Picture} */ film) => moved(film, true, (x, y) => y + (film.height - 1 - x) * film.width),
  'upside-down': (/** @type {Picture} */ film) =>
    moved(film, false, (x, y) => film.width - 1 - x + (film.height - 1 - y) * film.width),
  cropped,
  inverted: (/** @type {Picture} */ film) => ({ ...film, data: film.data.map((grey) => 65535 - grey) }),
};

/** A film has noise everywhere; the frame of a viewer's window, its text and a plain border have not. */
const LIVELY = 0.3;

/** The film in a screenshot: the longest run of lines in which neighbours differ, of the rows and then of their columns.
 * @param {Picture} film @returns {Picture} */
function cropped({ data, width, height, bits }) {
  const [top, bottom] = longestRun(height, (y) =>
    liveliness(width - 1, (x) => [y * width + x, y * width + x + 1], data),
  );
  const [left, right] = longestRun(width, (x) =>
    liveliness(bottom - top - 1, (y) => [(top + y) * width + x, (top + y + 1) * width + x], data),
  );
  const [across, down] = [right - left, bottom - top];
  const out = new Uint16Array(across * down);
  for (let y = 0; y < down; y++)
    out.set(data.subarray((top + y) * width + left, (top + y) * width + right), y * across);
  return { data: out, width: across, height: down, bits };
}

/** @param {number} npairs @param {(at: number) => [number, number]} pair of neighbours @param {Uint16Array} data
 * @returns {number} the share of pairs that differ */
function liveliness(npairs, pair, data) {
  let differ = 0;
  for (let at = 0; at < npairs; at++) {
    const [one, other] = pair(at);
    if (data[one] !== data[other]) differ++;
  }
  return differ / Math.max(npairs, 1);
}

/** @param {number} count @param {(line: number) => number} livelinessOf @returns {[number, number]} from a line to before another;
 * all of them where none is lively */
function longestRun(count, livelinessOf) {
  let best = [0, 0];
  for (let from = 0; from < count; from++) {
    let to = from;
    while (to < count && livelinessOf(to) >= LIVELY) to++;
    if (to - from > best[1] - best[0]) best = [from, to];
    from = to;
  }
  return best[1] > best[0] ? [best[0], best[1]] : [0, count];
}

/** @param {Picture} film @param {boolean} turned by a quarter @param {(x: number, y: number) => number} from the index of the
 * pixel that comes to (x, y) @returns {Picture} */
function moved({ data, width, height, bits }, turned, from) {
  const [across, down] = turned ? [height, width] : [width, height];
  const out = new Uint16Array(data.length);
  for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) out[y * across + x] = data[from(x, y)];
  return { data: out, width: across, height: down, bits };
}
