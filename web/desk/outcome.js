// What becomes of a film that was read: its findings as the list keeps them, or why there are none.

/** @typedef {import('../reader/types.d.ts').Findings} Findings */

/** What stays in the list: findings without pixels. @param {Findings} findings @returns {Findings} */
export const bare = (findings) => ({ ...findings, heatmap: null, view: null, input: null });

/** @param {any} error @returns {import('./store.js').Trouble} */
export function unreadable(error) {
  if (error?.name === 'PneumoscopeError') return { code: error.code, message: error.message, reason: error.reason };
  return { code: 'unexpected', message: String(error) };
}
