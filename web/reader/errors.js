// The one kind of error that the package throws, and the ways to carry it between threads. A message goes into logs: it names no
// secret and holds no film.

/** @typedef {import('./types.d.ts').ErrorCode} ErrorCode */

export class PneumoscopeError extends Error {
  /** @type {'PneumoscopeError'} */
  name = 'PneumoscopeError';

  /**
   * @param {ErrorCode} code stable, for programs
   * @param {string} message one or two plain sentences, for people
   * @param {import('./types.d.ts').PneumoscopeError['reason']} [reason] a word finer than the code
   */
  constructor(code, message, reason = null) {
    super(harmless(message));
    this.code = code;
    this.reason = reason;
  }
}

/** @param {string} message @returns {PneumoscopeError} */
export const badArgument = (message) => new PneumoscopeError('bad-argument', message);

/** What a thrown value says. @param {unknown} thrown @returns {string} */
export const messageOf = (thrown) => harmless(thrown instanceof Error ? thrown.message : String(thrown));

/** A value in a message has at most so many characters; a word of other people's messages, such as an address, more. */
const MOST_OF_A_VALUE = 60;
const MOST_OF_A_WORD = 200;

/** A value that somebody gave, as a message may show it: short, and without a secret. @param {unknown} value @returns {string} */
export const shown = (value) => cut(withoutSecrets(String(value)), MOST_OF_A_VALUE);

/** A text that may hold any value, as a message may show it. @param {string} text @returns {string} */
export const harmless = (text) =>
  withoutSecrets(text).replace(/[^\s"']{201,}/g, (word) =>
    cut(word, word.includes('://') ? MOST_OF_A_WORD : MOST_OF_A_VALUE),
  );

/** An address loses its user, its password and its query, which may be a signature. @param {string} text */
const withoutSecrets = (text) =>
  text.replace(
    /\b([a-z][a-z0-9+.-]*:\/\/)([^\s"'/?#]*@)?([^\s"'?#]*)(\?[^\s"'#]*)?/gi,
    (_, scheme, _user, rest, query) => scheme + rest + (query ? '?...' : ''),
  );

/** @param {string} text @param {number} most characters */
const cut = (text, most) => (text.length <= most ? text : `${text.slice(0, most)}... (${text.length} characters)`);
