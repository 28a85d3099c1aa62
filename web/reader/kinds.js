// Which files may be films, by how they begin, whatever their names: for the page and the command line alike. The engine has
// its own table (src/image/formats.c), and the last word.

/** So many of a file's first bytes tell. */
export const HEAD_BYTES = 352;

/**
 * What the engine reads; pictures that it does not, of which some are decoded elsewhere (web/worker/pictures.js); archives, which are
 * opened or must be unpacked (web/formats/archives.js); and what is none of these.
 * @type {readonly (readonly [kind: string, is: 'film' | 'picture' | 'archive' | 'other', at: number, magic: string])[]}
 */
export const KINDS = [
  ['dicom', 'film', 128, 'DICM'],
  ['jpeg', 'film', 0, '\xff\xd8\xff'],
  ['png', 'film', 0, '\x89PNG'],
  ['bmp', 'film', 0, 'BM'],
  ['gif', 'picture', 0, 'GIF8'],
  ['tiff', 'picture', 0, 'II*\0'],
  ['tiff', 'picture', 0, 'MM\0*'],
  ['tiff', 'picture', 0, 'II+\0'],
  ['tiff', 'picture', 0, 'MM\0+'],
  ['jpeg-xr', 'picture', 0, 'II\xbc'],
  ['jpeg-xl', 'picture', 0, '\xff\x0a'],
  ['jpeg-xl', 'picture', 0, '\0\0\0\x0cJXL '],
  ['jpeg-2000', 'picture', 0, '\xff\x4f\xff\x51'],
  ['jpeg-2000', 'picture', 0, '\0\0\0\x0cjP  '],
  ['webp', 'picture', 8, 'WEBP'],
  ['avif', 'picture', 4, 'ftypavi'],
  ['heic', 'picture', 4, 'ftyphei'],
  ['heic', 'picture', 4, 'ftyphev'],
  ['heic', 'picture', 4, 'ftypmif1'],
  ['heic', 'picture', 4, 'ftypmsf1'],
  ['netpbm', 'picture', 0, 'P2\n'],
  ['netpbm', 'picture', 0, 'P2 '],
  ['netpbm', 'picture', 0, 'P5\n'],
  ['netpbm', 'picture', 0, 'P5 '],
  ['netpbm', 'picture', 0, 'P6\n'],
  ['netpbm', 'picture', 0, 'P7\n'],
  ['nifti', 'picture', 344, 'n+1\0'],
  ['nifti', 'picture', 344, 'ni1\0'],
  ['zip', 'archive', 0, 'PK\x03\x04'],
  ['zip', 'archive', 0, 'PK\x05\x06'],
  ['gzip', 'archive', 0, '\x1f\x8b'],
  ['7z', 'archive', 0, "7z\xbc\xaf'\x1c"],
  ['rar', 'archive', 0, 'Rar!'],
  ['xz', 'archive', 1, '7zXZ'],
  ['bzip2', 'archive', 0, 'BZh'],
  ['zstd', 'archive', 0, '\x28\xb5\x2f\xfd'],
  ['tar', 'archive', 257, 'ustar'],
  ['video', 'other', 4, 'ftyp'],
  ['pdf', 'other', 0, '%PDF'],
  ['html', 'other', 0, '<!'],
  ['html', 'other', 0, '<html'],
];

/** A CD's table of contents, which is a DICOM file without a film. */
const CONTENTS = /(^|[\\/])DICOMDIR$/i;

/** What macOS writes beside each file on a foreign disk: not the file, though it bears its name. */
const MACOS_TWIN = /(^|[\\/])\._[^\\/]*$/;

/** A file that bears such a name is looked at whatever it holds: it may be a damaged film. */
const FILM_NAME = /\.(dcm|dicom|dic|jpe?g|jpe|jfif|png|bmp|tiff?)$/i;

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
  const found = kindOf(head);
  return found && found.is !== 'other' ? null : 'no-film';
}

/** @param {Uint8Array} head @returns {{ kind: string, is: 'film' | 'picture' | 'archive' | 'other' } | null} */
export function kindOf(head) {
  for (const [kind, is, at, magic] of KINDS)
    if ([...magic].every((letter, i) => head[at + i] === letter.charCodeAt(0))) return { kind, is };
  return beginsDataSet(head) ? { kind: 'dicom', is: 'film' } : null;
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
