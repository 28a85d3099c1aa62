// The bill of materials, in CycloneDX 1.5: what of other people's is in dist/, in which version, under which terms.

import { readFile, writeFile } from 'node:fs/promises';

/** Of the libraries in C and C++, by the names of .ci/sources.sha256: what those call themselves, and their terms. What only the
 * tests use is not among them. */
const LIBRARIES = {
  charls: ['CharLS', 'BSD-3-Clause'],
  dcmtk: ['DCMTK', 'BSD-3-Clause'],
  fxdiv: ['FXdiv', 'MIT'],
  jsmn: ['jsmn', 'MIT'],
  libstb: ['stb_image', 'MIT'],
  openjpeg2: ['OpenJPEG', 'BSD-2-Clause'],
  pthreadpool: ['pthreadpool', 'BSD-2-Clause'],
  xnnpack: ['XNNPACK', 'BSD-3-Clause'],
};

/**
 * @param {URL} root of the project
 * @param {string[]} inputs paths of all scripts that went into bundles
 * @param {string} version of the package
 * @param {URL} to
 */
export async function writeSbom(root, inputs, version, to) {
  const components = [...(await libraries(root)), ...(await packages(root, inputs))];
  const metadata = {
    component: { type: 'application', name: 'pneumoscope', version, licenses: [{ license: { id: 'Apache-2.0' } }] },
  };
  const bom = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata, components };
  await writeFile(to, JSON.stringify(bom, null, 2) + '\n');
}

/** @param {URL} root */
async function libraries(root) {
  const lines = (await readFile(new URL('.ci/sources.sha256', root), 'utf8')).trim().split('\n');
  return lines.flatMap((line) => {
    const [, hash, name, version] = /^(\w+) +([^_]+)_(.*)\.orig\.tar\.\w+$/.exec(line) ?? [];
    const known = LIBRARIES[/** @type {keyof typeof LIBRARIES} */ (name)];
    if (!known) return [];
    const hashes = [{ alg: 'SHA-256', content: hash }];
    return [{ type: 'library', name: known[0], version, hashes, licenses: [{ license: { id: known[1] } }] }];
  });
}

/** Those of npm, found by what was bundled. @param {URL} root @param {string[]} inputs */
async function packages(root, inputs) {
  const folders = inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const described = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(new URL(`${folder}/package.json`, root), 'utf8'));
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    return { type: 'library', name, version, purl, licenses: [{ license: { id: license } }] };
  });
  return Promise.all(described);
}
