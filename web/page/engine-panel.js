// Says what answered: the engine, the time it took and the model.

import { element } from './element.js';
import { engineLine, modelLine, timeLine } from './words.js';

/** @param {import('./store.js').Store} store */
export function showEngine(store) {
  store.subscribe(({ phase, engine, model, findings }) => {
    element('engine', HTMLElement).hidden = phase === 'failed';
    element('engine-line', HTMLElement).textContent = engine ? engineLine(engine) : 'starting…';
    element('time-line', HTMLElement).textContent = findings ? timeLine(findings.timing) : '–';
    element('model-line', HTMLElement).textContent = model ? modelLine(model) : '–';
  });
}
