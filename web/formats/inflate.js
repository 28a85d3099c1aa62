// Unpacks deflated bytes by the platform's own decoder, in browsers and in Node, and no more of them than there may be.

/** What unpacks to more than it may. */
export class TooMuch extends Error {}

/**
 * @param {Uint8Array<ArrayBuffer>} packed @param {'deflate' | 'gzip'} format @param {number} most bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>} Rejects with TooMuch, or with an Error where the bytes are damaged or end too soon.
 */
export async function inflate(packed, format, most) {
  const { readable, writable } = new DecompressionStream(format);
  const writer = writable.getWriter(); // not a Blob's stream, which WebKit does not read in a page from a disk
  writer.write(packed).catch(() => {}); // the reader's side tells
  writer.close().catch(() => {});
  return gathered(readable, most);
}

/** A stream's bytes. @param {ReadableStream<Uint8Array>} stream @param {number} most @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function gathered(stream, most) {
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let nbytes = 0;
  let next = await reader.read();
  while (!next.done) {
    chunks.push(next.value);
    nbytes += next.value.length;
    if (nbytes > most) {
      await reader.cancel().catch(() => {});
      throw new TooMuch(`more than ${most} bytes come out of it`);
    }
    next = await reader.read();
  }
  const bytes = new Uint8Array(nbytes);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
