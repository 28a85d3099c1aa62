// multipart/related (RFC 2387), as DICOMweb sends and takes files.

const TYPE = 'application/dicom';
const END_OF_HEADERS = '\r\n\r\n';

/**
 * @param {Buffer} body
 * @param {string} type the body's Content-Type
 * @returns {Uint8Array[]} its parts, without their headers; the body itself where it is a file and no parts
 * @throws {Error} where it ends before its parts do
 */
export function splitParts(body, type) {
  if (!/^multipart\//i.test(type)) return [body];
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type)?.slice(1).find(Boolean);
  if (!boundary) throw new Error('the answer names no boundary of its parts');
  const mark = `--${boundary}`;
  const parts = [];
  for (
    let at = body.indexOf(mark);
    at >= 0 && body.toString('latin1', at + mark.length, at + mark.length + 2) !== '--';
  ) {
    const start = body.indexOf(END_OF_HEADERS, at);
    const end = body.indexOf(`\r\n${mark}`, at + mark.length);
    if (start < 0 || end < start) throw new Error('the answer ends within a part');
    parts.push(body.subarray(start + END_OF_HEADERS.length, end));
    at = end + 2;
  }
  if (parts.length === 0) throw new Error('the answer has no parts');
  return parts;
}

/** @param {Uint8Array[]} files @returns {{ body: Buffer<ArrayBuffer>, type: string }} */
export function joinParts(files) {
  const boundary = `pneumoscope-${crypto.randomUUID()}`;
  const head = Buffer.from(`--${boundary}\r\nContent-Type: ${TYPE}${END_OF_HEADERS}`);
  const body = Buffer.concat([
    ...files.flatMap((file) => [head, file, Buffer.from('\r\n')]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return { body, type: `multipart/related; type="${TYPE}"; boundary=${boundary}` };
}
