// Other people's servers, each started on loopback in a folder of its own, to be killed and started again there.

import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dicomFile } from '../fixtures/dicom.js';
import { temporaryFolder } from '../fixtures/package.js';

/** @param {string} program @returns {boolean} */
const has = (program) => spawnSync(program, ['--version']).error === undefined;

export const skipOrthanc = has('Orthanc') ? false : 'Orthanc is not installed (.ci/setup test does it)';
export const skipRedis = has('redis-server') ? false : 'redis-server is not installed (.ci/setup test does it)';

/** @returns {Promise<number>} a port that nobody listens on */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param {() => Promise<any>} ask tried until it gives something true @param {string} what */
export async function until(ask, what, seconds = 60) {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await sleep(50)) {
    const given = await ask().catch(() => false);
    if (given) return given;
  }
  throw new Error(`${what} did not come about in ${seconds} seconds`);
}

/** @param {import('node:test').TestContext} t @param {string} program @param {string[]} args @param {() => Promise<any>} answers */
function server(t, program, args, answers) {
  /** @type {import('node:child_process').ChildProcess} */
  let child;
  const start = async () => {
    child = spawn(program, args, { stdio: 'ignore' });
    await until(answers, program);
  };
  const kill = () =>
    new Promise((resolve) => {
      child.once('close', resolve);
      child.kill('SIGKILL');
    });
  t.after(() => child.kill('SIGKILL'));
  return { start, kill };
}

export const AUTHORIZATION = `Basic ${Buffer.from('reader:secret').toString('base64')}`;

/** An Orthanc that wants a password. @param {import('node:test').TestContext} t */
export async function orthanc(t) {
  const [folder, port] = [await temporaryFolder(t), await freePort()];
  const settings = {
    StorageDirectory: folder,
    IndexDirectory: folder,
    HttpPort: port,
    DicomServerEnabled: false,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: true,
    RegisteredUsers: { reader: 'secret' },
    OverwriteInstances: true,
    Plugins: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
  };
  const file = join(folder, 'orthanc.json');
  await writeFile(file, JSON.stringify(settings));
  const url = `http://127.0.0.1:${port}`;
  const headers = { Authorization: AUTHORIZATION };
  const ask = (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) =>
    fetch(`${url}/${path}`, { ...init, headers: { ...headers, ...init.headers } });
  const { start, kill } = server(t, 'Orthanc', [file], async () => (await ask('system')).ok);
  await start();
  return { root: `${url}/dicom-web`, ask, start, kill };
}

/** A Redis that keeps every write. @param {import('node:test').TestContext} t @param {string} [password] that it wants */
export async function redis(t, password = '') {
  const [folder, port] = [await temporaryFolder(t), await freePort()];
  const args = ['--port', `${port}`, '--dir', folder, '--bind', '127.0.0.1', '--appendonly', 'yes'];
  args.push('--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', '', '--requirepass', password);
  const connection = ['-p', `${port}`, ...(password ? ['-a', password] : [])];
  const ask = (/** @type {string[]} */ ...words) =>
    spawnSync('redis-cli', [...connection, ...words], { encoding: 'utf8' }).stdout.trim();
  const { start, kill } = server(t, 'redis-server', args, async () => ask('ping') === 'PONG');
  await start();
  /** How many films of the queue were read: BullMQ keeps them in a sorted set. */
  const nread = async () => Number(ask('zcard', 'bull:pneumoscope:completed'));
  return { url: `redis://127.0.0.1:${port}`, start, kill, nread };
}

/** A film of a study that Orthanc can store. @param {number} number of the film @param {number} study and its patient
 * @param {string} [modality] one of another length makes a series of its own in the study */
export const storable = (number, study, modality = 'DX') =>
  Buffer.from(
    dicomFile({
      tags: {
        0x00080018: [0x00080018, 'UI', `1.2.3.${number}`],
        0x00080060: [0x00080060, 'CS', modality],
        0x00100020: [0x00100020, 'LO', `P${study}`],
        0x0020000d: [0x0020000d, 'UI', `1.2.4.${study}`],
        0x0020000e: [0x0020000e, 'UI', `1.2.5.${study}.${modality.length}9`],
      },
    }),
  );
