// What stands below the answer: loaded beside the engine, as nobody needs it before there is one.

import './evidence.js';
import './meaning.js';
import './reread.js';
import './stability-panel.js';
import '../viewer/seen.js';
