// <pneumo-viewer>: one film in its frame, with the heatmap over it, moved and changed by mouse, fingers and keys.
// The film is drawn on one canvas and the heat on another, once a frame of the screen however often they change.

import { html, nothing } from 'lit';
import { define } from '../define.js';
import { deedOf } from '../../desk/actions.js';
import { Gestures } from './gestures.js';
import { drawFilm, prepare } from './film-canvas.js';
import { Picture } from './picture.js';
import { measure } from './measure.js';
import { readout } from './readout.js';
import { filterOf, INITIAL, inverted, matrixOf, moved, spanOf, windowed, zoomed } from '../../desk/placement.js';
import { Part } from '../widget.js';

/** @typedef {import('../../reader/types.d.ts').Findings} Findings */
/** @typedef {import('./gestures.js').Point} Point */

const PREVIEW_WIDTH = 800;
const WINDOW_STEP = 1 / 400; // greys a pixel of dragging
const ZOOM_STEP = 1 / 150;
const LENS = { side: 220, factor: 3 };

export class Viewer extends Part {
  static properties = {
    place: {},
    film: { attribute: false },
    file: { attribute: false },
    early: { type: Boolean },
    label: {},
    date: {},
    view: { attribute: false },
    tool: {},
    heatShown: { type: Boolean },
    heatOpacity: { type: Number },
    size: { state: true },
    pointer: { state: true },
    measured: { state: true },
  };

  /** @type {Picture | null} */
  #picture = null;
  /** What the browser itself makes of the film, until the engine has read it. @type {ImageBitmap | null} */
  #preview = null;
  /** The drawing that the browser was asked for. @type {number | null} */
  #frame = null;
  /** A document that is only simulated has none, and nothing that could change its size. */
  #resize = globalThis.ResizeObserver && new ResizeObserver(() => this.#measure());
  #gestures = new Gestures({
    onDrag: (drag, dx, dy, at) => this.#drag(drag, dx, dy, at),
    onSwipe: (by) => this.#swipe(by),
    onPinch: (factor, at, dx, dy) => this.#pinch(factor, at, dx, dy),
    onTap: (at) => this.tool === 'pan' && this.#change(moved(this.view, this.#film, this.size, -at.x, -at.y)),
    onHover: (at) => (this.pointer = at),
  });

  constructor() {
    super();
    /** @type {'open' | 'beside'} */
    this.place = 'open';
    /** @type {Findings | null} */
    this.film = null;
    /** @type {Blob | null} */
    this.file = null;
    /** Whether the engine will be a while: the browser's own picture is shown meanwhile. */
    this.early = false;
    this.label = '';
    /** Of the study, where the user wants to see it: 2026-11-29. */
    this.date = '';
    this.view = INITIAL;
    /** @type {import('../../desk/store.js').State['tool']} */
    this.tool = 'window';
    this.heatShown = true;
    this.heatOpacity = 0.9;
    /** The frame. @type {import('../../desk/placement.js').Size} */
    this.size = { width: 1, height: 1 };
    /** Where the pointer is, and with it the magnifier; null where it is elsewhere. @type {Point | null} */
    this.pointer = null;
    /** The ends of what is measured, in the film's pixels. @type {[Point, Point] | null} */
    this.measured = null;
  }

  disconnectedCallback() {
    this.#resize?.disconnect();
    if (this.#frame) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#picture?.close();
    this.#picture = null;
    this.#preview?.close();
    this.#preview = null;
    super.disconnectedCallback();
  }

  render() {
    const wheel = { handleEvent: (/** @type {WheelEvent} */ event) => this.#gestures.wheel(event), passive: false };
    return html`
      <div
        class="frame"
        tabindex="0"
        role="application"
        aria-label=${this.t('viewer.frame', { film: this.label })}
        data-tool=${this.tool}
        ?data-zoomed=${this.view.zoom !== null}
        @focusin=${() => this.emit('do-set', { active: this.place })}
        @pointerdown=${(/** @type {PointerEvent} */ event) => this.#gestures.down(event)}
        @pointermove=${(/** @type {PointerEvent} */ event) => this.#gestures.move(event)}
        @pointerup=${(/** @type {PointerEvent} */ event) => this.#gestures.up(event)}
        @pointercancel=${(/** @type {PointerEvent} */ event) => this.#gestures.up(event)}
        @pointerleave=${() => this.#gestures.leave()}
        @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}
        @dblclick=${() => this.act('fit')}
        @wheel=${wheel}
      >
        <canvas class="picture" role="img" aria-label=${this.label}></canvas>
        <canvas class="heat" aria-hidden="true" ?hidden=${!this.heatShown}></canvas>
        ${this.film?.view ? readout(this.translator, this.film, this.view, this.size, this.#under, this.date) : nothing}
        ${this.measured ? measure(this.translator, this.measured, this.#matrix, this.film?.film.spacingMm ?? null) : nothing}
        <div class="lens" aria-hidden="true" ?hidden=${this.tool !== 'magnify' || !this.pointer}>
          <canvas class="picture"></canvas>
          <canvas class="heat" ?hidden=${!this.heatShown}></canvas>
        </div>
      </div>
    `;
  }

  firstUpdated() {
    globalThis.requestIdleCallback?.(prepare); // while the film is read
    this.#resize?.observe(/** @type {Element} */ (this.querySelector('.frame')));
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('film')) this.#take();
    if (changed.has('file')) this.#foresee();
    this.#frame ??=
      globalThis.requestAnimationFrame?.(() => {
        this.#frame = null;
        this.#draw();
      }) ?? null;
  }

  /** @param {import('../../desk/actions.js').Action} name */
  act(name) {
    const { view, set, step } = deedOf(name);
    if (name === 'tool-magnify') this.pointer ??= { x: 0, y: 0 }; // for those who have no pointer
    if (name === 'reset') this.measured = null;
    const place = { film: this.#film, frame: this.size, grey: this.#picture?.film ?? null };
    if (view) this.#change(view(this.view, place));
    if (set) this.emit('do-change', set);
    if (step) this.emit('do-step', { by: step });
  }

  get #film() {
    return this.#picture?.size ?? this.#preview ?? this.size;
  }

  #take() {
    this.measured = null;
    this.#picture?.close();
    this.#picture = this.film?.view ? new Picture(this.film) : null;
    if (this.file) this.#picture?.sharpen(this.file).then(() => this.requestUpdate());
  }

  /** A DICOM film, or one that has been read by the time, has no preview. */
  async #foresee() {
    this.#preview?.close();
    this.#preview = null;
    const { file } = this;
    if (!file || this.#picture || !this.early || !globalThis.createImageBitmap) return;
    const preview = await createImageBitmap(file, { resizeWidth: PREVIEW_WIDTH }).catch(() => null);
    if (this.file === file && !this.#picture && this.isConnected) this.#preview = preview;
    else preview?.close();
    this.requestUpdate();
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = /** @type {Element} */ (this.querySelector('.frame'));
    this.size = { width, height };
  }

  /** @param {import('../../desk/placement.js').View} view */
  #change(view) {
    this.emit('do-view', { place: this.place, view });
  }

  /** To the next film, in the direction of reading. @param {1 | -1} by */
  #swipe(by) {
    if (this.view.zoom !== null) return;
    this.emit('do-step', { by: this.translator.direction === 'rtl' ? /** @type {1 | -1} */ (-by) : by });
  }

  /** @param {import('./gestures.js').Drag} drag @param {number} dx @param {number} dy @param {Point} at */
  #drag(drag, dx, dy, at) {
    const { view, size, tool } = this;
    if (drag === 'zoom' || (drag === 'tool' && tool === 'zoom'))
      this.#change(zoomed(view, this.#film, size, Math.exp(-dy * ZOOM_STEP)));
    else if (drag === 'pan' || tool === 'pan') this.#change(moved(view, this.#film, size, dx, dy));
    else if (tool === 'measure') this.#stretch(at);
    else if (tool === 'window')
      this.#change(windowed(view, view.level + dy * WINDOW_STEP, view.width + dx * WINDOW_STEP));
  }

  /** From where the pointer went down to where it is. @param {Point} at */
  #stretch(at) {
    const start = this.#gestures.start;
    if (start) this.measured = [this.#pixelAt(start), this.#pixelAt(at)];
  }

  /** @param {Point} at in the frame @returns {Point} in the film */
  #pixelAt({ x, y }) {
    return inverted(this.#matrix, { x: x + this.size.width / 2, y: y + this.size.height / 2 });
  }

  /** The pixel under a mouse, where the film has one there. */
  get #under() {
    if (!this.pointer || this.tool === 'magnify') return null;
    const { x, y } = this.#pixelAt(this.pointer);
    const { width, height } = this.#film;
    return x >= 0 && y >= 0 && x < width && y < height ? { x, y } : null;
  }

  get #matrix() {
    return matrixOf(this.view, this.#film, this.size);
  }

  /** @param {number} factor @param {Point} at @param {number} dx @param {number} dy */
  #pinch(factor, at, dx, dy) {
    this.#change(moved(zoomed(this.view, this.#film, this.size, factor, at), this.#film, this.size, dx, dy));
  }

  #draw() {
    const [film, heat, lensFilm, lensHeat] = this.querySelectorAll('canvas');
    const matrix = this.#matrix;
    this.#paint(film, heat, this.size, matrix);
    if (this.tool !== 'magnify' || !this.pointer) return;
    const { x, y } = this.pointer;
    const [left, top] = [this.size.width / 2 + x, this.size.height / 2 + y];
    const lens = /** @type {HTMLElement} */ (this.querySelector('.lens'));
    lens.style.translate = `${left - LENS.side / 2}px ${top - LENS.side / 2}px`;
    const { factor, side } = LENS;
    const [a, b, c, d, e, f] = matrix;
    const larger = [a, b, c, d].map((value) => value * factor);
    const shifted = [side / 2 + (e - left) * factor, side / 2 + (f - top) * factor];
    this.#paint(lensFilm, lensHeat, { width: side, height: side }, [...larger, ...shifted]);
  }

  /** @param {HTMLCanvasElement} film @param {HTMLCanvasElement} heat
   * @param {import('../../desk/placement.js').Size} size @param {number[]} matrix */
  #paint(film, heat, size, matrix) {
    heat.style.opacity = String(this.heatOpacity);
    const across = this.#film.width * Math.hypot(matrix[0], matrix[1]) * devicePixelRatio;
    const greys = this.#picture?.film;
    const sharp = this.#picture?.sharpFor(across) ?? null;
    film.style.filter = greys && sharp ? filterOf(this.view, greys) : '';
    if (greys && !sharp) paintGreys(film, size, matrix, this.#film, greys, this.view);
    else paint(film, size, matrix, this.#film, sharp ?? this.#preview);
    if (this.heatShown) paint(heat, size, matrix, this.#film, this.#picture?.heat ?? null);
  }
}

define('pneumo-viewer', Viewer);

/** @typedef {import('../../desk/placement.js').Size} Size */

/** Gives a canvas as many pixels as the screen has under it. @param {HTMLCanvasElement} canvas @param {Size} size in CSS pixels */
function fitted(canvas, size) {
  const [width, height] = [size.width, size.height].map((side) => Math.round(side * devicePixelRatio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return { context: canvas.getContext('2d'), width, height };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Size} size of the canvas in CSS pixels
 * @param {number[]} matrix from the film's pixels to those
 * @param {Size} film
 * @param {CanvasImageSource | null} source a picture of the whole film, of any size
 */
function paint(canvas, size, matrix, film, source) {
  const { context, width, height } = fitted(canvas, size);
  if (!context) return;
  const [a, b, c, d, e, f] = matrix.map((value) => value * devicePixelRatio);
  context.resetTransform();
  context.clearRect(0, 0, width, height);
  context.setTransform(a, b, c, d, e, f);
  context.imageSmoothingQuality = 'medium';
  if (source) context.drawImage(source, 0, 0, film.width, film.height);
}

/** @param {HTMLCanvasElement} canvas @param {Size} size @param {number[]} matrix @param {Size} film
 * @param {import('../../reader/types.d.ts').View} greys @param {import('../../desk/placement.js').View} view */
function paintGreys(canvas, size, matrix, film, greys, view) {
  const { context, width, height } = fitted(canvas, size);
  const [a, b, c, d, e, f] = matrix.map((value) => value * devicePixelRatio);
  const [across, down] = [film.width / greys.width, film.height / greys.height];
  const placed = [a * across, b * across, c * down, d * down, e, f];
  const drawing = { matrix: placed, width, height, ...spanOf(view, greys), inverted: view.inverted };
  if (context) drawFilm(context, greys, drawing);
}
