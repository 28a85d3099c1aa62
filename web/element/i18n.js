// What the page says, in the reader's language: t(key, values). Numbers are written as the language writes them.
//
// A message is a text with {names} in it, or one text for each plural form of {count} that the language has. Every language
// is one file in web/element/messages/ with the keys of en.js; English is built in, the others are fetched when they are chosen.

import english from './messages/en.js';

/** @typedef {keyof typeof english} Key */
/** @typedef {Record<string, string | number>} Values */

/** Codes of the languages that the page has, English among them; build.js lists web/element/messages/. */
export const LANGUAGES = __LANGUAGES__;

/** A language that is spoken somewhere: by the page, or by an element that stands alone in somebody else's. */
export class Speech {
  language = 'en';
  /** @type {Record<Key, string | Record<string, string>>} */
  messages = english;
  #chosen = 'en';
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {string} code one of LANGUAGES; of two that are fetched at once the last that was chosen is spoken */
  async choose(code) {
    this.#chosen = code;
    const fetched = code === 'en' ? english : (await import(`./messages/${code}.js`)).default;
    if (this.#chosen !== code) return;
    [this.messages, this.language] = [fetched, code];
    for (const listener of this.#listeners) listener();
  }

  /** @param {() => void} listener called after every change @returns {() => void} ends it */
  follow(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const pageSpeech = new Speech();

/** Who speaks now: t() and the numbers are said in this language. */
let speaker = pageSpeech;

/** @template Result @param {Speech} speech @param {() => Result} work in which that language is spoken @returns {Result} */
export function speaking(speech, work) {
  const before = speaker;
  speaker = speech;
  try {
    return work();
  } finally {
    speaker = before;
  }
}

/** @param {Key} key @param {Values} [values] @returns {string} */
export function t(key, values = {}) {
  const message = speaker.messages[key];
  const text = typeof message === 'string' ? message : (message[pluralForm(Number(values.count))] ?? message.other);
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => spoken(values[name]));
}

export const currentLanguage = () => speaker.language;

/** @param {string} code @returns {string} a language's name for itself */
export const languageName = (code) => new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;

/** @param {readonly string[]} wanted as in navigator.languages @returns {string} the first that the page has */
export function bestLanguage(wanted) {
  for (const { language: base, script } of wanted.flatMap(localesOf))
    for (const code of LANGUAGES) if (code === base || code === `${base}-${script}`) return code;
  return 'en';
}

/** @param {string} code @returns {Intl.Locale[]} none where a page has written one that is none */
function localesOf(code) {
  try {
    return [new Intl.Locale(code).maximize()];
  } catch {
    return [];
  }
}

/** @param {number} part 0 to 1 @returns {string} never 100 % or 0 %: the model is never that sure */
export function probability(part) {
  if (part > 0.999) return t('number.over', { number: percent(0.999) });
  if (part < 0.001) return t('number.under', { number: percent(0.001) });
  return percent(part);
}

/** @param {number} part 0 to 1 @param {number} [digits] after the point @returns {string} */
export const percent = (part, digits = 1) =>
  number(part, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });

/** As somebody has said it, with no more digits. @param {number} part 0 to 1 @returns {string} */
export const shareOf = (part) => number(part, { style: 'percent', maximumFractionDigits: 1 });

/** @param {number} ms @returns {string} */
export const milliseconds = (ms) =>
  number(ms, { style: 'unit', unit: 'millisecond', maximumFractionDigits: ms < 10 ? 1 : 0 });

/** @param {number} seconds @returns {string} to the second, or to the minute above two */
export function duration(seconds) {
  const [unit, value] = seconds < 120 ? ['second', seconds] : ['minute', seconds / 60];
  return number(Math.ceil(value), { style: 'unit', unit });
}

/** @param {number} nbytes @returns {string} */
export const megabytes = (nbytes) =>
  number(nbytes / 1e6, { style: 'unit', unit: 'megabyte', minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @param {Date} date @returns {string} */
export const dateTime = (date) =>
  new Intl.DateTimeFormat(speaker.language, { dateStyle: 'long', timeStyle: 'short' }).format(date);

/** @param {Date} date @returns {string} */
export const day = (date) =>
  new Intl.DateTimeFormat(speaker.language, { dateStyle: 'long', timeZone: 'UTC' }).format(date);

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function number(value, options) {
  const key = speaker.language + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(speaker.language, options);
  formats.set(key, format); // making one takes far longer than using it
  return format.format(value);
}

/** @param {string | number} value */
const spoken = (value) => (typeof value === 'number' ? number(value) : value);

/** @param {number} count */
const pluralForm = (count) => new Intl.PluralRules(speaker.language).select(count);
