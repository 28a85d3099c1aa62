// The reading element alone, for other people's pages: see page/scope.js.

import { PneumoScope } from './page/scope.js';
import { tested } from './page/self-test.js';
import { createReader } from './reader.js';

PneumoScope.createReader = tested(createReader);
customElements.define('pneumo-scope', PneumoScope);
