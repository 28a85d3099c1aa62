// Builds dist/ once more from the same engine: the bytes must be the same. A step of its own, since nobody may use dist/ meanwhile.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const [dist, build] = ['../dist/', '../web/build/build.js'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const hashes = () =>
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath ?? one.path, one.name))
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();

const before = hashes();
execFileSync(process.execPath, [build]);
const after = hashes();
const changed = after.filter((line) => !before.includes(line));
console.log(changed.length === 0 ? `${after.length} files, the same bytes twice` : `changed:\n${changed.join('\n')}`);
process.exitCode = changed.length === 0 && before.length === after.length ? 0 : 1;
