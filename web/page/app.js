// The page's script: gives the page its reader and its samples.

import '../reader/own-scripts.js';
import { define } from '../view/define.js';
import { App } from './shell.js';
import { PneumoScope } from '../element/element.js';
import { createReader } from '../reader/reader.js';

await new Promise((done) => setTimeout(done)); // so that the browser lays out what stands in index.html as a task of its own
define('pneumo-scope', PneumoScope);
define(
  'pneumo-app',
  class extends App {
    constructor() {
      super(createReader, __SAMPLES__);
    }
  },
);
