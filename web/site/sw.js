// The service worker: keeps for use offline exactly what this device needs. The page's own files are kept at once; of the
// engine's builds and the model files only those that the page names when they run (web/page/offline.js).
// Every file stands in the manifest with its hash. What is fetched and what lies in the cache is checked against it; a
// kept file that was damaged is fetched again. A new version waits until someone says that it may take over.
// Answers carry the headers that the page is meant to have: so it has its policy, and after one reload its threads, on
// hosts that cannot set headers.

import { clientsClaim } from 'workbox-core';
import { PrecacheController, PrecacheRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { HEADERS, ISOLATION } from './policy.js';

/** @typedef {{ url: string, revision: string, integrity: string }} Entry */

const worker = /** @type {any} */ (self);

const APOLOGY =
  'A file that Pneumoscope kept for use offline is missing or damaged. Connect to the network and reload this page.';

const plugins = [
  {
    /** Workbox asks past the browser's cache; what the page has just loaded need only be asked about.
     * @param {{ event: Event, request: Request }} asked */
    requestWillFetch: async ({ event, request }) =>
      event.type === 'install' ? new Request(request, { cache: 'no-cache' }) : request,
    /** @param {{ request: Request, cachedResponse?: Response }} found */
    cachedResponseWillBeUsed: async ({ request, cachedResponse }) =>
      cachedResponse && sound(request.url, cachedResponse),
    /** @param {{ response: Response }} fetched */
    fetchDidSucceed: async ({ response }) => withHeaders(response, response.body),
    /** @param {{ event: Event, request: Request }} failed */
    handlerDidError: async ({ event, request }) => (event.type === 'fetch' ? apology(request.destination) : undefined),
  },
];

const scope = worker.registration.scope;
const page = new PrecacheController({ cacheName: `pneumoscope-page-${scope}`, plugins });
const parts = new PrecacheController({ cacheName: `pneumoscope-parts-${scope}`, plugins });
/** @type {Entry[]} */
const manifest = /** @type {any} */ (self).__WB_MANIFEST;
const onDemand = (/** @type {Entry} */ { url }) => /\.(wasm|mjs|safetensors)$/.test(url);
page.addToCacheList(manifest.filter((entry) => !onDemand(entry)));
parts.addToCacheList(manifest.filter(onDemand));

/** Films that another app has shared, until the page takes them; nothing of them is stored. @type {File[]} */
let shared = [];
const SHARE = new URL('share', scope).href; // as the manifest names it

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  if (event.request.method === 'POST' && event.request.url === SHARE) event.respondWith(takeShared(event.request));
});
for (const controller of [page, parts]) registerRoute(new PrecacheRoute(controller, { cleanURLs: false }));
clientsClaim();
worker.addEventListener('install', (/** @type {any} */ event) => {
  page.install(event);
  event.waitUntil(keptParts().then((urls) => Promise.all(urls.map((url) => bring(parts, url, event)))));
});
worker.addEventListener('activate', (/** @type {any} */ event) => {
  page.activate(event);
  parts.activate(event);
});
worker.addEventListener('message', (/** @type {any} */ event) => {
  const { keep, takeOver, askShared } = event.data;
  if (askShared) event.ports[0].postMessage(shared.splice(0));
  if (takeOver) worker.skipWaiting();
  if (keep) event.waitUntil(keepOnly(keep, event).then((kept) => event.ports[0].postMessage(kept)));
});

/** @param {Request} request of another app's @returns {Promise<Response>} the page, which will ask for them */
async function takeShared(request) {
  const form = await request.formData();
  shared = /** @type {File[]} */ (form.getAll('films'));
  return Response.redirect(new URL('#shared', scope).href, 303);
}

/** @returns {Promise<string[]>} addresses of the parts that the version before this one kept */
async function keptParts() {
  const cache = await caches.open(parts.strategy.cacheName);
  const addresses = (await cache.keys()).map(({ url }) => url.split('?')[0]);
  return addresses.filter((url) => parts.getCacheKeyForURL(url));
}

/** Keeps these parts and no others, and what a browser that was short of room has thrown away of the page.
 * @param {string[]} urls @param {any} event @returns {Promise<boolean>} whether all of it is kept now */
async function keepOnly(urls, event) {
  const cache = await caches.open(parts.strategy.cacheName);
  const keys = urls.map((url) => parts.getCacheKeyForURL(url));
  for (const { url } of await cache.keys()) if (!keys.includes(url)) await cache.delete(url);
  const missing = [];
  for (const url of page.getCachedURLs()) if (!(await page.matchPrecache(url))) missing.push(bring(page, url, event));
  return Promise.all([...missing, ...urls.map((url) => bring(parts, url, event))]).then(
    () => true,
    () => false,
  );
}

/** Fetches a file into the cache, unless it is there. @param {PrecacheController} all @param {string} url @param {any} event */
async function bring(all, url, event) {
  const cacheKey = all.getCacheKeyForURL(url);
  const integrity = all.getIntegrityForCacheKey(cacheKey ?? '');
  const request = new Request(url, { integrity });
  await Promise.all(all.strategy.handleAll({ event, request, params: { cacheKey, integrity } }));
}

/** @param {string} cacheKey @param {Response} response @returns {Promise<Response | null>} null where it is damaged */
async function sound(cacheKey, response) {
  const body = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  const integrity = `sha256-${btoa(String.fromCharCode(...digest))}`;
  const expected = page.getIntegrityForCacheKey(cacheKey) ?? parts.getIntegrityForCacheKey(cacheKey);
  return integrity === expected ? withHeaders(response, body) : null;
}

/** @param {Response} response @param {BodyInit | null} body */
function withHeaders({ status, statusText, headers }, body) {
  const all = new Headers(headers);
  for (const [name, value] of Object.entries({ ...HEADERS, ...ISOLATION })) all.set(name, value);
  return new Response(body, { status, statusText, headers: all });
}

/** What comes in place of a file that is neither kept nor to be had. @param {RequestDestination} destination */
function apology(destination) {
  const script = `globalThis.document?.body.prepend(${JSON.stringify(APOLOGY)}); throw new Error('A file is missing.');`;
  const [type, body] =
    destination === 'script'
      ? ['text/javascript', script]
      : [destination === 'document' ? 'text/html' : 'text/plain', APOLOGY];
  const headers = { ...HEADERS, ...ISOLATION, 'Content-Type': `${type}; charset=utf-8` };
  return new Response(body, { status: destination === 'script' ? 200 : 503, headers });
}
