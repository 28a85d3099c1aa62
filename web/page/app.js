// The page's script: gives the page its reader and its samples.

import { App } from './shell.js';
import { PneumoScope } from '../element/element.js';
import { createReader } from '../reader/reader.js';

customElements.define('pneumo-scope', PneumoScope);
customElements.define(
  'pneumo-app',
  class extends App {
    constructor() {
      super(createReader, __SAMPLES__);
    }
  },
);
