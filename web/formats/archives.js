// Archives as folders of films: a zip's files one by one, and the one file of a gzip. Nothing is unpacked but what is read, and never
// more than a film may have. Other archives are refused with what to do.

import { unzipRaw } from 'unzipit';
import { gathered, inflate, TooMuch } from './inflate.js';
import { nameOf } from './names.js';
import { PneumoscopeError } from '../reader/errors.js';
import { HEAD_BYTES, kindOf, leftOut } from '../reader/kinds.js';

/**
 * A film in an archive. `name` is its path in it.
 * @typedef {{ name: string, read: () => Promise<Uint8Array<ArrayBuffer>> }} Member
 */
/** @typedef {{ most: number, onLeftOut?: (name: string, reason: import('../reader/kinds.js').LeftOut) => void }} How `most`: bytes of a film */

const MOST_MEMBERS = 100_000;

/** Films are seldom packed to a tenth, bombs to a thousandth. */
const MOST_RATIO = 100;

/** @type {Record<string, string>} */
const NAMES = { zip: 'ZIP', gzip: 'gzip', '7z': '7z', rar: 'RAR', xz: 'xz', bzip2: 'bzip2', zstd: 'zstd', tar: 'tar' };

/**
 * The films in an archive; what else it holds is counted.
 * @param {Blob} archive @param {string} kind as kindOf has it @param {string} name of the archive @param {How} how
 * @returns {AsyncGenerator<Member>}
 * @throws {PneumoscopeError} where it cannot be opened, or holds no film
 */
export async function* filmsIn(archive, kind, name, how) {
  if (kind === 'zip') yield* zipped(archive, how);
  else if (kind === 'gzip') yield await gunzipped(archive, name, how);
  else throw unpackIt(kind, 'unsupported-image', /** @type {any} */ (kind), 'is not opened here');
}

/** @param {Blob} archive @param {How} how @returns {AsyncGenerator<Member>} */
async function* zipped(archive, { most, onLeftOut = () => {} }) {
  const entries = (await entriesOf(archive)).filter(({ isDirectory }) => !isDirectory);
  if (isDocument(entries)) throw unpackIt('zip', 'bad-image', 'no-film', 'is a document');
  let nfilms = 0;
  for (const entry of entries) {
    const name = nameOf(entry.nameBytes).replace(/^(\.?\/)+/, '');
    const head = entry.encrypted ? null : await headOf(entry);
    const reason = leftOut(name, head ?? FILM_HEAD); // its row will say why it cannot be read
    if (reason) onLeftOut(name, reason);
    else nfilms++;
    if (!reason) yield { name, read: () => readEntry(entry, most) };
  }
  if (nfilms === 0) throw unpackIt('zip', 'bad-image', 'archive', `holds no film among its ${entries.length} files`);
}

/** @typedef {import('unzipit').ZipEntry} Entry */

/** @param {Blob} archive @returns {Promise<Entry[]>} */
async function entriesOf(archive) {
  const { entries } = await unzipRaw(archive).catch((error) => {
    throw unpackIt('zip', 'bad-image', 'corrupt', `is damaged: ${error.message}`);
  });
  const nbytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (entries.length > MOST_MEMBERS)
    throw unpackIt(
      'zip',
      'image-too-large',
      'archive',
      `holds ${entries.length} files, and at most ${MOST_MEMBERS} are read`,
    );
  if (nbytes > MOST_RATIO * archive.size + 2 ** 20)
    throw unpackIt(
      'zip',
      'image-too-large',
      'archive',
      `would unpack to more than ${MOST_RATIO} times its size, as films never do`,
    );
  return entries;
}

const FILM_HEAD = Uint8Array.of(0xff, 0xd8, 0xff);

/** @param {Entry} entry @returns {Promise<Uint8Array | null>} null where it cannot be had */
async function headOf(entry) {
  try {
    const reader = (await entry.stream()).getReader();
    const head = new Uint8Array(HEAD_BYTES);
    let nbytes = 0;
    let next = await reader.read();
    while (!next.done) {
      const part = next.value.subarray(0, HEAD_BYTES - nbytes);
      head.set(part, nbytes);
      nbytes += part.length;
      if (nbytes === HEAD_BYTES) break;
      next = await reader.read();
    }
    reader.cancel().catch(() => {});
    return head.subarray(0, nbytes);
  } catch {
    return null;
  }
}

/** @param {Entry} entry @param {number} most */
async function readEntry(entry, most) {
  if (entry.encrypted) throw unpackIt('zip', 'unsupported-image', 'encrypted', 'is encrypted');
  if (entry.size > most) throw tooLarge(most);
  const bytes = await gathered(/** @type {any} */ (await entry.stream().catch(damaged('zip'))), most).catch(
    damaged('zip', most),
  );
  const found = kindOf(bytes.subarray(0, HEAD_BYTES));
  if (found?.is === 'archive') throw unpackIt(found.kind, 'unsupported-image', 'archive', 'lies in another one');
  return bytes;
}

/** What office programs, Java and e-books call their parts: a document, which nobody takes for films. @param {Entry[]} entries */
const isDocument = (entries) => entries.some(({ name }) => /^(\[Content_Types\]\.xml|META-INF\/|mimetype$)/.test(name));

/** @param {Blob} archive @param {string} name @param {How} how @returns {Promise<Member>} */
async function gunzipped(archive, name, { most }) {
  if (archive.size > most) throw tooLarge(most);
  const packed = new Uint8Array(await archive.arrayBuffer());
  const bytes = await inflate(packed, 'gzip', most).catch(damaged('gzip', most));
  const found = kindOf(bytes.subarray(0, HEAD_BYTES));
  if (found?.kind === 'nifti')
    throw new PneumoscopeError(
      'unsupported-image',
      'The gzip archive holds a NIfTI volume, which is not read: export the film as DICOM, PNG or JPEG.',
      'nifti',
    );
  if (found?.is !== 'film' && found?.is !== 'picture')
    throw unpackIt(
      'gzip',
      'bad-image',
      'archive',
      found?.is === 'archive' ? `holds another archive (${NAMES[found.kind]})` : 'holds no film',
    );
  return { name: name.replace(/^.*[\\/]/, '').replace(/\.gz$/i, ''), read: async () => bytes.slice() };
}

/** @param {string} kind @param {number} [most] @returns {(error: any) => never} */
const damaged =
  (kind, most = 0) =>
  (error) => {
    throw error instanceof TooMuch
      ? tooLarge(most)
      : unpackIt(kind, 'bad-image', 'corrupt', `is damaged: ${error.message || error.code || error}`);
  };

/** @param {number} most */
const tooLarge = (most) =>
  new PneumoscopeError(
    'image-too-large',
    `The film in the archive has more than the ${Math.floor(most / 2 ** 20)} MiB that are read.`,
    'too-large',
  );

/** @param {string} kind @param {import('../reader/types.d.ts').ErrorCode} code
 * @param {import('../reader/types.d.ts').Reason} reason @param {string} what is wrong */
const unpackIt = (kind, code, reason, what) =>
  new PneumoscopeError(
    code,
    `The ${NAMES[kind] ?? kind} archive ${what.replace(/\.$/, '')}: unpack it, and read the films in it.`,
    reason,
  );
