// Names of files as other machines wrote them: mostly UTF-8, and sometimes bytes of another code.

/**
 * A name that can be printed, stored as text, and told from others. Bytes that are no UTF-8 stand as \xHH, as in a shell's $'...'.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function nameOf(bytes) {
  const text = new TextDecoder().decode(bytes);
  if (!text.includes('\ufffd')) return text;
  let name = '';
  for (let at = 0; at < bytes.length;) {
    const length = utf8Length(bytes, at);
    name += length
      ? new TextDecoder().decode(bytes.subarray(at, at + length))
      : `\\x${bytes[at].toString(16).padStart(2, '0')}`;
    at += length || 1;
  }
  return name;
}

/** How many bytes the character takes that begins there; 0 where none does. @param {Uint8Array} bytes @param {number} at */
function utf8Length(bytes, at) {
  const first = bytes[at];
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
