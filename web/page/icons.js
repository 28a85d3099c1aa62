// The page's icons: lines on a grid of 24, in the colour of the text around them.

import { html, svg } from 'lit';

const PATHS = {
  pneumonia: 'M12 3 2.5 20h19zM12 10v4.5M12 17.2v.3',
  normal: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.2l2.8 2.8L16 9.5',
  uncertain: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.3 9.6a2.8 2.8 0 1 1 4 2.5c-.9.4-1.3.9-1.3 1.9M12 16.8v.3',
  'out-of-scope': 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6',
  waiting: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2',
  failed: 'M6 3h8l4 4v14H6zM14 3v4h4M9.5 11.5l5 5m0-5-5 5',
  film: 'M4 3h16v18H4zM12 6v5m0 0-2 2m2-2 2 2M10 9.5c-2.5.8-4 4-4.2 8 0 1 .8 1.3 1.7 1l2-1c.4-.2.5-.5.5-1zM14 9.5c2.5.8 4 4 4.2 8 0 1-.8 1.3-1.7 1l-2-1c-.4-.2-.5-.5-.5-1z',
};

/** @typedef {keyof typeof PATHS} Icon */

/** An icon says nothing that the text beside it does not. @param {Icon} name */
export const icon = (name) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${PATHS[name]} />`}</svg>`;
