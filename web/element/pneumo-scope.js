// The reading element alone, for other people's pages: see element.js. A second copy of this script in a page changes nothing.

import { PneumoScope } from './element.js';
import { tested } from './self-test.js';
import { createReader } from '../reader/reader.js';

if (!customElements.get('pneumo-scope')) {
  PneumoScope.createReader = tested(createReader);
  customElements.define('pneumo-scope', PneumoScope);
}
