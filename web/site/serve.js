// npm start [-- --port N --no-isolation]: serves dist/ to this machine alone, with the headers the page should have.

import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { siteServer } from './site.js';

const MOST_TRIES = 20;

const { values } = parseArgs({
  options: { port: { type: 'string', default: process.env.PORT ?? '8080' }, 'no-isolation': { type: 'boolean' } },
});

const folder = fileURLToPath(new URL('../../dist/', import.meta.url));
const server = siteServer(folder, {
  isolated: !values['no-isolation'],
  embedders: process.env.PNEUMOSCOPE_EMBEDDERS, // as the build had it
});
const port = await listenFrom(Number(values.port));
console.log(`Pneumoscope is at http://localhost:${port}/ (Ctrl-C ends it).`);

/** Listens on the first free port from `first` on. @param {number} first @returns {Promise<number>} */
async function listenFrom(first) {
  for (let port = first; ; port++) {
    try {
      return await listen(port);
    } catch (error) {
      if (/** @type {any} */ (error).code !== 'EADDRINUSE' || port >= first + MOST_TRIES) throw error;
    }
  }
}

/** @param {number} port 0 means any @returns {Promise<number>} */
function listen(port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', () => {
      server.removeListener('error', reject);
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
    });
  });
}
