// In the site, and in the edition that is one file, the files lie where the scripts say.

import { workerAddress } from '../../reader/browser-worker.js';

/** @type {typeof import('../../reader/folder.js').folderOf} */
export const folderOf = (asked) => asked;

/** @type {typeof import('../../reader/folder.js').addressOf} */
export const addressOf = (assets) => workerAddress(assets);
