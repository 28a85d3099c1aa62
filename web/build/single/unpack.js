// Files packed into a script: gzip in base64, as web/build/single-file.js writes them.

/** @param {string} packed @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function unpack(packed) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter(); // not a Blob's stream, which WebKit does not read in a page from a disk
  writer.write(bytes);
  writer.close();
  return new Uint8Array(await new Response(readable).arrayBuffer());
}
