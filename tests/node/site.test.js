import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createReader } from 'pneumoscope';
import { siteServer } from '../../web/site/site.js';
import { greyPng } from '../fixtures/images.js';
import { DIST } from '../fixtures/package.js';

/**
 * @param {import('node:test').TestContext} t
 * @param {{ isolated?: boolean }} [options]
 * @returns {Promise<number>} the port
 */
async function serve(t, options) {
  const server = siteServer(DIST, options).listen(0, 'localhost');
  t.after(() => server.close());
  await once(server, 'listening');
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/**
 * Asks for a path as it stands; fetch would tidy it.
 * @param {number} port
 * @param {string} path
 * @param {object} [options]
 */
async function get(port, path, options) {
  const [response] = await once(request({ host: 'localhost', port, path, ...options }).end(), 'response');
  let text = '';
  for await (const part of response.setEncoding('latin1')) text += part;
  return { status: response.statusCode, headers: response.headers, text };
}

test('the page comes isolated and with the strict policy', async (t) => {
  const { status, headers, text } = await get(await serve(t), '/');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(String(headers['permissions-policy']), /camera=\(\), microphone=\(\), geolocation=\(\)/);
  const policy = headers['content-security-policy'];
  for (const part of [
    "default-src 'none'",
    "connect-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ])
    assert.ok(policy.split('; ').includes(part), part);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'? [^;]*unsafe-eval|https?:|\*/);
  assert.match(text, /http-equiv="Content-Security-Policy" content="default-src 'none'; /);
});

test('no-isolation leaves those two headers out, and no other', async (t) => {
  const { headers } = await get(await serve(t, { isolated: false }), '/');
  assert.equal(headers['cross-origin-opener-policy'], undefined);
  assert.equal(headers['cross-origin-embedder-policy'], undefined);
  assert.ok(headers['content-security-policy']);
});

test('every file has its type', async (t) => {
  const port = await serve(t);
  const types = {
    '/app.js': 'text/javascript; charset=utf-8',
    '/engine/simd.mjs': 'text/javascript; charset=utf-8',
    '/engine/simd.wasm': 'application/wasm',
    '/style.css': 'text/css; charset=utf-8',
    '/model/pneumonia.safetensors': 'application/octet-stream',
  };
  for (const [path, type] of Object.entries(types)) {
    const { status, headers } = await get(port, path, { method: 'HEAD' });
    assert.deepEqual([status, headers['content-type']], [200, type], path);
  }
});

test('nothing outside the folder is served', async (t) => {
  const port = await serve(t);
  const paths = [
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/engine/../../package.json',
    '/%00',
    '/%',
    '//etc/passwd',
    '/none',
    '/engine',
  ];
  for (const path of paths) {
    const { status, text } = await get(port, path);
    assert.equal(status, 404, path);
    assert.equal(text, 'Not found.\n');
  }
  assert.equal((await get(port, '/', { method: 'POST' })).status, 405);
});

test('a file is sent again only when it has changed', async (t) => {
  const port = await serve(t);
  const { headers } = await get(port, '/app.js');
  assert.equal(headers['cache-control'], 'no-cache');
  assert.equal((await get(port, '/app.js', { headers: { 'If-None-Match': headers.etag } })).status, 304);
});

/** In the Apache License, which the single file carries, and in what is written for other systems. */
const TERMS = [
  ...['http://loinc.org', 'http://unitsofmeasure.org'], // names of code systems in FHIR
  ...['data-absent-reason', 'v2-0074'].map((name) => `http://terminology.hl7.org/CodeSystem/${name}`),
  'http://www.apache.org/licenses/',
  'http://www.apache.org/licenses/LICENSE-2.0',
];

test('no file of the site names a foreign origin', () => {
  const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(js|mjs|css|html|json|svg|webmanifest)$/.test(name),
  );
  for (const name of ['index.html', 'pneumoscope.html', 'sw.js', 'engine/simd.mjs'])
    assert.ok(files.includes(name), name);
  const namespaces = ['2000/svg', '1999/xhtml', '1998/Math/MathML'].map((name) => `http://www.w3.org/${name}`);
  const names = [...namespaces, 'https://json-schema.org/draft/2020-12/schema', ...TERMS]; // names, no addresses
  for (const name of files.filter((one) => one !== 'package/cli.js')) {
    const text = readFileSync(`${DIST}${name}`, 'utf8');
    const found = text.match(/\b(https?|wss?):\/\/[^\s'"`)<>]+|["'(=]\/\/[a-z0-9-]+\.[a-z]+/gi) ?? [];
    assert.deepEqual(
      found.filter((address) => !names.includes(address)),
      [],
      name,
    );
  }
});

test('npm start takes the next port when its own is taken', async (t) => {
  const port = await serve(t);
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('../../web/site/serve.js', import.meta.url)),
    '--port',
    String(port),
  ]);
  t.after(() => child.kill());
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const [, other] = /http:\/\/localhost:(\d+)\//.exec(line) ?? [];
  assert.ok(Number(other) > port, line);
  assert.equal((await get(Number(other), '/')).status, 200);
});

test('the reader tells how far its parts are and what it asked the network for', async (t) => {
  const port = await serve(t);
  const model = `http://localhost:${port}/model/pneumonia.safetensors`;
  /** @type {{ loaded: number, total: number | null }[]} */
  const progress = [];
  /** @type {{ url: string, time: number }[]} */
  const requests = [];
  const started = Date.now();
  const reader = await createReader({
    model,
    variant: 'simd',
    onProgress: (news) => progress.push(news),
    onRequest: (url, time) => requests.push({ url, time }),
  });
  t.after(() => reader.close());
  const nbytes = ['engine/simd.wasm', 'model/pneumonia.safetensors'].reduce(
    (sum, name) => sum + statSync(`${DIST}${name}`).size,
    0,
  );
  assert.deepEqual(progress.at(-1), { loaded: nbytes, total: nbytes });
  assert.ok(progress.length > 3 && progress.every(({ loaded }, i) => loaded >= (progress[i - 1]?.loaded ?? 0)));
  const opened = Date.now();
  for (let i = 0; i < 3; i++) await reader.read(greyPng());
  assert.deepEqual(
    requests.map(({ url }) => url),
    [model],
  );
  assert.ok(requests[0].time >= started - 1 && requests[0].time <= opened + 1, 'whole milliseconds against fractions');
});

test('a model that a server does not have, or has another file for, is named with what came', async (t) => {
  const port = await serve(t);
  const missing = createReader({ model: `http://localhost:${port}/none.safetensors` });
  await assert.rejects(missing, {
    code: 'bad-asset',
    message: /none\.safetensors could not be fetched: text\/plain.*404/,
  });
  const page = createReader({ model: `http://localhost:${port}/index.html` });
  await assert.rejects(page, {
    code: 'bad-asset',
    message: /index\.html is not a model file: text\/html.*200.*"<!doctype html>/,
  });
});
