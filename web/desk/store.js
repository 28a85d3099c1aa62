// The page's state in one place. Whoever shows something subscribes; whoever changes something calls `set`.

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {{ code: string, message: string, reason?: string | null }} Trouble */
/** What the page and its worker asked the network for. @typedef {{ all: string[], sinceReady: string[], blocked: string[] }} Requests addresses */

/**
 * A film of the list. Of its pixels only the thumbnail stays: the file is read again when the film is opened.
 * @typedef {object} Row
 * @property {number} id counts from 1 in the order of coming
 * @property {Blob} file
 * @property {string} name
 * @property {'waiting' | 'reading' | 'read' | 'failed'} state
 * @property {Findings | null} findings without heatmap, view and input
 * @property {string | null} digest of the file's bytes, once it was read; null where the browser makes none
 * @property {import('../reader/types.d.ts').FilmOrigin | null} origin which study and patient it is of, where its file says so; it stays
 *   in the page's memory
 * @property {string} reference that the user has typed
 * @property {string} text the user's own findings, for the report
 * @property {{ says: 'agree' | 'disagree', decision: import('../reader/types.d.ts').Decision } | null} mark of the user, and the answer
 *   that it was set beside: it says nothing of another
 * @property {import('../reader/patients.js').Group} group whom it is of, where the user has said so of this film
 * @property {boolean} anyway whether the user wants it read although its file puts it out of scope
 * @property {boolean} seen whether it has been open
 * @property {boolean} revealed whether its answer may be seen although answers are hidden
 * @property {Uint8ClampedArray<ArrayBuffer> | null} thumbnail u8[THUMBNAIL_SIDE][THUMBNAIL_SIDE], grey
 * @property {Trouble | null} trouble why it failed
 * @property {boolean} [hidden] whether its answer is hidden, in the list
 * @property {boolean} ofFolder whether nobody chose it by name
 */

/**
 * A film that is shown.
 * @typedef {object} Opened
 * @property {number} id
 * @property {Findings | null} findings with heatmap, view and input, once they are there
 * @property {import('./placement.js').View} view
 */

/**
 * @typedef {object} State
 * @property {'starting' | 'ready' | 'failed'} phase of the engine
 * @property {{ loaded: number, total: number | null } | null} progress bytes of engine and model that have come
 * @property {Trouble | null} trouble why the engine did not start, or a sample could not be fetched
 * @property {import('../reader/types.d.ts').Engine | null} engine
 * @property {import('../reader/types.d.ts').Model | null} model
 * @property {Row[]} rows in the order of coming
 * @property {Record<string, number>} leftOut how many files of folders are no films, by reason
 * @property {import('./undo.js').Step[]} undoable what can be taken back, the last step last
 * @property {boolean} told whether the last step is offered to be taken back
 * @property {boolean} paused whether waiting films stay waiting
 * @property {{ since: number, done: number }} pace of the reading that goes on: its start and the films done
 * @property {Opened | null} open
 * @property {Opened | null} beside a second film, shown beside the open one
 * @property {'open' | 'beside'} active which of the two the tools work on
 * @property {'window' | 'pan' | 'zoom' | 'magnify' | 'measure'} tool what dragging over a film does; with a finger one expects to move what it touches
 * @property {import('../reader/types.d.ts').Profile | null} profile a site's own rule, in place of the model's
 * @property {string} pointName operating point in force; '' is the model's first
 * @property {number | null} prevalence share of films with pneumonia where the page is used, 0 to 1; null until the user says it
 * @property {import('../reader/patients.js').Group} group whom the films of the list are of, where the user has said so of all
 * @property {{ id: number, how: import('./reread.js').How, findings: Findings } | null} reread a film that is shown, read
 *   otherwise than it lies
 * @property {boolean} hides whether an answer is hidden until the user has looked at the film
 * @property {boolean} linked whether two films shown side by side move as one
 * @property {boolean} heatShown
 * @property {number} heatOpacity 0 to 1
 * @property {'dark' | 'light' | 'system'} theme
 * @property {boolean} remembers whether settings outlive the page
 * @property {boolean} names whether exports name the files
 * @property {boolean} dates whether the dates of studies are shown, and what is the prior of a film
 * @property {boolean} exportsDates whether exports have them
 * @property {boolean} help whether the list of keys is shown
 * @property {import('./metrics.js').Metrics | null} metrics what was measured of the model
 * @property {string} measuredOn name of the set of films whose figures tell what an answer means; '' is the first
 * @property {{ id: number, copies: import('./stability.js').Stability } | null} stability of the answer of a film that is shown
 * @property {import('./self-test.js').Outcome | null} selfTest
 * @property {Requests} requests
 * @property {boolean | null} kept whether the page works without a network from now on; null where that is not known
 * @property {boolean} update whether a new version waits
 */

/** What a widget may set of the state by itself: what the user chooses, and nothing that is worked out.
 * @typedef {Pick<State, 'active' | 'tool' | 'pointName' | 'prevalence' | 'group' | 'hides' | 'linked' | 'heatShown' | 'heatOpacity' | 'theme' | 'remembers' |
 *   'names' | 'dates' | 'exportsDates' | 'help' | 'measuredOn' | 'trouble' | 'told'>} Choices */

/**
 * What widgets ask for, by the name of the event, and what comes with it.
 * @typedef {object} Deeds
 * @property {import('./actions.js').Action} do-act of the tools, for the viewer
 * @property {{ files: { file: Blob, name: string, ofFolder?: boolean }[], leftOut?: Record<string, number> }} do-add
 * @property {{ id: number }} do-open
 * @property {{ id: number }} do-compare
 * @property {{ id?: number }} do-retry one film, or all that failed
 * @property {{ id: number }} do-read-anyway although its file puts it out of scope
 * @property {undefined} do-cancel
 * @property {undefined} do-resume
 * @property {undefined} do-clear
 * @property {undefined} do-check
 * @property {{ id: number, next?: number }} do-remove from the list; `next` is shown instead
 * @property {undefined} do-undo
 * @property {{ ids: number[] }} do-print
 * @property {undefined} do-report of the film at hand, on paper
 * @property {undefined} do-picture of the film at hand, saved
 * @property {{ id: number, changes: Partial<Pick<Row, 'reference' | 'text' | 'mark' | 'group' | 'revealed'>>, before?: Partial<Pick<Row, 'reference' | 'text'>> }} do-note
 *   `before`: what stood there before the user began to write
 * @property {{ how: import('./reread.js').How }} do-reread
 * @property {{ by: 1 | -1 }} do-step
 * @property {Partial<Choices>} do-set
 * @property {(state: State) => Partial<Choices>} do-change
 * @property {{ place: 'open' | 'beside', view: import('./placement.js').View }} do-view
 */

/** @typedef {ReturnType<typeof createStore>} Store */

/** @type {State} */
const INITIAL = {
  phase: 'starting',
  progress: null,
  trouble: null,
  engine: null,
  model: null,
  rows: [],
  leftOut: {},
  undoable: [],
  told: false,
  paused: false,
  pace: { since: 0, done: 0 },
  open: null,
  beside: null,
  active: 'open',
  tool: globalThis.matchMedia?.('(pointer: coarse)').matches ? 'pan' : 'window',
  profile: null,
  pointName: '',
  prevalence: null,
  group: null,
  reread: null,
  hides: false,
  linked: false,
  heatShown: false,
  heatOpacity: 0.9,
  theme: 'system',
  remembers: false,
  names: false,
  dates: false,
  exportsDates: false,
  help: false,
  metrics: null,
  measuredOn: '',
  stability: null,
  selfTest: null,
  requests: { all: [], sinceReady: [], blocked: [] },
  kept: null,
  update: false,
};

/** @param {Partial<State>} [changes] to the state at the start */
export function createStore(changes) {
  /** @type {State} */
  let state = { ...INITIAL, ...changes };
  /** @type {Set<(state: State, before: State) => void>} */
  const listeners = new Set();
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
    /** Calls after every change. @param {(state: State, before: State) => void} listener @returns {() => void} ends it */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
