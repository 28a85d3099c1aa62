// A message goes into logs: it shows no secret, and no film that somebody gave as a text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReader, PneumoscopeError } from 'pneumoscope';
import { harmless, shown } from '../../web/reader/errors.js';
import { runCli } from '../fixtures/package.js';

const film = `data:image/png;base64,${'iVBORw0KGgo'.repeat(50_000)}`;

test('a value is cut, and an address loses its user, password and query', () => {
  assert.equal(shown('x'.repeat(60)), 'x'.repeat(60));
  assert.equal(shown('x'.repeat(61)), `${'x'.repeat(60)}... (61 characters)`);
  for (const [given, kept] of [
    ['https://u:p@host/a', 'https://host/a'],
    ['https://u:p%40q@host:8042/a', 'https://host:8042/a'],
    ['redis://:secret@h:1/2', 'redis://h:1/2'],
    ['https://h/film?X-Amz-Signature=secret', 'https://h/film?...'],
    ['mail to a@b', 'mail to a@b'],
  ])
    assert.equal(shown(given), kept);
  const two = harmless('From "https://a:secret@x/y" to https://b:secret@z. End.');
  assert.equal(two, 'From "https://x/y" to https://z. End.');
  assert.ok(harmless(`Cannot read ${film}.`).length < 150);
});

test('an error of the package is harmless whoever wrote its words', () => {
  assert.doesNotMatch(new PneumoscopeError('bad-asset', 'http://u:secret@h could not be fetched.').message, /secret/);
});

test('options and films that are something else are not echoed whole', async () => {
  for (const options of [{ threads: film }, { variant: film }, { precision: film }, { model: `http://[${film}` }])
    await assert.rejects(createReader(/** @type {any} */ (options)), ({ message }) => {
      assert.ok(message.length < 300, message);
      return true;
    });
  const reader = await createReader();
  await assert.rejects(reader.read(/** @type {any} */ (film)), ({ message }) => message.length < 300);
  reader.close();
});

test('the command line names no password', async () => {
  const wrong = [
    ['dicomweb', 'http://u:secret@127.0.0.1:9/dicom-web', '--tries', '1', '--state', '/dev/null'],
    ['dicomweb', 'http://u:secret@127.0.0.1:99999/x', '--tries', '1', '--state', '/dev/null'],
    ['enqueue', '--redis', 'redis://u:secret@127.0.0.1:9', 'x.png'],
    ['--threads', 'http://u:secret@h', 'x.png'],
  ];
  for (const args of wrong) {
    const { stdout, stderr } = await runCli(args);
    assert.doesNotMatch(stdout + stderr, /secret/, args.join(' '));
    assert.ok(stdout.length + stderr.length > 0);
  }
});
