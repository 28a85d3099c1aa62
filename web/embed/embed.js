// embed.html: the element in a frame of somebody else's page, which talks to it by messages. protocol.d.ts has them.
// A page is answered only if its origin is one that embed.html names; after that all goes through the port it has sent.

import '../reader/own-scripts.js';
import '../element/pneumo-scope.js';
import { VERSION } from './version.js';

/** @typedef {import('./protocol.d.ts').FromFrame} FromFrame */
/** @typedef {import('./protocol.d.ts').ToFrame} ToFrame */

const LISTENING = { pneumoscope: VERSION, type: 'listening' };

/** @typedef {import('../element/types.d.ts').PneumoScope & Pick<import('../element/element.js').PneumoScope, 'desk'>} Scope */
const scope = /** @type {Scope} */ (/** @type {unknown} */ (document.querySelector('pneumo-scope')));
const allowed = (document.querySelector('meta[name=pneumoscope-embedders]')?.getAttribute('content') ?? '').split(
  /\s+/,
);

addEventListener('message', ({ data, origin, source, ports: [port] }) => {
  if (data?.pneumoscope === undefined) return;
  if (data.type === 'hello') source?.postMessage(LISTENING, { targetOrigin: origin });
  if (data.type !== 'connect') return;
  const refuse = (/** @type {string} */ why) => source?.postMessage(refusal(why), { targetOrigin: origin });
  if (!mayTalk(origin)) return refuse(`The site of this frame does not name ${origin} among those that may use it.`);
  if (data.pneumoscope !== VERSION || !port)
    return refuse(`This frame speaks version ${VERSION} of the protocol, and needs a MessagePort with the connection.`);
  talk(port);
});
parent.postMessage(LISTENING, '*'); // no word about any film

/** @param {string} origin */
function mayTalk(origin) {
  return allowed.some((one) => one === '*' || one === origin || (one === "'self'" && origin === location.origin));
}

/** @param {string} message */
const refusal = (message) => ({ pneumoscope: VERSION, type: 'refused', message });

/** @param {MessagePort} port */
function talk(port) {
  const post = (/** @type {FromFrame} */ message) => port.postMessage(message);
  /** The numbers of the page's reads, by those of their films here. @type {Map<number, number>} */
  const reads = new Map();
  post({ type: 'connected', version: VERSION });
  scope.addEventListener('ready', ({ detail }) => post({ type: 'ready', ...detail }));
  scope.addEventListener('progress', ({ detail }) => post({ type: 'progress', progress: detail }));
  // The page's own films have a name here, and their first answer is that of the read.
  scope.addEventListener('findings', ({ detail }) => {
    const id = reads.get(detail.id) ?? null;
    if (id !== null || detail.name === null) post({ type: 'findings', id, findings: detail });
  });
  scope.addEventListener(
    'failed',
    ({ detail }) => detail.name === null && post({ type: 'failed', id: null, error: detail }),
  );
  new ResizeObserver(() => post({ type: 'resize', height: document.documentElement.scrollHeight })).observe(scope);
  const { phase, engine, model } = scope.desk?.state ?? {};
  if (phase === 'ready' && engine && model) post({ type: 'ready', engine, model });
  port.onmessage = ({ data }) => obey(data, post, reads);
}

/** @param {ToFrame} message @param {(message: FromFrame) => void} post @param {Map<number, number>} reads */
async function obey(message, post, reads) {
  if (message.type === 'set') return void Object.assign(scope, message.attributes);
  if (message.type !== 'read') return;
  const { id, film, name } = message;
  try {
    const findings = await scope.read(film, name);
    reads.set(findings.id, id);
    post({ type: 'findings', id, findings });
  } catch (error) {
    const { code = 'unexpected', message: why, reason = null } = /** @type {any} */ (error);
    post({ type: 'failed', id, error: { code, message: why, reason } });
  }
}
