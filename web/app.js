// The page's script: gives the page its reader and its samples.

import { App } from './page/shell.js';
import { PneumoScope } from './page/scope.js';
import { createReader } from './reader.js';

customElements.define('pneumo-scope', PneumoScope);
customElements.define(
  'pneumo-app',
  class extends App {
    constructor() {
      super(createReader, __SAMPLES__);
    }
  },
);
