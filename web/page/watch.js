// What the page and its worker asked the network for, as the browser itself recorded it, and what the page's policy
// stopped. The service worker's own fetches, which keep this site's files, are not among them.

/** @typedef {import('../desk/store.js').Requests} Requests */

/**
 * Keeps `state.requests` true.
 * @param {import('../desk/store.js').Store} store
 * @returns {(url: string, time: number) => void} to be called with what the worker asks for, and when
 */
export function watchRequests(store) {
  const note = (/** @type {string} */ url, /** @type {(keyof Requests)[]} */ lists) => {
    const requests = { ...store.state.requests };
    for (const name of lists) requests[name] = [...requests[name], url];
    store.set({ requests });
  };
  let readyAt = Infinity; // browsers tell of a request when it is over, which may be later
  store.subscribe(({ phase }, before) => {
    if (phase !== before.phase) readyAt = phase === 'ready' ? performance.timeOrigin + performance.now() : Infinity;
  });
  const asked = (/** @type {string} */ url, /** @type {number} */ time) =>
    note(url, time > readyAt ? ['all', 'sinceReady'] : ['all']);
  const observer = new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries())
      if (!/^(blob|data):/.test(name)) asked(name, performance.timeOrigin + startTime);
  });
  observer.observe({ type: 'resource', buffered: true });
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => note(blockedURI, ['blocked']));
  return asked;
}
