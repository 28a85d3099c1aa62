// The page's state in one place. Whoever shows something subscribes; whoever changes something calls `set`.

/**
 * @typedef {object} State
 * @property {'starting' | 'ready' | 'reading' | 'failed'} phase `failed`: the engine did not start
 * @property {import('../types.d.ts').Engine | null} engine
 * @property {import('../types.d.ts').Model | null} model
 * @property {string} filmName of the film that is read, or was read last
 * @property {import('../types.d.ts').Findings | null} findings
 * @property {{ code: string, message: string } | null} trouble why there are no findings
 * @property {boolean} heatShown
 * @property {number} heatOpacity 0 to 1
 */

/** @typedef {ReturnType<typeof createStore>} Store */

/** @param {State} initial */
export function createStore(initial) {
  let state = initial;
  /** @type {((state: State, before: State) => void)[]} */
  const listeners = [];
  return {
    get state() {
      return state;
    },
    /** @param {Partial<State>} changes */
    set(changes) {
      const before = state;
      state = { ...state, ...changes };
      for (const listener of listeners) listener(state, before);
    },
    /** Calls at once and after every change. @param {(state: State, before: State) => void} listener */
    subscribe(listener) {
      listeners.push(listener);
      listener(state, state);
    },
  };
}
