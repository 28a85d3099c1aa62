// The report's words in a language, and its numbers.

/** @typedef {keyof typeof import('./messages/en.js').default} Key */
/** @typedef {ReturnType<typeof speaker>} Speaker */

/** @param {Record<Key, string>} messages @param {string} language */
export function speaker(messages, language) {
  const format = (/** @type {Intl.NumberFormatOptions} */ options) => new Intl.NumberFormat(language, options).format;
  const [percent, plain, fine] = [
    format({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    format({}),
    format({ minimumFractionDigits: 3, maximumFractionDigits: 3 }),
  ];
  return {
    language,
    direction: language === 'ar' ? 'rtl' : 'ltr',
    percent,
    plain,
    fine,
    /** @param {string} date as 2026-11-28 */
    date: (date) => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(date)),
    /** @param {Key} key @param {Record<string, string | number>} [values] */
    t: (key, values = {}) =>
      messages[key].replaceAll(/\{(\w+)\}/g, (_, name) => {
        const value = values[name] ?? '';
        return typeof value === 'number' ? plain(value) : value;
      }),
  };
}
