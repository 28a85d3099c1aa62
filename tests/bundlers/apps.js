// Other people's apps around the package: their files, and how each is built and served.

import { recipe } from './kit.js';

/** A page's script that reads with 25 readers one after the other, then with the element, and says so in `window.outcome`. */
export const MAIN = (/** @type {string} */ options = '') => `
import { createReader } from 'pneumoscope';
import 'pneumoscope/pneumo-scope';
const outcome = { reads: {}, element: null, failures: [] };
try {
  const film = await (await fetch('film.jpg')).arrayBuffer();
  for (let k = 0; k < 25; k++) {
    const reader = await createReader(${options});
    try {
      for (let i = 0; i < 2; i++) {
        const { decision, engine } = await reader.read(film);
        const key = \`\${decision} \${engine.variant} \${engine.threads}\`;
        outcome.reads[key] = (outcome.reads[key] ?? 0) + 1;
      }
    } finally {
      reader.close();
    }
  }
  const { decision, name } = await document.querySelector('pneumo-scope').read(film, 'from the app');
  outcome.element = \`\${decision} \${name}\`;
} catch (error) {
  outcome.failures.push(\`\${error.name} \${error.code}: \${error.message}\`);
}
window.outcome = outcome;
`;

export const PAGE = (/** @type {string} */ script) =>
  `<!doctype html><html lang="en"><meta charset="utf-8" /><title>App</title><pneumo-scope></pneumo-scope>${script}`;

/** A reader's use in TypeScript: what must be typed is, and what is wrong is an error. */
export const TYPED = `
import { createPool, createReader, decide, overlay, PneumoscopeError, type Findings } from 'pneumoscope';
import 'pneumoscope/pneumo-scope';
import type { FilmFindings, PneumoScope } from 'pneumoscope/pneumo-scope';
const reader = await createReader({ threads: 1, assets: new URL('./x/', import.meta.url) });
const findings: Findings = await reader.read(new Uint8Array(3), { heatmap: true });
if (findings.heatmap && findings.view) new ImageData(overlay(findings.view, findings.heatmap), findings.view.width);
const scope: PneumoScope | null = document.querySelector('pneumo-scope');
const answer: FilmFindings | undefined = await scope?.read(new Blob([]), 'x');
scope?.addEventListener('findings', ({ detail }) => console.log(detail.decision, detail.id, answer));
scope?.addEventListener('failed', ({ detail }) => console.log(detail.code));
// @ts-expect-error: no such event detail
scope?.addEventListener('ready', ({ detail }) => console.log(detail.nothing));
try {
  (await createPool({ size: 2 })).close();
} catch (error) {
  if (error instanceof PneumoscopeError && error.code === 'bad-image') console.log(error.message, decide);
}
`;

export const COMMONJS_TYPED = `
import { createReader, type Findings } from 'pneumoscope';
import 'pneumoscope/pneumo-scope';
async function read(): Promise<Findings['decision']> {
  return (await (await createReader()).read(new Uint8Array(2))).decision;
}
export = read;
`;

const IN_JSX = `
<pneumo-scope
  id="film"
  operating-point="balanced"
  theme="dark"
  heatmap
  onfindings={({ detail }) => console.log(detail.decision, detail.id)}
/>`;

/** The element in JSX: what must be typed is, and what is wrong is an error. */
export const JSX_TYPED = `
import 'pneumoscope/pneumo-scope';
export const App = () => ${IN_JSX.trim()};
// @ts-expect-error: no such theme
export const Wrong = () => <pneumo-scope theme="pink" />;
`;

export const PREACT_TYPED = JSX_TYPED;

export const REACT_TYPED = `
import { useRef } from 'react';
import { PneumoScope } from 'pneumoscope/react';
import type { PneumoScope as Element } from 'pneumoscope/pneumo-scope';
export function App({ file }: { file: File }) {
  const scope = useRef<Element>(null);
  return (
    <PneumoScope
      ref={scope}
      film={file}
      className="film"
      operatingPoint="balanced"
      onFindings={({ decision, probability }, event) => console.log(decision, probability.toFixed(2), event.type)}
      onFailed={({ code }) => console.log(code)}
    />
  );
}
// @ts-expect-error: no such property of findings
export const Wrong = () => <PneumoScope onFindings={({ nothing }) => nothing} />;
`;

/** What a test of somebody's app asks of the package, in vitest's own realm. */
export const VITEST = (/** @type {string} */ environment) => `
// @vitest-environment ${environment}
import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { createReader } from 'pneumoscope';
const bytes = readFileSync('film.jpg');
const forms = {
  buffer: bytes,
  view: new Uint8Array(bytes),
  buffers: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  file: new File([bytes], 'x.jpg'),
  blob: new Blob([bytes]),
  foreign: Uint8Array.from(bytes).buffer,
};
test.each(Object.keys(forms))('%s', async (form) => {
  const reader = await createReader({ threads: 1 });
  expect((await reader.read(forms[form])).decision).toBe('normal');
  reader.close();
}, 20_000);
test('the element', async () => {
  await import('pneumoscope/pneumo-scope');
  if (globalThis.customElements) {
    const scope = document.body.appendChild(document.createElement('pneumo-scope'));
    expect((await scope.read(bytes, 'a film')).decision).toBe('normal');
    scope.remove();
  }
  await import('pneumoscope/pneumo-scope?again').catch(() => {});
}, 20_000);
`;

/** The same in Jest, whose default is CommonJS. */
export const JEST = (/** @type {string} */ environment) => `/** @jest-environment ${environment} */
const { readFileSync } = require('node:fs');
const { createReader } = require('pneumoscope');
const bytes = readFileSync('film.jpg');
test('a reader reads', async () => {
  const reader = await createReader({ threads: 1 });
  expect((await reader.read(bytes)).decision).toBe('normal');
  expect((await reader.read(new Uint8Array(bytes).buffer)).decision).toBe('normal');
  reader.close();
}, 60_000);
test('the element reads where there is a document', async () => {
  const { PneumoScope } = require('pneumoscope/pneumo-scope');
  expect(typeof PneumoScope).toBe('function');
  if (!globalThis.document) return;
  const scope = document.body.appendChild(document.createElement('pneumo-scope'));
  expect((await scope.read(new Uint8Array(bytes), 'a film')).decision).toBe('normal');
  scope.remove();
}, 60_000);
`;

const NEXT_CONFIG = `
const isolation = [
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Embedder-Policy', value: 'require-corp' },
];
export default {
  typescript: { ignoreBuildErrors: true },
  headers: async () => (process.env.ISOLATED ? [{ source: '/(.*)', headers: isolation }] : []),
};
`;

/** @type {Record<string, string>} */
export const NEXT = {
  'next.config.mjs': NEXT_CONFIG,
  'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;',
  'app/page.js': `'use client';
    import { useEffect } from 'react';
    import 'pneumoscope/pneumo-scope';
    export default function Page() {
      useEffect(() => void import('./main.js'), []);
      return <pneumo-scope></pneumo-scope>;
    }`,
  'app/main.js': MAIN(),
  'app/read/route.js': recipe('Next', 1),
};
