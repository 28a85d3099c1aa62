// The films in an archive that a browser hands over, each unpacked when it is read. Loaded with the first archive.

import { filmsIn } from '../formats/archives.js';
import { LIMITS } from '../reader/options.js';

/** @param {import('./files.js').Found} found @param {string} reason */
const count = ({ leftOut: counts }, reason) => (counts[reason] = (counts[reason] ?? 0) + 1);

/** An archive is a folder; one that cannot be opened is a row that says why.
 * @param {File} file @param {string} kind @param {string} name @param {import('./files.js').Found} found @param {boolean} ofFolder */
export async function takeArchive(file, kind, name, found, ofFolder) {
  const how = {
    most: LIMITS.fileMib * 2 ** 20,
    onLeftOut: (/** @type {string} */ _, /** @type {string} */ reason) => count(found, reason),
  };
  try {
    for await (const member of filmsIn(file, kind, name, how))
      found.files.push({
        file: new ArchivedFilm(member.name, member.read),
        name: `${name}/${member.name}`,
        ofFolder: true,
      });
  } catch (error) {
    if (ofFolder && /** @type {any} */ (error).reason === 'no-film') count(found, 'no-film');
    else found.files.push({ file: new ArchivedFilm(name, () => Promise.reject(error)), name, ofFolder });
  }
}

/** A file whose bytes are unpacked when somebody asks for them. */
class ArchivedFilm extends File {
  #read;

  /** @param {string} name @param {() => Promise<Uint8Array<ArrayBuffer>>} read */
  constructor(name, read) {
    super([], name);
    this.#read = read;
  }

  async arrayBuffer() {
    return (await this.#read()).buffer;
  }
}
