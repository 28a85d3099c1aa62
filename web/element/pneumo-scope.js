// The reading element alone, for other people's pages: see element.js. A second copy of this script in a page changes nothing,
// nor does its import on a server.

import { define } from '../view/define.js';
import { PneumoScope } from './element.js';
import { Teller } from './teller.js';
import { createReader } from '../reader/reader.js';

Object.assign(PneumoScope, { createReader, Teller });
define('pneumo-scope', PneumoScope);

export { PneumoScope };
