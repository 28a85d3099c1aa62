// Where films come from on the command line: archives, pictures of other kinds, names that are no UTF-8, lists, standard input, and a
// folder that fills.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { dicomFile } from '../fixtures/dicom.js';
import { bytesOf, garbage, greyPng } from '../fixtures/images.js';
import { objects, PACKAGE, runCli, temporaryFolder } from '../fixtures/package.js';
import { tiffFile } from '../fixtures/tiff.js';
import { zipOf } from '../fixtures/zip.js';

const CLI = join(PACKAGE, 'cli.js');
const JSON_ROWS = ['--variant', 'simd', '--json'];
const film = greyPng();
const tiff = tiffFile([{ width: 64, height: 64, samples: Array.from({ length: 4096 }, (_, i) => (i * 7) % 251) }]);

/** @param {string[]} args @param {{ input?: Uint8Array, cwd?: string }} [how] @returns {Promise<{ status: number | null, stdout: string, stderr: string }>} */
function runWith(args, { input, cwd } = {}) {
  const child = spawn(process.execPath, [CLI, ...args], { cwd });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (output.stdout += text));
  child.stderr.on('data', (text) => (output.stderr += text));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...output })));
}

/** @param {any} row @returns {[string, string | null, string | null]} */
const told = ({ file, decision, error }) => [
  file,
  decision === null ? null : 'read',
  error && `${error.code} ${error.reason}`,
];

/** @param {string} folder @param {Record<string, Uint8Array>} files */
async function fill(folder, files) {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

test('pictures and archives that are not read are rows, and the run ends with 1', async (t) => {
  const folder = await temporaryFolder(t);
  const heic = bytesOf('\0\0\0\x18ftypheic\0\0\0\0mif1heic');
  await fill(folder, {
    'a.png': film,
    'b.heic': heic,
    'c.webp': bytesOf('RIFF\x40\0\0\0WEBPVP8 '),
    'd.jp2': Uint8Array.from([0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 13, 10, 0x87, 10]),
    'e.tif': tiff,
    'f.rar': bytesOf('Rar!\x1a\x07\0'),
    'g.nii.gz': gzipSync(Buffer.concat([Buffer.alloc(344), Buffer.from('n+1\0'), Buffer.alloc(100)])),
    'h.pgm': bytesOf('P5\n2 2\n255\n....'),
    'i.dcm.gz': gzipSync(dicomFile()),
    'j.txt.gz': gzipSync(Buffer.from('a text')),
    'k.docx': zipOf({ '[Content_Types].xml': bytesOf('<?xml?>'), 'word/document.xml': bytesOf('<w/>') }),
    'l.txt': bytesOf('a text'),
    'm.mp4': bytesOf('\0\0\0\x18ftypisom'),
  });
  const { status, stdout, stderr } = await runCli([...JSON_ROWS, folder]);
  const rows = objects(stdout);
  assert.equal(status, 1);
  assert.deepEqual(
    rows.map(told).map(([file, ...rest]) => [file.slice(folder.length + 1), ...rest]),
    [
      ['a.png', 'read', null],
      ['b.heic', null, 'unsupported-image heic'],
      ['c.webp', null, 'unsupported-image webp'],
      ['d.jp2', null, 'unsupported-image jpeg-2000'],
      ['e.tif', 'read', null],
      ['f.rar', null, 'unsupported-image rar'],
      ['g.nii.gz', null, 'unsupported-image nifti'],
      ['h.pgm', null, 'unsupported-image netpbm'],
      ['i.dcm.gz/i.dcm', 'read', null],
      ['j.txt.gz', null, 'bad-image archive'],
    ],
  );
  assert.match(rows[1].error.message, /HEIC, which is not read here: save it as JPEG/);
  assert.match(rows[5].error.message, /unpack it/);
  assert.match(rows[6].error.message, /NIfTI/);
  assert.match(stderr, /left out: 3 \(.*\) \[no-film\]/);
});

test('a zip is read like a folder, its films by their names in it', async (t) => {
  const folder = await temporaryFolder(t);
  const zip = join(folder, 'films.zip');
  const files = {
    'ward/1.png': film,
    'ward/2.dcm': dicomFile(),
    'notes.txt': bytesOf('a text'),
    'ward/3.tif': tiff,
    '__MACOSX/._1.png': bytesOf('x'),
  };
  await writeFile(zip, zipOf(files));
  const whole = await runCli([...JSON_ROWS, zip]);
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
  assert.deepEqual(
    objects(whole.stdout).map(({ file, decision }) => [file, decision !== null]),
    ['ward/1.png', 'ward/2.dcm', 'ward/3.tif'].map((name) => [`${zip}/${name}`, true]),
  );
  assert.match(whole.stderr, /\[no-film\]/);
  const rows = join(folder, 'rows');
  await writeFile(rows, whole.stdout.split('\n')[0] + '\n');
  const rest = await runCli([...JSON_ROWS, '--resume', rows, zip]);
  assert.deepEqual(objects(rest.stdout).length, 2);
  const alone = await runCli([...JSON_ROWS, join(folder)]);
  assert.equal(objects(alone.stdout).length, 3);
});

test('zips that are wrong are rows with a sentence, and what is sound in them is read', async (t) => {
  const folder = await temporaryFolder(t);
  const whole = zipOf({ '1.png': film, '2.png': film });
  await fill(folder, {
    'bomb.zip': zipOf({ '1.png': Buffer.concat([film, Buffer.alloc(60e6)]) }),
    'cut.zip': whole.slice(0, whole.length - 60),
    'empty.zip': zipOf({}),
    'encrypted.zip': zipOf({ '1.png': film }, { encrypted: true }),
    'lies.zip': zipOf({ '1.png': film }, { said: 1000 }),
    'nested.zip': zipOf({ 'inner.zip': whole, '3.png': film }),
    'none.zip': zipOf({ 'a.txt': bytesOf('a text') }),
  });
  const { status, stdout } = await runCli([...JSON_ROWS, folder]);
  assert.equal(status, 1);
  const rows = objects(stdout);
  assert.deepEqual(
    rows.map(told).map(([file, ...rest]) => [file.slice(folder.length + 1), ...rest]),
    [
      ['bomb.zip', null, 'image-too-large archive'],
      ['cut.zip', null, 'bad-image corrupt'],
      ['empty.zip', null, 'bad-image archive'],
      ['encrypted.zip/1.png', null, 'unsupported-image encrypted'],
      ['lies.zip/1.png', null, 'bad-image corrupt'],
      ['nested.zip/inner.zip', null, 'unsupported-image archive'],
      ['nested.zip/3.png', 'read', null],
      ['none.zip', null, 'bad-image archive'],
    ],
  );
  for (const { error } of rows) if (error) assert.match(error.message, /^The .*\.$/);
});

test(
  'names that are no UTF-8 are found, printed with escapes, and found again',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const folder = await temporaryFolder(t);
    const latin1 = (/** @type {string} */ name) =>
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
    await mkdir(latin1('Röntgen'));
    await writeFile(latin1('Röntgen/Müller.png'), film);
    await writeFile(latin1('Röntgen/Łódź'.replace(/[^\0-ÿ]/g, 'x')), film);
    await writeFile(latin1('größe.png'), film);
    await writeFile(join(folder, 'größe.png'), film);
    const { status, stdout, stderr } = await runCli([...JSON_ROWS, folder]);
    const rows = objects(stdout);
    assert.equal(status, 0, stderr);
    assert.deepEqual(
      rows.map(({ file }) => file.slice(folder.length + 1)).sort(),
      ['R\\xf6ntgen/M\\xfcller.png', 'R\\xf6ntgen/x\\xf3dx', 'gr\\xf6\\xdfe.png', 'größe.png'].sort(),
    );
    for (const { file, fileBytes } of rows) {
      assert.equal(fileBytes === undefined, !file.includes('\\x'));
      if (fileBytes)
        assert.deepEqual(new Uint8Array(await readFile(Buffer.from(fileBytes, 'base64'))), new Uint8Array(film));
    }
    const text = await runCli(['--variant', 'simd', folder]);
    assert.match(text.stdout, /R\\xf6ntgen\/M\\xfcller\.png/);
    // Named on the command line, where Node itself has lost the bytes: the folder, and a film in it. A shell passes bytes.
    const list = join(folder, 'list');
    await writeFile(
      list,
      Buffer.concat([latin1('Röntgen'), Buffer.from('\0'), latin1('größe.png'), Buffer.from('\0')]),
    );
    const shell = spawn('xargs', ['-0', '-a', list, process.execPath, CLI, ...JSON_ROWS]);
    let named = '';
    shell.stdout.on('data', (bytes) => (named += bytes));
    assert.equal(await new Promise((resolve) => shell.on('close', resolve)), 0);
    assert.equal(objects(named).length, 3);
    const listed = await runCli([...JSON_ROWS, '--files-from', list, '-0']);
    assert.deepEqual(
      objects(listed.stdout).map(({ file }) => file),
      objects(named).map(({ file }) => file),
    );
    await writeFile(join(folder, 'rows'), stdout);
    const again = await runCli([...JSON_ROWS, '--resume', join(folder, 'rows'), folder]);
    assert.deepEqual([again.status, again.stdout], [0, '']);
  },
);

test('- is a film, or a zip, on standard input', async () => {
  for (const [input, files] of /** @type {[Uint8Array, string[]][]} */ ([
    [film, ['-']],
    [zipOf({ 'a.png': film, 'b/c.png': film }), ['-/a.png', '-/b/c.png']],
  ])) {
    const { status, stdout, stderr } = await runWith([...JSON_ROWS, '-'], { input });
    assert.equal(status, 0, stderr);
    assert.deepEqual(
      objects(stdout).map(({ file }) => file),
      files,
    );
  }
  const nothing = await runWith([...JSON_ROWS, '-'], { input: garbage(500) });
  assert.deepEqual([nothing.status, objects(nothing.stdout)[0].error.code], [1, 'bad-image']);
});

test('--files-from takes lines or, with -0, names that end with NUL; from standard input too', async (t) => {
  const folder = await temporaryFolder(t);
  const odd = 'with\nline.png';
  await fill(folder, { 'a.png': film, 'b c.png': film, [odd]: film });
  const lines = bytesOf('a.png\r\nb c.png\n\nnone.png');
  const listed = await runWith([...JSON_ROWS, '--files-from', '-'], { input: lines, cwd: folder });
  assert.equal(listed.status, 1);
  assert.deepEqual(objects(listed.stdout).map(told), [
    ['a.png', 'read', null],
    ['b c.png', 'read', null],
    ['none.png', null, 'not-found not-found'],
  ]);
  const zero = await runWith([...JSON_ROWS, '--files-from', '-', '-0'], {
    input: bytesOf(`${odd}\0a.png\0`),
    cwd: folder,
  });
  assert.deepEqual([zero.status, objects(zero.stdout).map(({ file }) => file)], [0, [odd, 'a.png']]);
  const missing = await runWith([...JSON_ROWS, '--files-from', 'nothing'], { cwd: folder });
  assert.deepEqual([missing.status, missing.stdout], [2, '']);
  assert.match(missing.stderr, /nothing/);
});

test('--csv is a table with a heading; a name that is a formula stays a text', async (t) => {
  const folder = await temporaryFolder(t);
  await fill(folder, { '=1+1, "x".png': film, 'bad.jpg': bytesOf('x') });
  const { status, stdout } = await runWith(['--variant', 'simd', '--csv', '=1+1, "x".png', 'bad.jpg'], { cwd: folder });
  const [heading, good, bad, end] = stdout.split('\r\n');
  assert.equal(status, 1);
  assert.match(heading, /^number,file,reference,decision,probability,/);
  assert.match(good, /^,"'=1\+1, ""x""\.png",,(normal|pneumonia|uncertain|out-of-scope),0\.\d+,/);
  assert.match(bad, /^,bad\.jpg,.*bad-image/);
  assert.equal(end, '');
  assert.equal((await runCli(['--csv', '--json', 'x'])).status, 2);
});

test('--watch reads each film once, when it has stopped growing, until the end', { timeout: 120_000 }, async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'deeper'));
  await fill(folder, { 'before.png': film, 'note.txt': bytesOf('x') });
  const child = spawn(process.execPath, [CLI, ...JSON_ROWS, '--watch', folder]);
  t.after(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (text) => (stderr += text));
  const seen = (/** @type {string} */ name) =>
    new Promise((resolve) => {
      const look = () => stdout.includes(name) && resolve(null);
      child.stdout.on('data', look);
      look();
    });
  child.stdout.on('data', (text) => (stdout += text));
  await seen('before.png');
  const half = Math.floor(film.length / 2);
  await writeFile(join(folder, 'slow.png'), film.subarray(0, half));
  await writeFile(join(folder, 'deeper/.hidden'), film);
  await rename(join(folder, 'deeper/.hidden'), join(folder, 'deeper/renamed.png'));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await appendFile(join(folder, 'slow.png'), film.subarray(half));
  await Promise.all([seen('slow.png'), seen('renamed.png')]);
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGTERM');
  assert.equal(await ended, 143, stderr);
  const rows = objects(stdout);
  assert.deepEqual(rows.map(({ file, error }) => [file.slice(folder.length + 1), error]).sort(), [
    ['before.png', null],
    ['deeper/renamed.png', null],
    ['slow.png', null],
  ]);
});

test(
  'the progress bar is for terminals: none in a pipe, with NO_COLOR or --quiet',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const folder = await temporaryFolder(t);
    for (let i = 0; i < 6; i++) await writeFile(join(folder, `${i}.png`), film);
    await writeFile(join(folder, 'x.txt'), 'a text');
    const piped = await runCli([...JSON_ROWS, folder]);
    assert.doesNotMatch(piped.stderr, /films,/);
    /** Through util-linux's script, which is a terminal. @param {string[]} args @param {Record<string, string>} [env] */
    const onTerminal = (args, env = {}) => {
      const command = [process.execPath, CLI, '--variant', 'simd', ...args, folder].join(' ');
      const environment = { ...process.env, TERM: 'xterm', ...env };
      delete environment.FORCE_COLOR;
      if (!env.NO_COLOR) delete environment.NO_COLOR;
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: environment,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let text = '';
      child.stdout.on('data', (bytes) => (text += bytes));
      return new Promise((resolve) => child.on('close', () => resolve(text)));
    };
    const shown = await onTerminal([]);
    assert.match(shown, /6\/[67] films, \d+\.\d\/s, .* left; 6 \w/);
    for (let i = 0; i < 6; i++) assert.ok(shown.includes(`/${i}.png`), 'the rows are printed above it');
    for (const text of [await onTerminal(['--quiet']), await onTerminal([], { NO_COLOR: '1' })]) {
      assert.doesNotMatch(text, /films, /);
      assert.match(text, /5\.png/);
    }
    assert.doesNotMatch(await onTerminal(['--quiet']), /left out/);
  },
);

test('a full disk is a sentence with what to do', { skip: process.platform !== 'linux' }, async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a.png'), film);
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [CLI, ...JSON_ROWS, join(folder, 'a.png')], {
    stdio: ['ignore', full, 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  const status = await new Promise((resolve) => child.on('close', resolve));
  closeSync(full);
  assert.deepEqual([status, /The disk is full.*make room.*--resume/.test(stderr)], [2, true], stderr);
  const out = join(folder, 'out');
  await mkdir(out);
  await symlink('/dev/full', join(out, 'a.png'));
  const written = await runCli([...JSON_ROWS, '--picture', out, join(folder, 'a.png')]);
  const [{ error }] = objects(written.stdout);
  assert.deepEqual([written.status, error.code], [1, 'not-written']);
  assert.match(error.message, /The disk is full .*make room/);
});

test('an address is for enqueue, and is named without its secrets', async () => {
  const { status, stderr } = await runCli(['http://u:secret@127.0.0.1:9/film.png']);
  assert.equal(status, 2);
  assert.match(stderr, /not from http:\/\/127\.0\.0\.1:9\/film\.png: pneumoscope enqueue takes addresses/);
});
