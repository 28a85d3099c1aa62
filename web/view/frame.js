// One drawing for all that changes within a frame of the screen.

/** A hidden tab and a document without a screen have no frames: so long a drawing waits for one, in ms. */
const LONGEST = 100;

/**
 * What changes first is drawn at once, what changes after it once a frame. The last change is always drawn.
 * @param {() => void} draw draws what is there by then
 * @returns {() => void} to be called after every change
 */
export function onceAFrame(draw) {
  let waits = false;
  let changed = false;
  const ask = () => {
    changed = waits;
    if (waits) return;
    waits = true;
    nextFrame(() => {
      waits = false;
      if (changed) ask();
    });
    draw();
  };
  return ask;
}

/**
 * What draws a widget when the state has changed. While films are read, their rows change a hundred times a second, so changes of rows
 * are drawn once a frame. Other changes are drawn at once.
 * @param {import('lit').ReactiveElement} widget
 * @returns {(state: import('../desk/store.js').State, before: import('../desk/store.js').State) => void}
 */
export function drawerOf(widget) {
  const later = onceAFrame(() => widget.requestUpdate());
  return (state, before) => (state.rows === before.rows ? widget.requestUpdate() : later());
}

/** @param {() => void} act */
function nextFrame(act) {
  const once = () => {
    clearTimeout(timer);
    if (frame) cancelAnimationFrame(frame);
    act();
  };
  const frame = globalThis.requestAnimationFrame?.(once);
  const timer = setTimeout(once, LONGEST);
}
