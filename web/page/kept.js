// The user's settings. They are forgotten when the page closes, unless the user has them kept.

/** @typedef {import('../view/i18n.js').Translator} Translator */
/** @typedef {import('../desk/store.js').State} State */

const KEY = 'pneumoscope';

/** What is kept of the state: how the page looks and judges, and nothing of any film. */
const KEPT = /** @type {const} */ ([
  'theme',
  'pointName',
  'prevalence',
  'measuredOn',
  'hides',
  'dates',
  'heatShown',
  'heatOpacity',
  'tool',
]);

/** Keeps the settings that have changed, or forgets them, as the user wishes. @param {Translator} translator @param {State} state @param {State} before */
export function follow(translator, state, before) {
  if (/** @type {const} */ (['remembers', ...KEPT]).some((name) => state[name] !== before[name]))
    keep(translator, state);
}

/** @param {Translator} translator @param {State} state */
export function keep(translator, state) {
  try {
    const kept = Object.fromEntries(KEPT.map((name) => [name, state[name]]));
    if (state.remembers) localStorage.setItem(KEY, JSON.stringify({ ...kept, language: translator.language }));
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing is not asked to.
  }
}

/** @returns {Partial<State> & { language?: string }} what an earlier visit kept; empty where there is nothing */
export function kept() {
  try {
    const text = localStorage.getItem(KEY);
    return text ? { ...JSON.parse(text), remembers: true } : {};
  } catch {
    return {};
  }
}
