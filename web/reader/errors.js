// The one kind of error that the package throws, and the ways to carry it between threads.

/** @typedef {import('./types.d.ts').ErrorCode} ErrorCode */

export class PneumoscopeError extends Error {
  /** @type {'PneumoscopeError'} */
  name = 'PneumoscopeError';

  /**
   * @param {ErrorCode} code stable, for programs
   * @param {string} message one or two plain sentences, for people
   * @param {string | null} [reason] a word finer than the code
   */
  constructor(code, message, reason = null) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** @param {string} message @returns {PneumoscopeError} */
export const badArgument = (message) => new PneumoscopeError('bad-argument', message);

/** What a thrown value says. @param {unknown} thrown @returns {string} */
export const messageOf = (thrown) => (thrown instanceof Error ? thrown.message : String(thrown));
