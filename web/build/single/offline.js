// The edition that is one file has nothing to keep, to update or to be isolated by: it lies on the disk already.

/** @type {typeof import('../../page/offline.js').singleFile} */
export const singleFile = null;

/** @type {typeof import('../../page/offline.js').isolate} */
export const isolate = async () => {};

/** @type {typeof import('../../page/offline.js').followUpdates} */
export const followUpdates = async () => {};

/** @type {typeof import('../../page/offline.js').keepOffline} */
export const keepOffline = async () => {};

/** @type {typeof import('../../page/offline.js').update} */
export const update = async () => {};

/** @type {typeof import('../../page/offline.js').takeHanded} */
export const takeHanded = async () => {};
