// The page's side of embed.html; protocol.d.ts has the messages.

import { VERSION } from './version.js';

/** @type {typeof import('./protocol.d.ts').connect} */
export async function connect(iframe, { onMessage = () => {}, patience = 20_000 } = {}) {
  const port = await handshake(iframe, patience);
  /** @type {Map<number, { resolve: (findings: any) => void, reject: (why: unknown) => void }>} */
  const open = new Map();
  port.onmessage = ({ data }) => {
    const read = open.get(data.id);
    open.delete(data.id);
    if (!read) onMessage(data);
    else if (data.type === 'findings') read.resolve(data.findings);
    else read.reject(failure(data.error));
  };
  let next = 1;
  return {
    read: (film, name) =>
      new Promise((resolve, reject) => {
        open.set(next, { resolve, reject });
        port.postMessage({ type: 'read', id: next++, film, name });
      }),
    set: (attributes) => port.postMessage({ type: 'set', attributes }),
    close() {
      port.close();
      for (const { reject } of open.values()) reject(failure(CLOSED));
    },
  };
}

const CLOSED = { code: 'closed', message: 'The connection to the frame has been closed.' };

/** The frame says that it listens, when it has loaded and when it is asked; then it is given a port.
 * @param {HTMLIFrameElement} iframe @param {number} patience in ms @returns {Promise<MessagePort>} */
function handshake(iframe, patience) {
  const { origin } = new URL(iframe.src, document.baseURI);
  const tell = (/** @type {string} */ type, /** @type {string} */ to, /** @type {MessagePort[]} */ ports = []) =>
    iframe.contentWindow?.postMessage({ pneumoscope: VERSION, type }, to, ports);
  return new Promise((resolve, reject) => {
    const end = (/** @type {() => void} */ act) => {
      removeEventListener('message', hear);
      clearTimeout(timer);
      act();
    };
    const silence = `The frame ${iframe.src} does not answer: is it embed.html of a Pneumoscope site, and may ${location.origin} frame it?`;
    const timer = setTimeout(() => end(() => reject(failure({ code: 'closed', message: silence }))), patience);
    const hear = (/** @type {MessageEvent} */ { source, data }) => {
      if (source !== iframe.contentWindow || data?.pneumoscope === undefined) return;
      if (data.type === 'refused') end(() => reject(failure({ code: 'closed', message: data.message })));
      if (data.type !== 'listening') return;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => end(() => resolve(port1)); // its first word is "connected"
      tell('connect', origin, [port2]);
    };
    addEventListener('message', hear);
    tell('hello', '*');
  });
}

/** @param {{ code: string, message: string, reason?: string | null }} error */
const failure = ({ code, message, reason = null }) => Object.assign(new Error(message), { code, reason });
