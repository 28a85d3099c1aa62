// Has tsc compare what reader.js exports with what types.d.ts, which ships as reader.d.ts, promises.

import type * as actual from './reader.js';
import type * as promised from './types.d.ts';

type Keeps<Actual extends typeof promised> = Actual;
export type Checked = Keeps<typeof actual>;
