// A certificate for 127.0.0.1 that nobody vouches for, by OpenSSL.

import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @param {string} folder gets key.pem and cert.pem */
export async function selfSigned(folder) {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const who = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const { status, stderr } = spawnSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...who],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return { key: await readFile(key), cert: await readFile(cert) };
}
