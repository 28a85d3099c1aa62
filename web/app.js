// The page: connects what takes films in, the reader, and what shows the answer. State lives in the store alone.

import { showAnswer } from './page/answer.js';
import { showEngine } from './page/engine-panel.js';
import { showFilm } from './page/film.js';
import { offerSamples, takeChosenFilms, takeDroppedFilms } from './page/intake.js';
import { createStore } from './page/store.js';
import { createReader, PneumoscopeError } from './reader.js';

const store = createStore({
  phase: 'starting',
  engine: null,
  model: null,
  filmName: '',
  findings: null,
  trouble: null,
  heatShown: true,
  heatOpacity: 0.5,
});

let started = start();
let reading = new AbortController();

showFilm(store, cancel);
showAnswer(store, retry);
showEngine(store);
takeChosenFilms(read);
takeDroppedFilms(read);
offerSamples(__SAMPLES__, read, (trouble) => store.set({ findings: null, trouble }));

/**
 * @returns {Promise<import('./types.d.ts').Reader | null>} null when the engine did not start, and the page says why
 */
async function start() {
  store.set({ phase: 'starting', trouble: null });
  try {
    const reader = await createReader();
    const { engine, model } = reader;
    store.set({ engine, model, phase: store.state.phase === 'starting' ? 'ready' : store.state.phase });
    return reader;
  } catch (error) {
    store.set({ phase: 'failed', trouble: troubleOf(error) });
    return null;
  }
}

/** A film that comes while another is read takes its place. @param {Blob} film @param {string} filmName */
async function read(film, filmName) {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  if (store.state.phase === 'failed') started = start();
  store.set({ phase: 'reading', filmName, findings: null, trouble: null });
  const reader = await started;
  if (!reader || signal.aborted) return;
  try {
    const findings = await reader.read(film, { heatmap: true, view: true, signal });
    store.set({ phase: 'ready', findings, engine: findings.engine });
  } catch (error) {
    if (!signal.aborted) store.set({ phase: 'ready', trouble: troubleOf(error) });
  }
}

function cancel() {
  reading.abort();
  store.set({ phase: store.state.engine ? 'ready' : 'starting' });
}

function retry() {
  started = start();
}

/** @param {unknown} error */
function troubleOf(error) {
  if (error instanceof PneumoscopeError) return { code: error.code, message: error.message };
  return { code: 'unexpected', message: String(error) };
}
