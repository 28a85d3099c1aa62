// <pneumo-viewer>: one film in its frame, with the heatmap over it, moved and changed by mouse, fingers and keys.
// The film is drawn on one canvas and the heat on another: the window is a CSS filter on the first, the heat's strength
// the opacity of the second, so that neither touches a pixel.

import { html, nothing } from 'lit';
import { define } from '../define.js';
import { actionOf, deedOf } from './actions.js';
import { Gestures } from './gestures.js';
import { t } from '../i18n.js';
import { Picture } from './picture.js';
import { readout } from './readout.js';
import { INITIAL, matrixOf, moved, windowed, zoomed } from './view.js';
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
    view: { attribute: false },
    tool: {},
    heatShown: { type: Boolean },
    heatOpacity: { type: Number },
    size: { state: true },
    lens: { state: true },
  };

  /** @type {Picture | null} */
  #picture = null;
  /** What the browser itself makes of the film, until the engine has read it. @type {ImageBitmap | null} */
  #preview = null;
  #resize = new ResizeObserver(() => this.#measure());
  #gestures = new Gestures({
    onDrag: (drag, dx, dy) => this.#drag(drag, dx, dy),
    onPinch: (factor, at, dx, dy) => this.#pinch(factor, at, dx, dy),
    onTap: (at) => this.tool === 'pan' && this.#change(moved(this.view, this.#film, this.size, -at.x, -at.y)),
    onHover: (at) => (this.lens = at),
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
    this.view = INITIAL;
    /** @type {import('../store.js').State['tool']} */
    this.tool = 'window';
    this.heatShown = true;
    this.heatOpacity = 0.9;
    /** The frame. @type {import('./view.js').Size} */
    this.size = { width: 1, height: 1 };
    /** Where the magnifier is; null is the middle. @type {Point | null} */
    this.lens = null;
  }

  disconnectedCallback() {
    this.#resize.disconnect();
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
        aria-label=${t('viewer.frame', { film: this.label })}
        data-tool=${this.tool}
        ?data-zoomed=${this.view.zoom !== null}
        @keydown=${this.#press}
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
        ${this.film?.view ? readout(this.film, this.view, this.size) : nothing}
        <div class="lens" aria-hidden="true" ?hidden=${this.tool !== 'magnify'}>
          <canvas class="picture"></canvas>
          <canvas class="heat" ?hidden=${!this.heatShown}></canvas>
        </div>
      </div>
    `;
  }

  firstUpdated() {
    this.#resize.observe(/** @type {Element} */ (this.querySelector('.frame')));
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('film')) this.#take();
    if (changed.has('file')) this.#foresee();
    this.#draw();
  }

  /** @param {import('./actions.js').Action} name */
  act(name) {
    const { view, set, step } = deedOf(name);
    const place = { film: this.#film, frame: this.size, grey: this.#picture?.film ?? null };
    if (view) this.#change(view(this.view, place));
    if (set) this.emit('do-change', set);
    if (step) this.emit('do-step', { by: step });
  }

  get #film() {
    return this.#picture?.size ?? this.#preview ?? this.size;
  }

  #take() {
    this.#picture?.close();
    this.#picture = this.film?.view ? new Picture(this.film) : null;
    if (this.file) this.#picture?.sharpen(this.file).then(() => this.requestUpdate());
  }

  /** A DICOM film, or one that has been read by the time, has no preview. */
  async #foresee() {
    this.#preview?.close();
    this.#preview = null;
    const { file } = this;
    if (!file || this.#picture || !this.early) return;
    const preview = await createImageBitmap(file, { resizeWidth: PREVIEW_WIDTH }).catch(() => null);
    if (this.file === file && !this.#picture && this.isConnected) this.#preview = preview;
    else preview?.close();
    this.requestUpdate();
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = /** @type {Element} */ (this.querySelector('.frame'));
    this.size = { width, height };
  }

  /** @param {import('./view.js').View} view */
  #change(view) {
    this.emit('do-view', { place: this.place, view });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const name = actionOf(event);
    if (!name) return;
    event.preventDefault();
    this.act(name);
  }

  /** @param {import('./gestures.js').Drag} drag @param {number} dx @param {number} dy */
  #drag(drag, dx, dy) {
    const { view, size, tool } = this;
    if (drag === 'zoom') this.#change(zoomed(view, this.#film, size, Math.exp(-dy * ZOOM_STEP)));
    else if (drag === 'pan' || tool === 'pan') this.#change(moved(view, this.#film, size, dx, dy));
    else if (tool === 'window')
      this.#change(windowed(view, view.level + dy * WINDOW_STEP, view.width + dx * WINDOW_STEP));
  }

  /** @param {number} factor @param {Point} at @param {number} dx @param {number} dy */
  #pinch(factor, at, dx, dy) {
    this.#change(moved(zoomed(this.view, this.#film, this.size, factor, at), this.#film, this.size, dx, dy));
  }

  #draw() {
    const [film, heat, lensFilm, lensHeat] = this.querySelectorAll('canvas');
    const matrix = matrixOf(this.view, this.#film, this.size);
    this.#paint(film, heat, this.size, matrix);
    if (this.tool !== 'magnify') return;
    const { x, y } = this.lens ?? { x: 0, y: 0 };
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
   * @param {import('./view.js').Size} size @param {number[]} matrix */
  #paint(film, heat, size, matrix) {
    heat.style.opacity = String(this.heatOpacity);
    const across = this.#film.width * Math.hypot(matrix[0], matrix[1]) * devicePixelRatio;
    const { image, filter } = this.#picture?.sourceFor(across, this.view) ?? { image: this.#preview, filter: '' };
    film.style.filter = filter;
    paint(film, size, matrix, this.#film, image);
    if (this.heatShown) paint(heat, size, matrix, this.#film, this.#picture?.heat ?? null);
  }
}

define('pneumo-viewer', Viewer);

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import('./view.js').Size} size of the canvas in CSS pixels
 * @param {number[]} matrix from the film's pixels to those
 * @param {import('./view.js').Size} film
 * @param {CanvasImageSource | null} source a picture of the whole film, of any size
 */
function paint(canvas, size, matrix, film, source) {
  const [width, height] = [size.width, size.height].map((side) => Math.round(side * devicePixelRatio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const [a, b, c, d, e, f] = matrix.map((value) => value * devicePixelRatio);
  context.resetTransform();
  context.clearRect(0, 0, width, height);
  context.setTransform(a, b, c, d, e, f);
  context.imageSmoothingQuality = 'medium';
  if (source) context.drawImage(source, 0, 0, film.width, film.height);
}
