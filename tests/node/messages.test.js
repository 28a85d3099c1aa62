// The page's words: every key that the page uses is there in every language, and none that it does not use.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MESSAGES } from '../../web/cli/validate/messages.js';
import * as contract from '../../web/contract/contract.js';
import english from '../../web/view/messages/en.js';
import { keysOf } from '../fixtures/contract.js';

const web = new URL('../../web/', import.meta.url);
const languages = readdirSync(new URL('view/messages/', web)).map((name) => name.replace('.js', ''));
const keys = Object.keys(english);

/** What the page and the element are made of, but for the messages themselves. */
function scripts() {
  const all = ['page/', 'element/', 'view/', 'desk/'].flatMap((room) =>
    readdirSync(new URL(room, web), { recursive: true }).map((name) => `${room}${name}`),
  );
  return all
    .filter((name) => name.endsWith('.js') && !name.includes('messages') && !name.includes('validation/')) // it has words of its own
    .map((name) => readFileSync(new URL(name, web), 'utf8'));
}

/** Keys as the scripts have them: 'whole.key', or `start.${…}` where the rest comes from a value. */
function usedKeys() {
  const sources = scripts();
  const quoted = sources.flatMap((source) => [...source.matchAll(/'([a-z][\w.-]*\.[\w.-]+)'/g)]);
  const templates = sources.flatMap((source) => [...source.matchAll(/`([a-z][\w.-]*\.\$\{[^`]*)`/g)]);
  return {
    literal: new Set(quoted.map(([, key]) => key)),
    patterns: templates.map(
      ([, text]) => new RegExp(`^${text.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '[\\w-]+')}$`),
    ),
  };
}

test('there is a message for every decision, scope reason, warning and refusal of pneumoscope.h', () => {
  assert.deepEqual(
    keysOf(contract).filter((key) => !keys.includes(key)),
    [],
  );
});

test('every message is used', () => {
  const { literal, patterns } = usedKeys();
  const unused = keys.filter((key) => !literal.has(key) && !patterns.some((pattern) => pattern.test(key)));
  assert.deepEqual(unused, []);
});

test('every message that the page asks for by name is there', () => {
  const sources = scripts();
  const asked = sources.flatMap((source) => [...source.matchAll(/\bt\('([^']+)'/g)].map(([, key]) => key));
  assert.ok(asked.length > 50);
  assert.deepEqual(
    asked.filter((key) => !keys.includes(key)),
    [],
  );
});

for (const language of languages)
  test(`${language} says the same as English, with the same names in it and the plural forms that it needs`, async () => {
    const messages = (await import(`../../web/view/messages/${language}.js`)).default;
    assert.deepEqual(Object.keys(messages), keys, 'in the same order, so that they can be read side by side');
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
    for (const [key, message] of Object.entries(messages)) {
      const source = english[/** @type {keyof typeof english} */ (key)];
      assert.equal(typeof message, typeof source, key);
      if (typeof message !== 'string') assert.deepEqual(Object.keys(message).sort(), forms, key);
      const wanted = namesIn(textsOf(source)[0]);
      for (const text of textsOf(message)) {
        assert.equal(text, text.trim(), key);
        assert.notEqual(text, '', key);
        assert.deepEqual(namesIn(text), wanted, key);
      }
    }
  });

/** What a language may well write as English does is shorter, its {names} apart. */
const SENTENCE = /(\p{L}+\P{L}+){3}/u;

for (const language of languages.filter((code) => code !== 'en'))
  test(`${language} has no sentence left in English, and none that sits in English spaces`, async () => {
    const messages = (await import(`../../web/view/messages/${language}.js`)).default;
    for (const [key, message] of Object.entries(messages)) {
      const source = textsOf(english[/** @type {keyof typeof english} */ (key)]);
      for (const text of textsOf(message)) {
        assert.ok(!SENTENCE.test(text.replaceAll(/\{\w+\}/g, '')) || !source.includes(text), key);
        if (language === 'fr')
          assert.doesNotMatch(text, /[^\u00a0][:;?!%»]|«[^\u00a0]/, `${key}: a no-break space belongs there`);
        if (language === 'zh-Hans')
          assert.doesNotMatch(text, /\p{Script=Han}[,.:;?!()]/u, `${key}: a wide sign belongs there`);
      }
    }
  });

/** @param {string | Record<string, string>} message */
const textsOf = (message) => (typeof message === 'string' ? [message] : Object.values(message));

/** @param {string} text */
const namesIn = (text) => (text.match(/\{\w+\}/g) ?? []).sort();

const report = new URL('validate/messages/', web);
const reportLanguages = readdirSync(report).map((name) => name.replace('.js', ''));

test('the report speaks the languages of the page, on the command line too', () => {
  assert.deepEqual(reportLanguages.toSorted(), languages.toSorted());
  assert.deepEqual(Object.keys(MESSAGES).toSorted(), languages.toSorted());
});

for (const language of reportLanguages)
  test(`${language} has all words of the report, with the same names in them`, async () => {
    const [source, messages] = await Promise.all(
      ['en', language].map(async (one) => (await import(new URL(`${one}.js`, report).href)).default),
    );
    assert.deepEqual(Object.keys(messages), Object.keys(source));
    for (const [key, text] of Object.entries(messages)) {
      assert.deepEqual(namesIn(text), namesIn(source[key]), key);
      assert.ok(language === 'en' || !SENTENCE.test(text.replaceAll(/\{\w+\}/g, '')) || text !== source[key], key);
      if (language === 'fr') assert.doesNotMatch(text, /[^\u00a0][:;?!%»]|«[^\u00a0]/, key);
      if (language === 'zh-Hans') assert.doesNotMatch(text, /\p{Script=Han}[,.:;?!()]/u, key);
    }
  });

/** Keys of the report, and those of the page that say the same. */
const SAME = {
  'said.pneumonia': ['scale.pneumonia'],
  'said.normal': ['scale.clear', 'evidence.cleared'],
  'said.uncertain': ['scale.uncertain', 'decision.uncertain'],
  'said.out-of-scope': ['decision.out-of-scope'],
};

for (const language of languages)
  test(`${language} has the same words for a decision in the report and on the page`, async () => {
    const [page, words] = await Promise.all(
      ['view', 'validate'].map(async (room) => (await import(`../../web/${room}/messages/${language}.js`)).default),
    );
    const small = (/** @type {string} */ text) => text.toLocaleLowerCase(language);
    for (const [key, others] of Object.entries(SAME))
      for (const other of others) assert.equal(small(page[other]), small(words[key]), `${key} and ${other}`);
  });
