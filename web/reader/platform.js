// What differs between Node and browsers, apart from starting a worker (spawn.js) and talking inside one (port.js).
// Node's modules come through globalThis.process.getBuiltinModule, so that a bundler for browsers finds no import that it cannot
// follow.

export const isNode = typeof globalThis.process?.getBuiltinModule === 'function';

/** Cores that this process may use. @returns {number} */
export function cores() {
  return isNode
    ? globalThis.process.getBuiltinModule('node:os').availableParallelism()
    : (navigator.hardwareConcurrency ?? 1);
}

/**
 * Whether memory can be shared between threads: always in Node, in browsers on cross-origin isolated pages.
 * @returns {boolean}
 */
export function hasSharedMemory() {
  return typeof SharedArrayBuffer === 'function' && (isNode || globalThis.crossOriginIsolated === true);
}

/** What relative addresses that a user gives are relative to. @returns {string} */
export function baseAddress() {
  if (!isNode) return globalThis.document?.baseURI ?? globalThis.location.href;
  return globalThis.process.getBuiltinModule('node:url').pathToFileURL(globalThis.process.cwd() + '/').href;
}
