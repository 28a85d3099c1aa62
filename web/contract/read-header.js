// Reads src/pneumoscope.h: the words of its enums, its limits, and the fields of its structs. What it does not understand it
// refuses, so that nothing is left out in silence.

/** @typedef {{ word: string, says: string }} Word `says` is the comment beside the constant */
/** @typedef {'u32' | 'f32' | 'text' | 'pointer' | 'f32s' | 'chars'} Type `text`: a pointer to a string, which may be NULL */
/** @typedef {{ name: string, c: string, type: Type, at: number, count: number, words: string[] }} Field `at`: bytes from the
 * struct's beginning; `words`: what a text may be, if its comment begins with "one of" */
/** @typedef {{ c: string, nbytes: number, fields: Field[] }} Struct */

/** The enums that the web side needs, and what stands before each word. A word is its constant's name in lower case. */
const ENUMS = /** @type {const} */ ({
  statuses: ['pneumoscope_status', 'PNEUMOSCOPE_'],
  decisions: ['pneumoscope_decision', 'PNEUMOSCOPE_'],
  scopeReasons: ['pneumoscope_scope', 'PNEUMOSCOPE_SCOPE_'],
  warnings: ['pneumoscope_warning', 'PNEUMOSCOPE_WARNING_'],
  patients: ['pneumoscope_patient', 'PNEUMOSCOPE_PATIENT_'],
  refusals: ['pneumoscope_reason', 'PNEUMOSCOPE_REASON_'],
});

/** Those that the worker reads from the engine's memory. */
const STRUCTS = /** @type {const} */ ({
  findings: 'pneumoscope_findings',
  filmFacts: 'pneumoscope_film_facts',
  filmOrigin: 'pneumoscope_film_origin',
  operatingPoint: 'pneumoscope_operating_point',
});

const LIMITS = 'pneumoscope_limit';

/** @type {Record<string, Type>} */
const TYPES = {
  uint32_t: 'u32',
  float: 'f32',
  'const char *': 'text',
  'const float *': 'pointer',
  'const uint16_t *': 'pointer',
};

const POINTER_BYTES = 4; // of wasm32, as of every other type here but char

/** @param {string} text of pneumoscope.h */
export function readHeader(text) {
  const words = mapValues(ENUMS, ([name, prefix]) => readEnum(text, name, prefix));
  const limits = [...bodyOf(text, 'enum', LIMITS).matchAll(/PNEUMOSCOPE_(\w+) = (\d+)/g)].map(([, name, value]) => [
    camel(name.toLowerCase()),
    Number(value),
  ]);
  return {
    words,
    limits: /** @type {Record<string, number>} */ (Object.fromEntries(limits)),
    structs: mapValues(STRUCTS, (name) => readStruct(text, name)),
  };
}

/** @param {string} text @param {'enum' | 'struct'} kind @param {string} name @returns {string} what stands in its braces */
function bodyOf(text, kind, name) {
  const found = text.match(new RegExp(`typedef ${kind} ${name} \\{\\n([^}]*)\\} ${name};`));
  if (!found) throw new Error(`pneumoscope.h has no ${kind} ${name}.`);
  return found[1];
}

/** @param {string} text @param {string} name @param {string} prefix @returns {Word[]} in the order of their values or bits */
function readEnum(text, name, prefix) {
  const body = bodyOf(text, 'enum', name);
  const constants = [...body.matchAll(/^ +([A-Z][A-Z0-9_]*)(?: = ([^,\n/]+?))?,? *(?:\/\*([^]*?)\*\/)?$/gm)];
  const all = body.replaceAll(/\/\*[^]*?\*\//g, '').match(/\b[A-Z]\w+/g) ?? [];
  if (constants.length !== all.length) throw new Error(`enum ${name} has lines that are not understood.`);
  return constants.map(([, constant, value, comment], i) => {
    if (value !== undefined && value !== `1u << ${i}` && value !== `${i}`)
      throw new Error(`${constant} is ${value}; the constants of an enum count up, or are bits that do.`);
    if (!constant.startsWith(prefix)) throw new Error(`${constant} does not begin with ${prefix}.`);
    return { word: constant.slice(prefix.length).toLowerCase().replaceAll('_', '-'), says: sentence(comment ?? '') };
  });
}

/** @param {string} text @param {string} c @returns {Struct} */
function readStruct(text, c) {
  const body = bodyOf(text, 'struct', c);
  const declarations = body
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .split(';')
    .map((one) => one.trim())
    .filter(Boolean);
  let nbytes = 0;
  const fields = declarations.map((declaration) => {
    const read = readField(declaration, text);
    const field = { ...read, at: nbytes, words: wordsOfField(body, read.c) };
    nbytes += field.type === 'chars' ? field.count : field.count * POINTER_BYTES;
    return field;
  });
  return { c, nbytes, fields };
}

/** @param {string} body of a struct @param {string} field @returns {string[]} */
function wordsOfField(body, field) {
  const [, list] = body.match(new RegExp(`\\b${field};\\s*/\\*\\s*one of ([^;*]*)`)) ?? [];
  return [...(list ?? '').matchAll(/"([^"]+)"/g)].map(([, word]) => word);
}

/** @param {string} declaration @param {string} text of the header, for the length of an array @returns {Omit<Field, 'at' | 'words'>} */
function readField(declaration, text) {
  const found = declaration.match(/^(.*?[ *])(\w+)(?:\[(\w+)\])?$/);
  const [, written, c, length] = found ?? [];
  const type = written?.trim() === 'char' && length ? 'chars' : TYPES[written?.trim()];
  if (!type || (length && type !== 'chars' && type !== 'f32')) throw new Error(`Not understood: ${declaration};`);
  const count = length ? Number(text.match(new RegExp(`\\b${length} = (\\d+)`))?.[1] ?? length) : 1;
  if (type === 'chars' && count % POINTER_BYTES) throw new Error(`${c} has ${count} bytes, which moves what follows.`);
  return { name: camel(c), c, type: length && type === 'f32' ? 'f32s' : type, count };
}

/** @param {string} comment @returns {string} with a capital and a full stop */
function sentence(comment) {
  const plain = comment.replaceAll(/\s+/g, ' ').trim();
  return plain && plain[0].toUpperCase() + plain.slice(1).replace(/[^.!?]$/, '$&.');
}

/** @param {string} name */
const camel = (name) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());

/**
 * @template {Record<string, any>} Of
 * @template To
 * @param {Of} object
 * @param {(value: Of[keyof Of]) => To} change
 * @returns {Record<keyof Of, To>}
 */
const mapValues = (object, change) =>
  /** @type {any} */ (Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)])));
