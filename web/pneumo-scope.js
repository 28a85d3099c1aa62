// The reading element alone, for other people's pages: see page/scope.js.

import { PneumoScope } from './page/scope.js';
import { createReader } from './reader.js';

PneumoScope.createReader = createReader;
customElements.define('pneumo-scope', PneumoScope);
