// What went wrong with the package's own files or with its worker, and what to do about it. Only those fetch this who need it.

import { explainScript, MOVED } from '../worker/assets.js';
import { messageOf, PneumoscopeError } from './errors.js';
import { startWorker } from './browser-worker.js';
import { addressOf } from './folder.js';
import { isNode } from './platform.js';

/** How far the worker came: it could not be started; it said nothing; it has spoken.
 * @typedef {'unstarted' | 'silent' | 'speaking'} Stage */

const ALWAYS =
  "If a bundler or a site has moved the package's files, these two lines always work: copy the package's folder dist/package into what your site serves (cp -r node_modules/pneumoscope/dist/package public/pneumoscope) and give its address as the option assets (createReader({ assets: '/pneumoscope/' }), or <pneumo-scope assets=\"/pneumoscope/\">).";
const ALWAYS_IN_NODE =
  "If a bundler has moved the package's scripts, this line always works: give the address of the package's folder dist/package as the option assets (createReader({ assets: 'node_modules/pneumoscope/dist/package/' })).";

/** What each tool needs to be told, where it is the one that has moved the files. */
const TOOLS = [
  {
    name: "Vite's server",
    has: (/** @type {string} */ address) => address.includes('/.vite/'),
    line: "optimizeDeps: { exclude: ['pneumoscope'] } in vite.config.js",
  },
  {
    name: 'Next',
    has: () => isNode && 'NEXT_RUNTIME' in globalThis.process.env,
    line: "serverExternalPackages: ['pneumoscope'] in next.config.js",
  },
  {
    name: 'A bundler for Node',
    has: () => isNode,
    line: "external: ['pneumoscope'], so that the package stays in node_modules",
  },
];

/** @param {unknown} error @param {Stage} stage @param {URL | undefined} assets @returns {Promise<unknown>} */
export async function explain(error, stage, assets) {
  if (stage === 'unstarted') return refusal(error, assets);
  const told = stage === 'silent' ? await explainDeath(error, assets) : error;
  if (!(told instanceof PneumoscopeError) || told.reason !== MOVED) return told;
  return new PneumoscopeError(told.code, `${told.message} ${remedy()}`, MOVED);
}

/** For every tool, and for the one that is at hand. */
function remedy() {
  const tool = TOOLS.find(({ has }) => has(addressOf(undefined)?.href ?? ''));
  const line = tool ? ` ${tool.name} may also be told: ${tool.line}.` : '';
  return `${isNode ? ALWAYS_IN_NODE : ALWAYS}${line}`;
}

/** Why no worker could be started. @param {unknown} error @param {URL | undefined} assets */
function refusal(error, assets) {
  const address = addressOf(assets);
  if (address === undefined)
    return new PneumoscopeError('bad-asset', `The script does not know where it lies. ${remedy()}`, MOVED);
  const blocked = (/** @type {string} */ why) =>
    new PneumoscopeError('worker-blocked', `This page may not start ${address?.href ?? 'a worker'}: ${why}`);
  if (isNode) return blocked(`${messageOf(error)}.`);
  if (globalThis.origin === 'null')
    return blocked(
      'it is in a sandboxed frame. Add allow-same-origin to the frame, or load it from a site of its own.',
    );
  if (address && address.origin !== globalThis.origin)
    return blocked(`browsers start workers only from the page's own site, ${globalThis.origin}. ${ALWAYS}`);
  if (error instanceof TypeError && 'trustedTypes' in globalThis)
    return blocked(
      'its Content-Security-Policy requires Trusted Types. Give it a policy named default whose createScriptURL allows this address.',
    );
  return blocked(`${messageOf(error)}.`);
}

/** A worker that dies before it has said anything is most often a script that is missing, or a page in its place.
 * @param {unknown} error @param {URL | undefined} assets */
async function explainDeath(error, assets) {
  const address = addressOf(assets);
  if (!(error instanceof PneumoscopeError) || error.code !== 'worker-died' || !address) return error;
  const policy = isNode ? null : await policyAgainst(assets);
  if (policy === null) return explainScript(address, error.message);
  return new PneumoscopeError(
    'worker-blocked',
    `This page may not start ${address.href}: its Content-Security-Policy forbids this worker (${policy}). Add worker-src 'self' to the policy.`,
  );
}

const PATIENCE_MS = 2000;

/** Browsers tell the document, and not whoever starts a worker, that a policy forbids it: so one more is started.
 * @param {URL | undefined} assets @returns {Promise<string | null>} the directive, or null where none forbids it */
function policyAgainst(assets) {
  return new Promise((resolve) => {
    const worker = startWorker(assets, 'pneumoscope-asks');
    const hear = (/** @type {SecurityPolicyViolationEvent} */ event) =>
      /^(worker|child|script|default)-src/.test(event.effectiveDirective) && end(event.effectiveDirective);
    const end = (/** @type {string | null} */ directive) => {
      globalThis.removeEventListener('securitypolicyviolation', hear);
      clearTimeout(late);
      worker.terminate();
      resolve(directive);
    };
    const late = setTimeout(end, PATIENCE_MS, null);
    globalThis.addEventListener('securitypolicyviolation', hear);
    worker.onmessage = () => end(null); // it runs
    worker.onerror = (event) => {
      event.preventDefault();
      setTimeout(end, PATIENCE_MS / 10, null); // the document may be told after this
    };
  });
}
