import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { dicomFile } from '../fixtures/dicom.js';
import { bytesOf, flatPng, greyPng, hugePng } from '../fixtures/images.js';
import { anyScope, modelWith } from '../fixtures/model-file.js';
import { DIST, objects, PACKAGE, packageCopy, runCli as run, temporaryFolder } from '../fixtures/package.js';

const ONE_THREAD = ['--variant', 'simd'];

/**
 * A folder with two films, one of them deeper, a text, and a picture's name on a text.
 * @param {import('node:test').TestContext} t
 */
async function filmFolder(t) {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'deeper'));
  await writeFile(join(folder, 'deeper/film.PNG'), greyPng({ width: 300 }));
  await writeFile(join(folder, 'film.png'), greyPng());
  await writeFile(join(folder, 'bad.jpg'), 'not a picture');
  await writeFile(join(folder, 'notes.txt'), 'not a film');
  return folder;
}

test('--resume reads what has no row yet, after a run that was cut, and keeps the order', async (t) => {
  const folder = await temporaryFolder(t);
  for (let i = 0; i < 6; i++) await writeFile(join(folder, `${i}.png`), greyPng({ width: 300 + i }));
  const whole = await run([...ONE_THREAD, '--json', folder]);
  const lines = whole.stdout.trimEnd().split('\n');
  const cut = join(folder, 'rows.ndjson');
  await writeFile(cut, `${lines.slice(0, 3).join('\n')}\n${lines[3].slice(0, 40)}`);
  const rest = await run([...ONE_THREAD, '--json', '--resume', cut, folder]);
  assert.equal(rest.status, 0);
  assert.deepEqual(
    objects(rest.stdout).map(({ file, logit }) => [file, logit]),
    objects(whole.stdout)
      .slice(3)
      .map(({ file, logit }) => [file, logit]),
  );
  assert.match(rest.stderr, /left out: 3 \(there are rows of them\)/);
  await writeFile(cut, whole.stdout);
  const nothing = await run([...ONE_THREAD, '--json', '--resume', cut, folder]);
  assert.deepEqual([nothing.status, nothing.stdout], [0, '']);
});

test('a film that takes too long is a row, and the next is read', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a.png'), hugePng());
  await writeFile(join(folder, 'b.png'), greyPng());
  const whole = await run([...ONE_THREAD, '--threads', '1', '--json', folder]);
  const limit = String(objects(whole.stdout)[0].timing.total / 2 / 1000); // half of what the large one takes here
  const { status, stdout } = await run([...ONE_THREAD, '--threads', '1', '--json', '--time-limit', limit, folder]);
  const [large, small] = objects(stdout);
  assert.deepEqual([status, large.error.code, small.error], [1, 'too-slow', null]);
  assert.match(
    (await run(['--time-limit', 'soon', folder])).stderr,
    /--time-limit must be a number of seconds above 0, not "soon"/,
  );
});

for (const [signal, expected] of /** @type {[NodeJS.Signals, number][]} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
]))
  test(`${signal} finishes the rows that are in flight, says so, and ends with ${expected}`, async (t) => {
    const folder = await temporaryFolder(t);
    for (let i = 0; i < 200; i++) await writeFile(join(folder, `${i}.png`), greyPng({ width: 900 + i, height: 700 }));
    const child = spawn(process.execPath, [join(PACKAGE, 'cli.js'), ...ONE_THREAD, '--json', folder]);
    let [stdout, stderr] = ['', ''];
    child.stderr.on('data', (text) => (stderr += text));
    child.stdout.on('data', (text) => {
      if (stdout === '') child.kill(signal);
      stdout += text;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    const rows = objects(stdout);
    assert.equal(status, expected);
    assert.ok(
      rows.length > 0 && rows.length < 150 && rows.every(({ decision }) => decision !== null),
      String(rows.length),
    );
    assert.match(stderr, /Finishing the films that are being read/);
  });

test(
  'a machine that falls asleep in the middle of a folder loses no film',
  { skip: process.platform === 'win32' },
  async (t) => {
    const folder = await temporaryFolder(t);
    for (let i = 0; i < 12; i++)
      await writeFile(join(folder, `${i}.png`), greyPng({ width: 2500 + i, height: 2000, depth: 16 }));
    const { timing } = objects((await run(['--threads', '2', '--json', join(folder, '0.png')])).stdout)[0];
    const limit = Math.max(2, (20 * timing.total) / 1000); // far more than a film takes here, and less than the sleep
    const words = ['--threads', '2', '--time-limit', String(limit), '--json', folder];
    const child = spawn(process.execPath, [join(PACKAGE, 'cli.js'), ...words]);
    let stdout = '';
    child.stdout.on('data', (text) => {
      if (stdout === '') {
        child.kill('SIGSTOP');
        setTimeout(() => child.kill('SIGCONT'), 2000 * limit);
      }
      stdout += text;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    const rows = objects(stdout);
    assert.deepEqual([status, rows.length, rows.filter(({ error }) => error).length], [0, 12, 0]);
  },
);

test('npm run demo: every sample has its row and its heatmap', async () => {
  const demo = fileURLToPath(new URL('../../web/cli/demo.js', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [demo], { encoding: 'utf8' });
  const samples = await readdir(join(DIST, 'samples'));
  const films = samples.filter((name) => /\.(jpg|png|dcm)$/.test(name));
  assert.ok(status === 0 && films.length > 2, `${status}: ${stdout}`);
  for (const name of films)
    assert.match(stdout, new RegExp(`^(looks clear|pneumonia|uncertain) .*[/\\\\]${name}$`, 'm'));
  assert.equal((await readdir(fileURLToPath(new URL('../../build/demo/', import.meta.url)))).length, films.length);
});

test('--help and --version', async () => {
  const help = await run(['--help']);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^Usage: pneumoscope/);
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.deepEqual(await run(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
});

test('wrong use ends with status 2 and a sentence', async () => {
  const wrong = [
    [],
    ['--nonsense'],
    ['--threads', '0', 'x'],
    ['--threads', '1e1', 'x'],
    ['--variant', 'mmx', 'x'],
    ['--precision', 'f64', 'x'],
  ];
  for (const args of wrong) {
    const { status, stdout, stderr } = await run(args);
    assert.deepEqual([status, stdout], [2, ''], args.join(' '));
    assert.match(stderr, /^pneumoscope: .+\n.*--help/s);
  }
});

test('a film is a row', async (t) => {
  const file = join(await filmFolder(t), 'film.png');
  const { status, stdout, stderr } = await run([...ONE_THREAD, file]);
  assert.deepEqual([status, stderr], [0, '']);
  const [heading, row, end] = stdout.split('\n');
  assert.match(heading, /^decision +probability +ms +engine +threads +file$/);
  assert.match(
    row,
    /^((looks clear|pneumonia|uncertain) +\S.* %|not judged) +\d+\.\d +simd +1 +\S+film\.png( +\(.+\))?$/,
  );
  assert.equal(end, '');
});

test('a folder is walked in order, and a bad file is a row with its reason', async (t) => {
  const folder = await filmFolder(t);
  await symlink(folder, join(folder, 'deeper/circle'));
  const { status, stdout } = await run([...ONE_THREAD, '--json', folder]);
  assert.equal(status, 1);
  const rows = objects(stdout);
  assert.deepEqual(
    rows.map(({ file }) => file.slice(folder.length + 1)),
    ['bad.jpg', 'deeper/film.PNG', 'film.png'],
  );
  assert.equal(rows[0].error.code, 'bad-image');
  assert.equal(rows[0].decision, null);
  assert.deepEqual([rows[1].error, rows[2].error], [null, null]);
});

test('several readers share a folder, and the rows stay in order', async (t) => {
  const folder = await temporaryFolder(t);
  const names = Array.from({ length: 9 }, (_, i) => `${i}.png`);
  for (const [i, name] of names.entries())
    await writeFile(join(folder, name), i % 4 === 3 ? 'not a picture' : greyPng({ width: i === 0 ? 3000 : 100 + i }));
  const { status, stdout } = await run([...ONE_THREAD, '--threads', '3', '--json', folder]);
  assert.equal(status, 1);
  const rows = objects(stdout);
  assert.deepEqual(
    rows.map(({ file }) => basename(file)),
    names,
  );
  assert.deepEqual(
    rows.map(({ error }) => error?.code ?? null),
    [null, null, null, 'bad-image', null, null, null, 'bad-image', null],
  );
  for (const { engine } of rows) assert.equal(engine.threads, 1);
  assert.equal(new Set(rows.map(({ logit }) => logit)).size, 8); // seven films, each its own, and null
});

test('a CD is read by what its files hold, and what is no film is counted by reason', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'DICOM/ST0'), { recursive: true });
  const files = {
    'DICOM/ST0/IM0': dicomFile(),
    'DICOM/ST0/IM1': dicomFile({ preamble: false }),
    'DICOM/ST0/._IM1': Uint8Array.of(0, 5, 22, 7),
    'DICOM/ST0/SR0': dicomFile({ tags: { 0x00080060: [0x00080060, 'CS', 'SR'] } }),
    'scan.jfif': greyPng(),
    scan2: greyPng(),
    DICOMDIR: dicomFile({ tags: { 0x00080016: [0x00080016, 'UI', '1.2.840.10008.1.3.10'] } }),
    'AUTORUN.INF': new TextEncoder().encode('[autorun]'),
    'VIEWER.EXE': new TextEncoder().encode('MZ'),
    LOCK: new Uint8Array(0),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const { status, stdout, stderr } = await run([...ONE_THREAD, '--json', folder]);
  assert.equal(status, 1, 'one of its files, a report, could not be read');
  assert.deepEqual(
    objects(stdout).map(({ file, film, error }) => [file.slice(folder.length + 1), film?.kind ?? error.reason]),
    [
      ['DICOM/ST0/IM0', 'dicom'],
      ['DICOM/ST0/IM1', 'dicom'],
      ['DICOM/ST0/SR0', 'not-an-image'],
      ['scan.jfif', 'png'],
      ['scan2', 'png'],
    ],
  );
  const counts = [...stderr.matchAll(/^left out: (\d) \(.*\) \[(.*)\]$/gm)].map(([, count, reason]) => [reason, count]);
  assert.deepEqual(Object.fromEntries(counts), { 'no-film': '2', 'macos-twin': '1', dicomdir: '1', empty: '1' });
});

test('--json gives every key in every row', async (t) => {
  const folder = await filmFolder(t);
  const { stdout } = await run([...ONE_THREAD, '--json', join(folder, 'film.png'), join(folder, 'bad.jpg')]);
  const rule = ['operatingPoint', 'profile', 'threshold', 'uncertain', 'patient'];
  const keys = [
    'file',
    'decision',
    'probability',
    'logit',
    ...rule,
    'scope',
    'warnings',
    'film',
    'error',
    'timing',
    'engine',
    'model',
  ];
  const rows = objects(stdout);
  for (const row of rows) assert.deepEqual(Object.keys(row), keys);
  const [good, bad] = rows;
  assert.deepEqual(Object.keys(good.timing), ['decode', 'prepare', 'infer', 'total']);
  assert.deepEqual([good.engine.variant, good.engine.threads, good.model.sha256.length], ['simd', 1, 64]);
  assert.deepEqual([bad.probability, bad.logit, bad.timing, bad.warnings], [null, null, null, []]);
  assert.deepEqual([bad.operatingPoint, bad.threshold, bad.uncertain, bad.scope], [null, null, null, null]);
  assert.deepEqual(Object.keys(bad.error), ['code', 'reason', 'message']);
  assert.deepEqual([good.film.kind, good.film.width, good.film.modality, bad.film], ['png', 320, null, null]);
});

test('a film that is not decided is a row in words, with the reason', async (t) => {
  const folder = await temporaryFolder(t);
  const [model, film, blank] = ['model', 'film.png', 'blank.png'].map((name) => join(folder, name));
  const points = [
    { name: 'sure', threshold: 0.5 },
    { name: 'careful', threshold: 0.5, uncertain: [0.25, 0.75] },
  ];
  await writeFile(film, greyPng());
  await writeFile(blank, flatPng());
  const even = { calibration_scale: '0.001', calibration_bias: '0.1' };
  const rowsOf = async (/** @type {string[]} */ ...args) =>
    (await run([...ONE_THREAD, '--model', model, ...args, film, blank])).stdout.split('\n').slice(1, 3);

  await writeFile(model, await modelWith({ points, metadata: even, scope: anyScope(1e9) }));
  const [sure, nothing] = await rowsOf();
  assert.match(sure, /^pneumonia +52\.\d % .*film\.png$/);
  assert.match(nothing, /^not judged +\d+\.\d +simd .*blank\.png  \(nothing to see, no-contrast\)$/);
  const unknown = await run([...ONE_THREAD, '--model', model, '--operating-point', 'x', film]);
  assert.deepEqual([unknown.status, unknown.stdout], [2, '']);
  assert.match(unknown.stderr, /^pneumoscope: The model has no operating point "x"; it has sure, careful\.\n$/);
  const [careful] = await rowsOf('--operating-point', 'careful');
  assert.match(careful, /^uncertain +52\.\d % .*film\.png  \(between 25\.0 % and 75\.0 %\)$/);

  await writeFile(model, await modelWith({ points, metadata: even, scope: anyScope(1e-9) }));
  const [far] = await rowsOf('--operating-point', 'careful');
  assert.match(far, /^not judged +\d+\.\d +simd .*film\.png  \(unlike the films the model learned from\)$/);
});

test('a named file is read whatever its name, and one that is not there is a row', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'film'), greyPng());
  const { status, stdout } = await run([
    ...ONE_THREAD,
    '--json',
    join(folder, 'none.png'),
    folder,
    join(folder, 'film'),
    '/dev/null',
  ]);
  assert.equal(status, 1);
  assert.deepEqual(
    objects(stdout).map(({ error }) => error?.code ?? null),
    ['not-found', null, null, 'not-readable'],
  );
});

test('a folder without a film is said to be one', async (t) => {
  const { status, stderr } = await run([...ONE_THREAD, await temporaryFolder(t)]);
  assert.equal(status, 1);
  assert.match(stderr, /No film was found/);
});

test('--heatmap writes a picture for each film that is judged, under names of their own', async (t) => {
  const folder = await filmFolder(t);
  const heatmaps = join(folder, 'out/heat');
  const sample = new URL('../../web/samples/synthetic-pneumonia-1.png', import.meta.url);
  for (const film of ['film.png', 'deeper/film.PNG']) await copyFile(sample, join(folder, film));
  const { status } = await run([
    ...ONE_THREAD,
    '--heatmap',
    heatmaps,
    join(folder, 'film.png'),
    join(folder, 'deeper'),
  ]);
  assert.equal(status, 0);
  assert.deepEqual((await readdir(heatmaps)).sort(), ['film-2.heatmap.png', 'film.heatmap.png']);
  const { width, height, channels } = decode(await readFile(join(heatmaps, 'film-2.heatmap.png')));
  assert.deepEqual([width, height, channels], [480, 376, 3]);
  await writeFile(join(folder, 'blank.png'), flatPng());
  const empty = join(folder, 'none');
  assert.equal((await run([...ONE_THREAD, '--heatmap', empty, join(folder, 'blank.png')])).status, 0);
  assert.deepEqual(await readdir(empty), [], 'there is no evidence in what is not judged');
});

test('--model takes a file, and says what is wrong with one', async (t) => {
  const folder = await filmFolder(t);
  const film = join(folder, 'film.png');
  assert.equal((await run([...ONE_THREAD, '--model', join(DIST, 'model/pneumonia.safetensors'), film])).status, 0);
  const none = await run(['--model', join(folder, 'none'), film]);
  assert.deepEqual([none.status, none.stdout], [2, '']);
  assert.match(none.stderr, /none/);
  await writeFile(join(folder, 'bad.safetensors'), bytesOf('xxxxxxxx{"a":1}'));
  const bad = await run(['--model', join(folder, 'bad.safetensors'), film]);
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /^pneumoscope: [A-Z].*\.\n/);
});

test('a package without its engine says what to run', async (t) => {
  const { folder } = await packageCopy(t);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const { readdir, rm } = await import('node:fs/promises');
  for (const file of (await readdir(PACKAGE)).filter((name) => name.endsWith('.js')))
    await writeFile(join(folder, file), await readFile(join(PACKAGE, file)));
  await rm(join(folder, 'engine'), { recursive: true });
  const { status, stderr } = await run(['film.png'], join(folder, 'cli.js'));
  assert.equal(status, 2);
  assert.match(stderr, /engine.*ENOENT[^]*npm run build/);
});

test('a pipe that closes early ends the run quietly', async (t) => {
  const film = join(await filmFolder(t), 'film.png');
  const child = spawn(process.execPath, [join(PACKAGE, 'cli.js'), ...ONE_THREAD, '--json', ...Array(40).fill(film)]);
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  child.stdout.once('data', () => child.stdout.destroy());
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.deepEqual([status, stderr], [0, '']);
});
