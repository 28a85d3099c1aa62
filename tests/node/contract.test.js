// src/pneumoscope.h is the one place of the contract: what follows from it is up to date, complete, and read at the right offsets.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generate } from '../../web/contract/generate.js';
import * as contract from '../../web/contract/contract.js';
import english from '../../web/view/messages/en.js';
import { readStruct } from '../../web/worker/heap.js';
import { keysOf } from '../fixtures/contract.js';

const ROOT = new URL('../../', import.meta.url);
const header = readFileSync(new URL('src/pneumoscope.h', ROOT), 'utf8');

/** @param {string} from @param {string} to @returns {string} the header with one change */
function changed(from, to) {
  assert.ok(header.includes(from), from);
  return header.replace(from, to);
}

/** @param {string} text of a script @returns {Promise<typeof contract>} */
const run = (text) => import(`data:text/javascript,${encodeURIComponent(text)}`);

test('what is made of the header is up to date; if not, run node web/contract/generate.js', async () => {
  for (const [path, text] of Object.entries(await generate(header)))
    assert.equal(await readFile(new URL(path, ROOT), 'utf8'), text, path);
});

test('a warning that is added to the header reaches C, JavaScript, the types, the schema and the demand for messages', async () => {
  const last = /** @type {string} */ (contract.WARNINGS.at(-1));
  const constant = `PNEUMOSCOPE_WARNING_${last.toUpperCase().replaceAll('-', '_')} = 1u << ${contract.WARNINGS.length - 1}`;
  const bit = `1u << ${contract.WARNINGS.length}`;
  const texts = await generate(
    changed(constant, `${constant}, PNEUMOSCOPE_WARNING_DUMMY_ONE = ${bit}`.replace(', ', ',\n    ')),
  );
  const made = await run(texts['web/contract/contract.js']);
  assert.deepEqual(made.WARNINGS, [...contract.WARNINGS, 'dummy-one']);
  assert.match(texts['web/reader/types.d.ts'], /export type Warning =[^;]*(;[^;]*)*\| 'dummy-one';/);
  assert.deepEqual(JSON.parse(texts['web/reader/findings.schema.json']).$defs.warning.enum, made.WARNINGS);
  const missing = (/** @type {any} */ of) => keysOf(of).filter((key) => !Object.keys(english).includes(key));
  assert.deepEqual([missing(contract), missing(made)], [[], ['warning.dummy-one']]);
});

test('a reason that is added reaches the table of C, too', async () => {
  const texts = await generate(
    changed('    PNEUMOSCOPE_REASON_HTML\n', '    PNEUMOSCOPE_REASON_HTML,\n    PNEUMOSCOPE_REASON_X\n'),
  );
  assert.ok(texts['src/contract_words.h'].endsWith('    "html",\n    "x",\n};\n'));
});

test('a word of a film and a group of patients that are added reach the types and the schema', async () => {
  const texts = await generate(
    changed('one of "AP", "PA"', 'one of "AP", "XX", "PA"').replace(
      'PNEUMOSCOPE_PATIENT_ADULT ',
      'PNEUMOSCOPE_PATIENT_ADULT,\n    PNEUMOSCOPE_PATIENT_OLD ',
    ),
  );
  const [types, schema] = [texts['web/reader/types.d.ts'], texts['web/reader/findings.schema.json']];
  assert.match(types, /\n {2}view: 'AP' \| 'XX' \| 'PA' \| 'LATERAL' \| 'OBLIQUE' \| 'DECUBITUS' \| null;/);
  assert.match(types, /export type Patient =[^;]*(;[^;]*)*\| 'old';/);
  assert.match(schema.replaceAll(/\s+/g, ' '), /"enum": \["AP", "XX", "PA"/);
  assert.equal(schema.replaceAll(/\s+/g, ' ').split('["child", "adult", "old", null]').length, 3);
});

test('what is not understood in the header is refused, not left out', async () => {
  const cases = [
    [changed('PNEUMOSCOPE_WARNING_ASPECT = 1u << 3', 'PNEUMOSCOPE_WARNING_ASPECT = 1u << 4'), /count up/],
    [changed('    float logit;', '    double logit;'), /double logit/],
    [changed('PNEUMOSCOPE_SCOPE_BLANK', 'SCOPE_BLANK'), /does not begin/],
    [changed('typedef enum pneumoscope_reason', 'typedef enum pneumoscope_why'), /no enum pneumoscope_reason/],
  ];
  for (const [text, said] of cases) await assert.rejects(generate(/** @type {string} */ (text)), { message: said });
});

test('every field of a struct is read by its name from the memory of WebAssembly', async () => {
  const module = await (await import(new URL('build/wasm/contract.mjs', ROOT).href)).default();
  const given = valuesOf(readFileSync(new URL('tests/c/contract_structs.c', ROOT), 'utf8'));
  const at = {
    findings: module._contract_findings(),
    filmFacts: module._contract_film_facts(),
    filmOrigin: module._contract_film_origin(),
    operatingPoint: module._contract_operating_point(),
  };
  const read = (/** @type {typeof contract.LAYOUTS} */ layouts) =>
    Object.entries(at).map(([name, pointer]) => {
      const struct = readStruct(module, layouts[/** @type {keyof typeof at} */ (name)], pointer);
      return Object.fromEntries(Object.entries(struct).map(([field, value]) => [field, numbers(value)]));
    });
  assert.deepEqual(read(contract.LAYOUTS), given);
  for (const [one, other] of [
    ['float uncertain_low; ', 'float threshold; '],
    ['uint32_t nframes;', 'uint32_t inverted;'],
  ]) {
    const swapped = changed(one, '@').replaceAll(other, one).replaceAll('@', other);
    const { LAYOUTS } = await run((await generate(swapped))['web/contract/contract.js']);
    assert.notDeepEqual(read(LAYOUTS), given, `${one} and ${other} are swapped`);
  }
});

/** @param {unknown} value */
const numbers = (value) => (value instanceof Float32Array ? [...value] : Number(value));

/** What the lines of C give each field, struct by struct. @param {string} text */
function valuesOf(text) {
  const structs = [...text.matchAll(/= \{\n([^]*?)\n\};/g)].map(([, body]) => body);
  return structs.map((body) =>
    Object.fromEntries(
      [...body.matchAll(/\.(\w+) = (.*),$/gm)].map(([, name, value]) => {
        const given = (value.replace(/\(.*\)/, '').match(/\d+/g) ?? []).map(Number);
        return [
          name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()),
          value.startsWith('{') ? given : given[0],
        ];
      }),
    ),
  );
}

test('in C, every refusal of a file has a reason', () => {
  const sources = readdirSync(new URL('src/', ROOT), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.c'));
  const without = sources.filter((name) =>
    /status_fail\([^;]*PNEUMOSCOPE_(BAD_IMAGE|UNSUPPORTED_IMAGE|IMAGE_TOO_LARGE)/.test(
      readFileSync(new URL(`src/${name}`, ROOT), 'utf8'),
    ),
  );
  assert.deepEqual(without, []);
});
