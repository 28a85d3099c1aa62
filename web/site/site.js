// A static file server for one folder, with the headers that the page is meant to be served with.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { embedHeaders, HEADERS, ISOLATION } from './policy.js';

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.ts': 'text/plain; charset=utf-8',
};

/**
 * @param {string} folder
 * @param {{ isolated?: boolean, embedders?: string }} [options] whether pages are cross-origin isolated, and which origins may have
 *   embed.html in a frame
 * @returns {import('node:http').Server} not yet listening
 */
export function siteServer(folder, { isolated = true, embedders = "'self'" } = {}) {
  const more = { 'Cache-Control': 'no-cache', ...(isolated ? ISOLATION : {}) };
  return createServer((request, response) => {
    const framed = /^\/embed\.html(\?|$)/.test(request.url ?? '');
    const headers = { ...(framed ? embedHeaders(embedders) : HEADERS), ...more };
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    respond(folder, request, response).catch(() => response.destroy());
  });
}

/**
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function respond(folder, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  const path = fileFor(folder, request.url ?? '/');
  const found = path === null ? null : await stat(path).catch(() => null);
  if (path === null || !found?.isFile()) return refuse(response, 404);
  const tag = `"${found.size}-${found.mtimeMs}"`;
  response.setHeader('ETag', tag);
  if (request.headers['if-none-match'] === tag) return void response.writeHead(304).end();
  response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', found.size);
  if (request.method === 'HEAD') return void response.end();
  await pipeline(createReadStream(path), response);
}

/** @param {string} folder @param {string} address @returns {string | null} a path inside the folder, or null */
function fileFor(folder, address) {
  try {
    const path = decodeURIComponent(address.split(/[?#]/)[0]);
    const whole = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    const inside = whole.startsWith(folder.endsWith(sep) ? folder : folder + sep);
    return inside && !whole.includes('\0') ? whole : null;
  } catch {
    return null;
  }
}

/** @param {import('node:http').ServerResponse} response @param {number} status */
function refuse(response, status) {
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
    .end(status === 404 ? 'Not found.\n' : 'Not allowed.\n');
}
