// The reading element alone, for other people's pages: see page/scope.js.

import { PneumoScope } from './element.js';
import { tested } from './self-test.js';
import { createReader } from '../reader/reader.js';

PneumoScope.createReader = tested(createReader);
customElements.define('pneumo-scope', PneumoScope);
