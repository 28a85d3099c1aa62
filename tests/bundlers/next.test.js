// The package in Next, as installed: in a page of the client, and in a route handler on the server.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NEXT } from './apps.js';
import { app, browserSuite, FILM, require, startServer, tool } from './kit.js';

const READY = /(http:\/\/localhost:[1-9]\d*)[^]*Ready/;
const quiet = { NEXT_TELEMETRY_DISABLED: '1' };

browserSuite('the packed package in Next', ({ expectReads }) => {
  /** @param {string} folder @param {string} command @param {Record<string, string>} [env] */
  const start = (folder, command, env = {}) => {
    const args = [require.resolve('next/dist/bin/next'), command, '--port', '0', '--hostname', 'localhost'];
    return startServer(folder, args, READY, { ...quiet, ...env });
  };

  /** @param {string} url of the app */
  async function expectRoute(url) {
    const response = await fetch(`${url}/read`, { method: 'POST', body: readFileSync(FILM) });
    const text = await response.text();
    assert.match(text, /"decision":"normal"/, text.slice(0, 1000));
  }

  for (const isolated of [false, true])
    test(`built${isolated ? ', isolated' : ''}`, async () => {
      const folder = app('next', NEXT);
      const env = isolated ? { ISOLATED: '1' } : {};
      await tool(folder, 'next/dist/bin/next', ['build'], { ...quiet, ...env });
      const server = await start(folder, 'start', env);
      try {
        await expectReads(server.url, isolated);
        await expectRoute(server.url);
      } finally {
        await server.close();
      }
    });

  test('in its server for developers', async () => {
    const server = await start(app('next-dev', NEXT), 'dev');
    try {
      await expectRoute(server.url);
      await expectReads(server.url, false);
    } finally {
      await server.close();
    }
  });
});
