// Mouse, pen and fingers on a frame, told as what they mean: dragging, pinching, turning the wheel, tapping.

/** @typedef {{ x: number, y: number }} Point from the frame's centre, in CSS pixels */
/** @typedef {'tool' | 'pan' | 'zoom'} Drag what a drag does: what the tool says, or the same with every tool */

/**
 * @typedef {object} Listener
 * @property {(drag: Drag, dx: number, dy: number, at: Point) => void} onDrag
 * @property {(factor: number, at: Point, dx: number, dy: number) => void} onPinch also for the wheel
 * @property {(at: Point) => void} onTap
 * @property {(by: 1 | -1) => void} onSwipe a finger across the frame: to the next film or the one before
 * @property {(at: Point | null) => void} onHover null when the pointer leaves
 */

const SLACK = 4; // a tap may tremble by so many pixels
const WHEEL = 0.002;
const SWIPE = { least: 60, most_ms: 400 }; // pixels across, and the time that a finger may take

export class Gestures {
  #listener;
  /** @type {Map<number, Point>} */
  #pointers = new Map();
  /** @type {Drag} */
  #drag = 'tool';
  #travelled = 0;
  /** Where the pointer went down, and when. @type {Point & { time: number } | null} */
  start = null;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** @param {PointerEvent} event */
  down(event) {
    const frame = /** @type {HTMLElement} */ (event.currentTarget);
    frame.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, pointOf(event));
    this.#drag = event.button === 1 || event.shiftKey ? 'pan' : event.button === 2 ? 'zoom' : 'tool';
    this.#travelled = this.#pointers.size > 1 ? Infinity : 0;
    this.start = { ...pointOf(event), time: event.timeStamp };
    if (event.button === 1) event.preventDefault(); // or the browser would scroll
  }

  /** @param {PointerEvent} event */
  move(event) {
    const at = pointOf(event);
    const from = this.#pointers.get(event.pointerId);
    this.#listener.onHover(at);
    if (!from) return;
    const before = [...this.#pointers.values()];
    this.#pointers.set(event.pointerId, at);
    const [dx, dy] = [at.x - from.x, at.y - from.y];
    this.#travelled += Math.hypot(dx, dy);
    if (this.#pointers.size === 2) this.#pinch(before, [...this.#pointers.values()]);
    else if (this.#travelled > SLACK) this.#listener.onDrag(this.#drag, dx, dy, at);
  }

  /** @param {PointerEvent} event */
  up(event) {
    const tapped = this.#pointers.delete(event.pointerId) && this.#travelled <= SLACK && event.button === 0;
    if (event.type !== 'pointerup') return;
    if (tapped) this.#listener.onTap(pointOf(event));
    else if (event.pointerType === 'touch' && this.#travelled < Infinity) this.#swipe(event);
  }

  /** @param {PointerEvent} event */
  #swipe(event) {
    const { x = 0, y = 0, time = 0 } = this.start ?? {};
    const at = pointOf(event);
    const [across, along] = [at.x - x, Math.abs(at.y - y)];
    if (event.timeStamp - time > SWIPE.most_ms || Math.abs(across) < SWIPE.least || along > Math.abs(across) / 2)
      return;
    this.#listener.onSwipe(across < 0 ? 1 : -1);
  }

  leave() {
    this.#listener.onHover(null);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : 40 * event.deltaY;
    this.#listener.onPinch(Math.exp(-pixels * WHEEL), pointOf(event), 0, 0);
  }

  /** @param {Point[]} before @param {Point[]} after two fingers each */
  #pinch(before, after) {
    const [was, is] = [before, after].map(([one, other]) => ({
      apart: Math.hypot(one.x - other.x, one.y - other.y),
      x: (one.x + other.x) / 2,
      y: (one.y + other.y) / 2,
    }));
    this.#listener.onPinch(is.apart / Math.max(was.apart, 1), is, is.x - was.x, is.y - was.y);
  }
}

/** @param {MouseEvent} event @returns {Point} */
function pointOf({ clientX, clientY, currentTarget }) {
  const box = /** @type {HTMLElement} */ (currentTarget).getBoundingClientRect();
  return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
}
