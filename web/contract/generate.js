// Writes what follows from src/pneumoscope.h and from the calls of src/wasm.c: C's tables of words, the assertions that hold the offsets, and the web side's
// contract.js, unions of words and enums of the schema. Run it after a change of the header; tests/node/contract.test.js
// says where that was forgotten, and the compiler checks every offset.
//
//     node web/contract/generate.js

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { readHeader } from './read-header.js';

/** @typedef {ReturnType<typeof readHeader> & { mark: number }} Contract */

const ROOT = new URL('../../', import.meta.url);
const BY = 'web/contract/generate.js makes this of pneumoscope.h. Do not edit it.';
const CALLS = await readFile(new URL('src/wasm.c', ROOT), 'utf8');

/** Each file, and how it follows from the contract and from what it held before. @type {Record<string, (contract: Contract, before: string) => string>} */
const OUTPUTS = {
  'src/contract_words.h': wordTables,
  'src/contract_layout.h': layoutAssertions,
  'web/contract/contract.js': contractScript,
  'web/reader/types.d.ts': unions,
  'web/reader/findings.schema.json': schemaEnums,
};

/** @param {string} header text of pneumoscope.h @param {string} [calls] text of wasm.c
 * @returns {Promise<Record<string, string>>} each file's path and its new text */
export async function generate(header, calls = CALLS) {
  const read = readHeader(header);
  const contract = { ...read, mark: markOf(read, calls) };
  const texts = Object.entries(OUTPUTS).map(async ([path, write]) => {
    const before = await readFile(new URL(path, ROOT), 'utf8').catch(() => '');
    const text = write(contract, before);
    return [
      path,
      path.endsWith('.h') ? text : await format(text, { filepath: path, printWidth: 120, singleQuote: true }),
    ];
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** 32 bits that differ where an engine and a worker do not fit together: in the words, the limits, the structs or the calls.
 * @param {ReturnType<typeof readHeader>} read @param {string} calls */
function markOf({ words, limits, structs }, calls) {
  const lists = Object.values(words).map(wordsOf);
  const signatures = [...calls.matchAll(/EMSCRIPTEN_KEEPALIVE ([^{]*)\{/g)].map(([, one]) =>
    one.replaceAll(/\s+/g, ' '),
  );
  const all = JSON.stringify([lists, limits, structs, signatures]);
  return createHash('sha256').update(all).digest().readUInt32LE(0);
}

/** @param {Contract} contract */
function wordTables({ words }) {
  const table = (/** @type {string} */ name, /** @type {import('./read-header.js').Word[]} */ list) =>
    `static const char *const ${name}[] = {\n${list.map(({ word }) => `    "${word}",\n`).join('')}};\n`;
  return `/* ${BY} */\n/* clang-format off */\n${table('status_words', words.statuses)}\n${table('reason_words', words.refusals)}`;
}

/** @param {Contract} contract */
function layoutAssertions({ structs, mark }) {
  const lines = Object.values(structs).flatMap(({ c, nbytes, fields }) => [
    ...fields.map(
      ({ c: field, at }) => `_Static_assert(offsetof(${c}, ${field}) == ${at}, "run web/contract/generate.js");`,
    ),
    `_Static_assert(sizeof(${c}) == ${nbytes}, "run web/contract/generate.js");`,
  ]);
  return `/* ${BY}\n * As the compiler lays structs out for wasm32. */\n/* clang-format off */\n#define CONTRACT_MARK ${mark}u\n\n${lines.join('\n')}\n`;
}

/** @param {Contract} contract */
function contractScript({ words, limits, structs, mark }) {
  const list = (/** @type {keyof Contract['words']} */ name) => wordsOf(words[name]);
  const layouts = Object.entries(structs).map(([name, { fields }]) => [
    name,
    Object.fromEntries(
      fields.map(({ name: field, type, at, count }) => [field, count > 1 ? [type, at, count] : [type, at]]),
    ),
  ]);
  return `// ${BY}

${constant('MARK', 'The engine has the same number, if it is of the same contract.', mark)}
${constant('STATUSES', 'In the order of their numbers.', list('statuses'))}
${constant('DECISIONS', 'In the order of their numbers.', list('decisions'))}
${constant('KNOWN_PATIENTS', 'Groups of patients, in the order of their numbers from 1 on.', list('patients').slice(1))}
${constant('SCOPE_REASONS', 'In the order of their bits.', list('scopeReasons'))}
${constant('WARNINGS', 'In the order of their bits.', list('warnings'))}
${constant('REFUSALS', "What can be wrong with a film's file: a PneumoscopeError's \`reason\`.".replaceAll('\\', ''), list('refusals').slice(1))}
${constant('LIMITS', 'What the engine takes at most.', limits)}
${constant('LAYOUTS', 'Structs in the memory of the engine: the type of each field, its offset in bytes, and how many there are.', Object.fromEntries(layouts))}`;
}

/** @param {string} name @param {string} says @param {any} value */
const constant = (name, says, value) =>
  `/** ${says} */\nexport const ${name} = /** @type {const} */ (${JSON.stringify(value)});\n`;

/** @param {import('./read-header.js').Word[]} words */
const wordsOf = (words) => words.map(({ word }) => word);

/** Kinds of film that the web side decodes itself: web/worker/pictures.js. */
const DECODED_HERE = ['tiff', 'webp', 'avif', 'heic'];

/** The text fields of a film's facts that have a list of words. @param {Contract} contract @returns {[string, string[]][]} */
const filmWords = ({ structs }) =>
  structs.filmFacts.fields
    .filter(({ words }) => words.length > 0)
    .map(({ name, words }) => [name, name === 'kind' ? [...words, ...DECODED_HERE] : words]);

/** Writes the words of a film's facts into their interface. @param {Contract} contract @param {string} before */
function filmTypes(contract, before) {
  return filmWords(contract).reduce((text, [name, words]) => {
    const place = new RegExp(`(export interface FilmFacts \\{[^]*?\\n  ${name}:)[^;]*?( \\| null)?;`);
    if (!place.test(text)) throw new Error(`types.d.ts has no FilmFacts.${name}.`);
    const list = words.map((word) => `'${word}'`).join(' | ');
    return text.replace(place, (_, start, orNull = '') => `${start} ${list}${orNull};`);
  }, before);
}

/** Writes the unions of the types that are named after them, and the words of a film's facts.
 * @param {Contract} contract @param {string} before */
function unions(contract, before) {
  const { words } = contract;
  const union = (/** @type {import('./read-header.js').Word[]} */ list) =>
    list.map(({ word, says }) => `${says ? `  /** ${says} */\n` : ''}  | '${word}'`).join('\n');
  return [
    ['Decision', words.decisions],
    ['ScopeReason', words.scopeReasons],
    ['Warning', words.warnings],
    ['Patient', words.patients.slice(1)],
    ['Refusal', words.refusals.slice(1)],
  ].reduce(
    (text, [name, list]) => {
      const place = new RegExp(`(export type ${name} =)(?:\\s*/\\*\\*[^]*?\\*/|\\s*\\|?\\s*'[^']*')*;`);
      if (!place.test(text)) throw new Error(`types.d.ts has no type ${name}.`);
      return text.replace(place, (_, start) => `${start}\n${union(/** @type {any} */ (list))};`);
    },
    filmTypes(contract, before),
  );
}

/** @param {any} schema or a part of it @param {(properties: any) => void} change each object's */
function eachProperties(schema, change) {
  if (typeof schema !== 'object' || schema === null) return;
  if (schema.properties) change(schema.properties);
  for (const part of Object.values(schema)) eachProperties(part, change);
}

/** Writes the enums of the schema: those that its properties refer to, the groups of patients, and the words of a film's facts.
 * @param {Contract} contract @param {string} before */
function schemaEnums(contract, before) {
  const { words } = contract;
  const schema = JSON.parse(before);
  eachProperties(schema, (properties) => {
    if (properties.patient?.enum) properties.patient.enum = [...wordsOf(words.patients.slice(1)), null];
    if (!properties.transferSyntax) return;
    for (const [name, list] of filmWords(contract)) (properties[name].anyOf?.[0] ?? properties[name]).enum = list;
  });
  const { decisions: decision, scopeReasons: scopeReason, warnings: warning } = words;
  for (const [name, list] of Object.entries({ decision, scopeReason, warning }))
    schema.$defs[name] = { enum: wordsOf(list) };
  schema.$defs.refusal = { enum: wordsOf(words.refusals.slice(1)) };
  return JSON.stringify(schema, null, 2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const texts = await generate(await readFile(new URL('src/pneumoscope.h', ROOT), 'utf8'));
  for (const [path, text] of Object.entries(texts)) await writeFile(new URL(path, ROOT), text);
}
