// Which files may be films, by how they begin, whatever their names: for the page and the command line alike. The engine has
// its own table (src/image/formats.c), and the last word.

/** So many of a file's first bytes tell. */
export const HEAD_BYTES = 144;

export const FILMS = /** @type {const} */ ([
  { kind: 'dicom', at: 128, magic: 'DICM' },
  { kind: 'jpeg', at: 0, magic: '\xff\xd8\xff' },
  { kind: 'png', at: 0, magic: '\x89PNG' },
  { kind: 'bmp', at: 0, magic: 'BM' },
]);

/** A CD's table of contents, which is a DICOM file without a film. */
const CONTENTS = /(^|[\\/])DICOMDIR$/i;

/** What macOS writes beside each file on a foreign disk: not the file, though it bears its name. */
const MACOS_TWIN = /(^|[\\/])\._[^\\/]*$/;

/** A file that bears such a name is looked at whatever it holds: it may be a damaged film. */
const FILM_NAME = /\.(dcm|dicom|dic|jpe?g|jpe|jfif|png|bmp)$/i;

/** Why a folder's file is left out. @typedef {'macos-twin' | 'dicomdir' | 'no-film' | 'empty'} LeftOut */

/**
 * Why a folder's file is no film to be read; null where it may be one.
 * @param {string} name of the file, with or without its folders
 * @param {Uint8Array} head its first HEAD_BYTES bytes, or all it has
 * @returns {LeftOut | null}
 */
export function leftOut(name, head) {
  if (MACOS_TWIN.test(name)) return 'macos-twin';
  if (CONTENTS.test(name)) return 'dicomdir';
  if (FILM_NAME.test(name)) return null;
  if (head.length === 0) return 'empty';
  return kindOf(head) ? null : 'no-film';
}

/** @param {Uint8Array} head @returns {'dicom' | 'jpeg' | 'png' | 'bmp' | null} */
export function kindOf(head) {
  const found = FILMS.find(({ at, magic }) => [...magic].every((letter, i) => head[at + i] === letter.charCodeAt(0)));
  return found?.kind ?? (beginsDataSet(head) ? 'dicom' : null);
}

/** A DICOM data set without its preamble begins with an element of group 2 or 8, in either byte order.
 * @param {Uint8Array} head */
function beginsDataSet(head) {
  if (head.length < 16) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const little = head[0] !== 0;
  const [group, element] = [view.getUint16(0, little), view.getUint16(2, little)];
  if ((group !== 2 && group !== 8) || element > 0x100) return false;
  return /^[A-Z]{2}$/.test(String.fromCharCode(head[4], head[5])) || view.getUint32(4, little) <= 1024;
}
