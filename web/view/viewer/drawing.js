// How a film is to be drawn into a canvas, and what follows from it for each pixel.

/**
 * @typedef {object} Drawing
 * @property {number[]} matrix from the film's pixels to the canvas's: x' = a x + c y + e, y' = b x + d y + f; quarter turns,
 *   so that either b and c or a and d are 0
 * @property {number} width of the canvas in its own pixels
 * @property {number} height
 * @property {number} black the grey shown black, 0 to 1 of the film's range
 * @property {number} white the grey shown white
 * @property {boolean} inverted
 */

/**
 * Where a film lies in the canvas: for each axis of the canvas, the film's axis that runs along it, and from the middle of a
 * pixel of the canvas the place in the film: place = scale * (pixel + 0.5) + offset.
 * @param {Drawing} drawing
 */
export function placementOf({ matrix: [a, b, c, d, e, f] }) {
  const turned = Math.abs(b) > Math.abs(a);
  const [along, down] = turned ? [c, b] : [a, d];
  return { turned, along: { scale: 1 / along, offset: -e / along }, down: { scale: 1 / down, offset: -f / down } };
}

/** How many pixels of the film lie in one of the canvas. @param {Drawing} drawing */
export const scaleOf = (drawing) => Math.abs(placementOf(drawing).along.scale);

/** From a value of the film to a grey of the screen, 0 to 255. @param {Drawing} drawing */
export function gainOf({ black, white, inverted }) {
  const gain = 255 / (65535 * Math.max(white - black, 1e-6));
  const offset = -black * 65535 * gain;
  return inverted ? { gain: -gain, offset: 255 - offset } : { gain, offset };
}
