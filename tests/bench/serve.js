// One server for the page, the engines, the networks and the films, with the headers that threads need.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { siteServer } from '../../web/site/site.js';
import { BUILT, CACHE, DIST, SHARED } from './places.js';

const PACKAGES = join(CACHE, 'node_modules');

/** The first folder of an address and the folder on disk that it means. */
const MOUNTS = {
  dist: DIST,
  page: join(CACHE, 'page'),
  networks: join(CACHE, 'networks'),
  films: join(CACHE, 'films'),
  shared: SHARED,
  built: BUILT,
  litert: join(PACKAGES, '@litertjs/core/wasm'),
  onnxruntime: join(PACKAGES, 'onnxruntime-web/dist'),
  tfjs: join(PACKAGES, '@tensorflow/tfjs-backend-wasm/dist'),
  mediapipe: join(PACKAGES, '@mediapipe/tasks-vision/wasm'),
};

const servers = Object.fromEntries(Object.entries(MOUNTS).map(([name, folder]) => [name, siteServer(folder)]));
const split = (/** @type {string} */ address) => /^\/([^/]*)(.*)$/.exec(address.split('?')[0]) ?? [];

/** @param {string} address @returns {string} the file that the server gives for it */
export function fileOf(address) {
  const [, mount, rest] = split(address);
  return join(MOUNTS[mount], rest);
}

/** The site's own policy forbids what some peers do (evaluating text, workers from blobs), so it is taken off. */
export async function serve() {
  const server = createServer((request, response) => {
    const [, mount, rest] = split(request.url);
    if (!(mount in servers)) return void response.writeHead(404).end();
    request.url = rest;
    servers[mount].emit('request', request, response);
    if (!response.headersSent) response.removeHeader('Content-Security-Policy');
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${server.address().port}`, close };
}
