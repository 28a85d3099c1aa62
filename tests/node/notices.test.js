// What of other people's is in dist/: named in the bill of materials and in NOTICE, with its terms; and the files' own.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DIST, PACKAGE } from '../fixtures/package.js';

const { components } = JSON.parse(readFileSync(join(DIST, 'sbom.json'), 'utf8'));
const notice = readFileSync(join(DIST, 'NOTICE'), 'utf8');

/** Packages that NOTICE names by their family. @type {Record<string, string>} */
const FAMILY = {
  ...Object.fromEntries(['lit-html', 'lit-element', '@lit/reactive-element'].map((name) => [name, 'lit'])),
  '@petamoriken/float16': 'float16',
  papaparse: 'Papa Parse',
  preact: 'Preact',
};

test('every component is in NOTICE, under terms whose text stands there', () => {
  assert.ok(components.length > 15);
  for (const { name, version, licenses } of components) {
    const called = FAMILY[name] ?? name.replace(/^workbox-.*/, 'Workbox').replace(/^d3-.*/, 'd3');
    assert.match(notice, new RegExp(`^  ([\\w-]+, )*${called}\\b`, 'm'), name);
    assert.ok(
      version &&
        ['MIT', 'BSD-3-Clause', 'BSD-2-Clause', 'Apache-2.0', 'ISC', 'CC0-1.0'].includes(licenses[0].license.id),
      name,
    );
  }
  for (const name of ['XNNPACK', 'OpenJPEG', 'lit-html', 'workbox-core', 'wasm-feature-detect'])
    assert.ok(
      components.some((/** @type {any} */ one) => one.name === name),
      name,
    );
});

test('site, package and the single file carry their terms', () => {
  for (const folder of [DIST, PACKAGE])
    for (const name of ['LICENSE', 'NOTICE', 'sbom.json']) assert.ok(existsSync(join(folder, name)));
  const single = readFileSync(join(DIST, 'pneumoscope.html'), 'utf8');
  assert.ok(single.includes('Permission is hereby granted, free of charge') && single.includes('Apache License'));
});
