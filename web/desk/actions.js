// What can be done to a film that is shown: one table for the keyboard, the tool bar and the help.
// The keys are those of radiology viewers; they work wherever the focus is, but for fields to type in.

import {
  INITIAL,
  mirrored,
  moved,
  turned,
  upended,
  windowed,
  windowedTo,
  windowedWhole,
  zoomed,
  zoomOf,
} from './placement.js';

/** @typedef {import('./placement.js').View} View */
/** @typedef {import('./placement.js').Size} Size */
/** @typedef {{ film: Size, frame: Size, grey: import('../reader/types.d.ts').View | null }} Place what an action may want to know of the film shown */
/** @typedef {import('./store.js').State} State */
/** @typedef {keyof typeof ACTIONS} Action */

/**
 * @typedef {object} Deed what an action does: one of these
 * @property {string[]} keys
 * @property {(view: View, place: Place) => View} [view]
 * @property {(state: State) => Partial<State>} [set]
 * @property {1 | -1} [step] to another film of the list
 * @property {'compare' | 'fullscreen'} [stage] what is done to the place of all films
 */

const STEP = 1.25;
const PAN = 60;
const WINDOW = 0.05;
const HEAT = 0.1;

const inDevicePixels = () => 1 / (globalThis.devicePixelRatio ?? 1);

/** @type {(dx: number, dy: number) => Deed['view']} */
const pan =
  (dx, dy) =>
  (view, { film, frame }) =>
    moved(view, film, frame, dx, dy);

/** @type {(level: number, width: number) => Deed['view']} */
const nudge = (level, width) => (view) => windowed(view, view.level + level, view.width + width);

/** @type {(step: number) => Deed['set']} */
const heat = (step) => (state) => ({
  heatShown: true,
  heatOpacity: Math.min(Math.max(state.heatOpacity + step, 0.1), 1),
});

/** @satisfies {Record<string, Deed>} */
export const ACTIONS = {
  'tool-window': { keys: ['w'], set: () => ({ tool: 'window' }) },
  'tool-pan': { keys: ['p'], set: () => ({ tool: 'pan' }) },
  'tool-zoom': { keys: ['z'], set: () => ({ tool: 'zoom' }) },
  'tool-magnify': { keys: ['m'], set: () => ({ tool: 'magnify' }) },
  'tool-measure': { keys: ['d'], set: () => ({ tool: 'measure' }) },
  compare: { keys: ['c'], stage: 'compare' },
  fullscreen: { keys: ['x'], stage: 'fullscreen' },
  'zoom-in': { keys: ['+', '='], view: (view, { film, frame }) => zoomed(view, film, frame, STEP) },
  'zoom-out': { keys: ['-'], view: (view, { film, frame }) => zoomed(view, film, frame, 1 / STEP) },
  fit: { keys: ['f'], view: (view) => ({ ...view, zoom: null, x: 0, y: 0 }) },
  actual: {
    keys: ['a'],
    view: (view, { film, frame }) => zoomed(view, film, frame, inDevicePixels() / zoomOf(view, film, frame)),
  },
  'rotate-left': { keys: ['l'], view: (view) => turned(view, -1) },
  'rotate-right': { keys: ['r'], view: (view) => turned(view, 1) },
  mirror: { keys: ['h'], view: mirrored },
  upend: { keys: ['v'], view: upended },
  invert: { keys: ['i'], view: (view) => ({ ...view, inverted: !view.inverted }) },
  reset: { keys: ['0', ' '], view: () => INITIAL },
  heat: { keys: ['o'], set: ({ heatShown }) => ({ heatShown: !heatShown }) },
  'heat-more': { keys: [']'], set: heat(HEAT) },
  'heat-less': { keys: ['['], set: heat(-HEAT) },
  'pan-left': { keys: ['ArrowLeft'], view: pan(PAN, 0) },
  'pan-right': { keys: ['ArrowRight'], view: pan(-PAN, 0) },
  'pan-up': { keys: ['ArrowUp'], view: pan(0, PAN) },
  'pan-down': { keys: ['ArrowDown'], view: pan(0, -PAN) },
  brighter: { keys: ['Shift+ArrowUp'], view: nudge(-WINDOW, 0) },
  darker: { keys: ['Shift+ArrowDown'], view: nudge(WINDOW, 0) },
  'more-contrast': { keys: ['Shift+ArrowRight'], view: nudge(0, -WINDOW) },
  'less-contrast': { keys: ['Shift+ArrowLeft'], view: nudge(0, WINDOW) },
  'preset-full': { keys: ['1'], view: (view, { grey }) => (grey ? windowedWhole(view, grey) : view) },
  'preset-range': { keys: ['2'], view: (view, { grey }) => (grey ? windowedTo(view, grey) : view) },
  'preset-lungs': { keys: ['3'], view: (view) => windowed(view, 0.35, 0.55) },
  'preset-bones': { keys: ['4'], view: (view) => windowed(view, 0.7, 0.5) },
  next: { keys: ['PageDown', 'j'], step: 1 },
  previous: { keys: ['PageUp', 'k'], step: -1 },
  undo: { keys: ['Ctrl+z'] }, // the desk's, where no film is open too
  help: { keys: ['?'], set: () => ({ help: true }) },
};

export const PRESETS = /** @type {const} */ (['preset-full', 'preset-range', 'preset-lungs', 'preset-bones']);

/** @param {Action} name @returns {Deed} */
export const deedOf = (name) => /** @type {any} */ (ACTIONS[name]);

/** @param {KeyboardEvent} event @returns {Action | undefined} */
export function actionOf({ key, shiftKey, ctrlKey, altKey, metaKey }) {
  const held = ctrlKey || metaKey;
  if (altKey || (held && shiftKey)) return undefined;
  const pressed = `${held ? 'Ctrl+' : ''}${key.length > 1 ? `${shiftKey ? 'Shift+' : ''}${key}` : key.toLowerCase()}`;
  const names = /** @type {Action[]} */ (Object.keys(ACTIONS));
  return names.find((name) => deedOf(name).keys.includes(pressed));
}

/** Whether a key that is pressed there belongs to what has the focus: letters that are typed, or a button's own space bar.
 * @param {KeyboardEvent} event */
export function isTyped(event) {
  const [target] = event.composedPath();
  if (!(target instanceof Element)) return false;
  if (target.matches('input:not([type=checkbox], [type=file]), textarea, select, [contenteditable]')) return true;
  return event.key === ' ' && target.matches('button, summary, input, a');
}
