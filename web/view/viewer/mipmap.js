// A film in halves of halves, so that drawing it small reads few pixels and loses none of them.

/** @typedef {{ width: number, height: number, data: Uint16Array }} Greys u16[height][width], 0 black to 65535 */

/** @type {WeakMap<Greys, Greys[]>} the levels made so far, the film itself first */
const made = new WeakMap();

/** How many levels a film has: each side is half of the one before, rounded down, until both are 1. @param {Greys} film */
export const levelCount = ({ width, height }) => Math.floor(Math.log2(Math.max(width, height))) + 1;

/** One level of a film; 0 is the film itself. @param {Greys} film @param {number} level @returns {Greys} */
export function mipmap(film, level) {
  const levels = made.get(film) ?? [film];
  made.set(film, levels);
  while (levels.length <= level) levels.push(halved(levels[levels.length - 1]));
  return levels[level];
}

/** The level to draw from: it has one to two pixels for each pixel of the screen.
 * @param {Greys} film @param {number} scale pixels of the film for each pixel of the screen */
export function levelFor(film, scale) {
  return Math.max(0, Math.min(Math.floor(Math.log2(scale)), levelCount(film) - 1));
}

/** Each pixel is the mean of four. @param {Greys} film @returns {Greys} */
function halved({ width, height, data }) {
  const [across, down] = [Math.max(1, width >> 1), Math.max(1, height >> 1)];
  const right = width > 1 ? 1 : 0;
  const below = height > 1 ? width : 0;
  const half = new Uint16Array(across * down);
  for (let y = 0; y < down; y++)
    for (let x = 0, from = 2 * y * width; x < across; x++, from += 2)
      half[y * across + x] =
        (data[from] + data[from + right] + data[from + below] + data[from + below + right] + 2) >> 2;
  return { width: across, height: down, data: half };
}
