// What the page says, in the reader's language, and how that language writes numbers. A translator is handed down: two elements
// of one page may speak two languages.
//
// A message is a text with {names} in it, or one text for each plural form of {count} that the language has. Every language
// is one file in web/view/messages/ with the keys of en.js; English is built in, the others are fetched when they are chosen.

import { SUREST } from '../reader/decide.js';
import english from './messages/en.js';

/** @typedef {keyof typeof english} Key */
/** @typedef {Record<string, string | number>} Values */

/** Codes of the languages that the page has, English among them; build.js lists web/view/messages/. */
export const LANGUAGES = __LANGUAGES__;

/** Those that are written from right to left. */
const RIGHT_TO_LEFT = ['ar'];

/** Says everything in one language. Its functions may be taken out of it: `const { t } = translator`. */
export class Translator {
  language = 'en';
  /** @type {Record<Key, string | Record<string, string>>} */
  #messages = english;
  #chosen = 'en';
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** Formats of Intl by their kind and options: making one takes far longer than using it. @type {Map<string, any>} */
  #formats = new Map();

  /** @param {string} code one of LANGUAGES; of two that are fetched at once the last that was chosen is spoken */
  async choose(code) {
    this.#chosen = code;
    const fetched = code === 'en' ? english : (await import(`./messages/${code}.js`)).default;
    if (this.#chosen !== code) return;
    [this.#messages, this.language] = [fetched, code];
    this.#formats.clear();
    for (const listener of this.#listeners) listener();
  }

  /** @param {() => void} listener called after every change @returns {() => void} ends it */
  follow(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The way in which the language is written. @returns {'ltr' | 'rtl'} */
  get direction() {
    return RIGHT_TO_LEFT.includes(this.language) ? 'rtl' : 'ltr';
  }

  /** @param {Key} key @param {Values} [values] @returns {string} */
  t = (key, values = {}) => {
    const message = this.#messages[key];
    const text = typeof message === 'string' ? message : (message[this.#plural(values.count)] ?? message.other);
    return text.replaceAll(/\{(\w+)\}/g, (_, name) => this.#spoken(values[name]));
  };

  /** @param {number} value @param {Intl.NumberFormatOptions} [options] */
  number = (value, options) => this.#format('NumberFormat', options).format(value);

  /** @param {number} part 0 to 1 @param {number} [digits] after the point @returns {string} */
  percent = (part, digits = 1) =>
    this.number(part, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });

  /** @param {number} part 0 to 1 @returns {string} never 100 % or 0 %: the model is never that sure */
  probability = (part) => {
    if (part > SUREST) return this.t('number.over', { number: this.percent(SUREST) });
    if (part < 1 - SUREST) return this.t('number.under', { number: this.percent(1 - SUREST) });
    return this.percent(part);
  };

  /** As somebody has said it, with no more digits. @param {number} part 0 to 1 @returns {string} */
  share = (part) => this.number(part, { style: 'percent', maximumFractionDigits: 1 });

  /** @param {number} ms @returns {string} */
  milliseconds = (ms) =>
    this.number(ms, { style: 'unit', unit: 'millisecond', maximumFractionDigits: ms < 10 ? 1 : 0 });

  /** @param {number} seconds @returns {string} to the second, or to the minute above two */
  duration = (seconds) => {
    const [unit, value] = seconds < 120 ? ['second', seconds] : ['minute', seconds / 60];
    return this.number(Math.ceil(value), { style: 'unit', unit });
  };

  /** @param {number} nbytes @returns {string} */
  megabytes = (nbytes) =>
    this.number(nbytes / 1e6, {
      style: 'unit',
      unit: 'megabyte',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });

  /** @param {Date} date @returns {string} */
  dateTime = (date) => this.#format('DateTimeFormat', { dateStyle: 'long', timeStyle: 'short' }).format(date);

  /** @param {Date} date @returns {string} */
  day = (date) => this.#format('DateTimeFormat', { dateStyle: 'long', timeZone: 'UTC' }).format(date);

  /** From right to left, a name in Latin letters stands by itself (between U+2068 and U+2069), so that it moves nothing beside it.
   * @param {string | number} value */
  #spoken(value) {
    if (typeof value === 'number') return this.number(value);
    return this.direction === 'rtl' ? `\u2068${value}\u2069` : value;
  }

  /** @param {unknown} count */
  #plural(count) {
    return this.#format('PluralRules').select(Number(count));
  }

  /** @param {'NumberFormat' | 'DateTimeFormat' | 'PluralRules'} kind @param {object} [options] */
  #format(kind, options) {
    const key = `${kind} ${JSON.stringify(options)}`;
    const made = this.#formats.get(key) ?? new /** @type {any} */ (Intl)[kind](this.language, options);
    this.#formats.set(key, made);
    return made;
  }
}

/** The page's own. */
export const pageTranslator = new Translator();

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
