// The page's icons: lines on a grid of 24, in the colour of the text around them.

import { html, svg } from 'lit';

const RING = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z';

const PATHS = {
  pneumonia: 'M12 3.5 2.5 20h19zM12 10v4.5M12 17.2v.3',
  normal: 'M5 12h14',
  uncertain: `${RING}M9.3 9.6a2.8 2.8 0 1 1 4 2.5c-.9.4-1.3.9-1.3 1.9M12 16.8v.3`,
  'out-of-scope': `${RING}M5.7 5.7l12.6 12.6`,
  waiting: `${RING}M12 7.5V12l3 2`,
  failed: 'M6 3h8l4 4v14H6zM14 3v4h4M9.5 11.5l5 5m0-5-5 5',
  drop: 'M12 15V4m0 0L8 8m4-4 4 4M4 15v4a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-4',
  mark: 'M12 4v8m0 0-3 3m3-3 3 3M8 7c-3 0-5 4-5 9 0 3 1 4 3 4s3-1 3-4V8m7-1c3 0 5 4 5 9 0 3-1 4-3 4s-3-1-3-4V8',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  shield: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5',
  list: 'M4 6h16M4 12h16M4 18h16',
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  report: 'M6 3h9l4 4v14H6zM9 12h6M9 16h6',
  previous: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  heat: 'M8 16c-3-4 0-10 4-10s7 6 4 10-5 3-8 0zm2-2c-1.5-2 0-5 2-5s3 3 1.5 5-2 1.5-3.5 0z',
  'tool-measure': 'M4 20 20 4M4 20v-4m0 4h4M8 16l2 2m1-5 2 2m1-5 2 2',
  fullscreen: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  film: 'M4 3h16v18H4zM12 6v5m0 0-2 2m2-2 2 2M10 9.5c-2.5.8-4 4-4.2 8 0 1 .8 1.3 1.7 1l2-1c.4-.2.5-.5.5-1zM14 9.5c2.5.8 4 4 4.2 8 0 1-.8 1.3-1.7 1l-2-1c-.4-.2-.5-.5-.5-1z',
  'tool-window': `${RING}M12 3v18M12 6.5h5M12 10h7.5M12 14h7.5M12 17.5h5`,
  'tool-pan': 'M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3',
  'tool-zoom': 'M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l6 6M10 7.5v5M7.5 10h5',
  'tool-magnify': 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8 9.5a4.5 4.5 0 0 1 3.5-2.5',
  'zoom-in': 'M12 5v14M5 12h14',
  'zoom-out': 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M9 9h6v6H9z',
  actual: 'M5 8.5 7.5 7v10M16 8.5 18.5 7v10M12 10v.2M12 14v.2',
  'rotate-left': 'M4 4v5h5M4.6 9a8 8 0 1 1-.6 4.5',
  'rotate-right': 'M20 4v5h-5M19.4 9a8 8 0 1 0 .6 4.5',
  mirror: 'M12 3v18M9 7v10H3zM15 7v10h6z',
  upend: 'M3 12h18M7 9h10V3zM7 15h10v6z',
  invert: `${RING}M12 3a9 9 0 0 0 0 18zM10 5v14M8 6v12M6 8v8`,
  reset: 'M4 4v5h5M4.6 9A8 8 0 0 1 20 12a8 8 0 0 1-15 4M12 8v4l3 2',
  help: `${RING}M9.3 9.6a2.8 2.8 0 1 1 4 2.5c-.9.4-1.3.9-1.3 1.9M12 16.8v.3`,
  compare: 'M3 5h8v14H3zM13 5h8v14h-8z',
  retry: 'M20 4v5h-5M19.4 9a8 8 0 1 0 .6 4.5',
  print: 'M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z',
  save: 'M12 4v11m0 0-4-4m4 4 4-4M4 19h16',
};

/** @typedef {keyof typeof PATHS} Icon */

/** An icon says nothing that the text beside it, or its button's label, does not. @param {string} name one of Icon */
export const icon = (name) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    ${svg`<path d=${PATHS[/** @type {Icon} */ (name)]} />`}
  </svg>`;
