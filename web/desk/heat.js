// Whether a heatmap says anything.

import { hasContours } from '../reader/overlay.js';

/** Evidence in a film that the model cannot judge is none. @param {Pick<import('../reader/types.d.ts').Findings, 'scope'>} findings */
export const hasHeat = ({ scope }) => !scope.reason;

/**
 * Whether no line is drawn over the film: no place argues for pneumonia by a quarter of the full strength, 1.5 in log-odds. Of
 * the films answered "no signs" 0 of 195 children and 6 of 321 unpicked adults have such a place; of those answered "signs of
 * pneumonia" 410 of 413 and all of 129 (model 0.7.0; `npm run measure`, shows_a_place in metrics.json). Four shifted passes with
 * 14 x 14 places are no truer: with 0.6.0 the hottest place lay in a box around either lung in 220 of 250 pneumonias, against
 * 218 with 7 x 7, and the places' mean left the logit by 0.08 (median) to 0.7.
 * @param {import('../reader/types.d.ts').Grid | null | undefined} heatmap
 */
export const isFlat = (heatmap) => Boolean(heatmap && !hasContours(heatmap));
