// Training, report and export from end to end, on a handful of made-up films: what they write, the engine reads as PyTorch
// does.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { access, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { createReader } from 'pneumoscope';
import { greyPng } from '../fixtures/images.js';
import { temporaryFolder } from '../fixtures/package.js';
import { lacks, PYTHON } from '../fixtures/python.js';

const skip = lacks('torch', 'torchvision', 'sklearn', 'tqdm', 'matplotlib');

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODEL = join(ROOT, 'model');
const SMALL = ['--size=96', '--width=0.35', '--batch=8', '--workers=0', '--pool=20'];
const SHARES = ['accuracy', 'precision', 'recall', 'f1', 'specificity', 'auc'];
const PLOTS = ['confusion.png', 'curves.png', 'precision-recall.png', 'reliability.png', 'roc.png'];

function run(program, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', ...options });
  assert.equal(status, options.status ?? 0, stderr);
  return stdout;
}

const python = (script, ...args) => run(PYTHON, [join(MODEL, script), ...args]);

/** Two classes that differ in size, so many patients each, named as the real set names them. */
async function tinySet(folder, height = 150, count = 12) {
  for (const [name, patient, width] of [
    ['NORMAL', (i) => `IM-00${10 + i}-0001`, 200],
    ['PNEUMONIA', (i) => `person${i}_virus_1`, 141],
  ]) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++)
      await writeFile(join(folder, name, `${patient(i)}.png`), greyPng({ width: width + 3 * i, height }));
  }
}

/** Writes a CSV of the films, in the order of their folders. @returns {Promise<string>} its path */
async function listFilms(folder) {
  const rows = ['path,label,patient'];
  for (const label of ['NORMAL', 'PNEUMONIA'])
    for (const name of (await readdir(join(folder, label))).sort())
      rows.push(`${label}/${name},${label.toLowerCase()},${/person\d+|IM-\d+/.exec(name)[0]}`);
  const path = join(folder, 'films.csv');
  await writeFile(path, rows.join('\n'));
  return path;
}

async function assertReport(folder, views) {
  assert.deepEqual((await readdir(folder)).sort(), [...PLOTS, 'metrics.json'].sort());
  for (const plot of PLOTS) {
    const { width, height, data, channels } = decode(await readFile(join(folder, plot)));
    assert.ok(width >= 600 && height >= 600, `${plot}: ${width} x ${height}`);
    const white = data.filter((_, i) => i % channels === 0 && data[i] === 255).length / (width * height);
    assert.ok(white > 0.02 && white < 0.98, `${plot} is ${white} white`);
  }
  const { validation } = JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8'));
  assert.deepEqual(Object.keys(validation), views);
  for (const { n, confusion, ...figures } of Object.values(validation)) {
    const { tp, fp, tn, fn } = confusion;
    assert.equal(tp + fp + tn + fn, n);
    assert.ok(Math.abs(figures.accuracy.value - (tp + tn) / n) < 1e-4);
    for (const { value, low, high } of SHARES.map((name) => figures[name]))
      assert.ok(0 <= low && low <= value && value <= high && high <= 1, `${low} ${value} ${high}`);
  }
}

/** Whether engine and PyTorch agree on films. A network of integers rounds greys, which resampling may leave on either side
 * of a half: films of its own size are not resampled. */
async function assertRead(t, model, films, precision = 'f32') {
  const reader = await createReader({ model: await readFile(model) });
  assert.equal(reader.engine.precision, precision);
  t.after(() => reader.close());
  const lines = python('reference.py', model, ...films)
    .trimEnd()
    .split('\n');
  assert.equal(lines.length, films.length);
  for (const [i, film] of films.entries()) {
    const expected = JSON.parse(lines[i]);
    assert.equal(expected.file, film);
    const { probability, scope } = await reader.read(await readFile(film));
    assert.ok(Math.abs(probability - expected.probability) < 1e-3, `${probability} and ${expected.probability}`);
    const off = Math.abs(scope.score - expected.scope_score) / Math.max(1, expected.scope_score);
    assert.ok(off < 1e-3, `${scope.score} and ${expected.scope_score}`);
  }
  const points = reader.model.operatingPoints.map(({ name }) => name);
  assert.deepEqual(points, ['balanced', 'high-sensitivity', 'high-specificity']);
}

const someFilms = (data) =>
  ['NORMAL/IM-0010-0001.png', 'PNEUMONIA/person1_virus_1.png'].map((film) => join(data, film));

/** An engine that answers every film with the same log-odds. */
const LIAR = 'for (const file of process.argv.slice(7)) console.log(JSON.stringify({ file, logit: 42, error: null }));';

test('npm run train and export: report, model, and engine and PyTorch of one opinion', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const inFolder = (name) => join(folder, name);
  const [data, also, checkpoint, model] = ['films', 'again', 'tiny.pt', 'tiny.safetensors'].map(inFolder);
  await tinySet(data);
  await tinySet(also, 170);
  const options = ['--data', data, '--also', also, '--out', checkpoint, '--epochs=1', ...SMALL];
  run('npm', ['run', '-s', 'train', '--', ...options], { cwd: ROOT });
  await assertReport(inFolder('tiny-report'), ['plain', 'disturbed', 'second']);
  const told = JSON.parse(python('export.py', checkpoint, model, '--data', await listFilms(data), '--also', also));
  assert.deepEqual(Object.keys(told.contradicted_training_labels), ['normal', 'pneumonia']);
  await assertRead(t, model, someFilms(data));
  const exact = [0.5, 1].map((contrast) => inFolder(`${contrast}.png`));
  for (const [i, film] of exact.entries())
    await writeFile(film, greyPng({ width: 96, height: 96, contrast: (i + 1) / 2 }));
  const integers = inFolder('tiny-int8.safetensors');
  const quantise = ['--data', data, '--also', also, '--epochs=1', '--batch=8', '--workers=0'];
  const beside = JSON.parse(python('quantise.py', model, integers, ...quantise));
  const { films, auc, equal_decisions, equal_classes } = beside.beside_the_float_model;
  for (const share of [...auc, equal_decisions, equal_classes]) assert.ok(share >= 0 && share <= 1, `${share}`);
  assert.ok(Number.isInteger(films * equal_decisions) && films >= 2, `${films} films, ${equal_decisions}`);
  await assertRead(t, integers, exact, 'int8');
  const again = inFolder('again-int8.safetensors');
  python('quantise.py', model, again, ...quantise, '--epochs=0', '--from', model, integers);
  const inModel = { env: { ...process.env, PYTHONPATH: MODEL } };
  run(PYTHON, ['-c', SAME_INTEGERS, integers, again], inModel);
  run(PYTHON, ['-c', MEAN, model], inModel);

  const [liar, refused] = ['liar.js', 'refused.safetensors'].map(inFolder);
  await writeFile(liar, LIAR);
  const writers = { 'export.py': [checkpoint], 'quantise.py': [model, '--epochs=0', '--workers=0'] };
  for (const [script, [from, ...more]] of Object.entries(writers)) {
    const lied = [join(MODEL, script), from, refused, '--data', data, '--engine', liar, ...more];
    const { status, stderr } = spawnSync(PYTHON, lied, { encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, /PyTorch says .*, the engine 42/);
    await assert.rejects(access(refused), 'a file that the engine reads otherwise is not kept');
  }
});

/** Integers that start from a model's own are that model's, or one off where a bias is rounded twice. */
const SAME_INTEGERS = `
import sys, numpy as np, weights
(one, _), (other, _) = (weights.read(path) for path in sys.argv[1:])
assert one.keys() == other.keys()
for name in one:
    apart = np.abs(one[name].astype(float) - other[name].astype(float)).max()
    assert apart <= (1 if name.endswith((".weight", ".bias")) else 1e-6), (name, apart)`;

/** The mean with a model file lies between; another shape is a sentence. */
const MEAN = `
import copy, sys, export, network
file = sys.argv[1]
other = network.load(file)[0]
mine = copy.deepcopy(other)
for weight in mine.state_dict().values():
    weight += 1
export.mix(mine, file, 0.25)
for name, weight in mine.state_dict().items():
    assert (weight - other.state_dict()[name] - 0.75).abs().max() < 1e-5, name
try:
    export.mix(network.build(0.35), file, 0.25)
except SystemExit as refused:
    assert "--folded" in str(refused)
else:
    raise AssertionError("another shape was mixed")`;

test('parts that need no film', { skip }, () => {
  run(PYTHON, ['-m', 'unittest', 'parts.py'], {
    cwd: join(ROOT, 'tests/model'),
    env: { ...process.env, PYTHONPATH: MODEL, PYTHONDONTWRITEBYTECODE: '1' },
  });
});

/** train.py, which dies as soon as its first epoch is saved: no clean-up, nothing flushed. */
const DYING = `
import os, train
save = train.Run.save
def save_and_die(run, *validation):
    save(run, *validation)
    os._exit(9)
train.Run.save = save_and_die
train.main()`;

/** Whether two checkpoints hold the same network, bit for bit, and the same history and validation. */
const COMPARE = `
import sys, torch
one, other = (torch.load(path) for path in sys.argv[1:])
for part in "weights", "network", "scope":
    assert one[part].keys() == other[part].keys()
    assert all(torch.equal(one[part][name], other[part][name]) for name in one[part]), part
for part in "history", "validation", "films", "fingerprint", "epoch":
    assert one[part] == other[part], part`;

/** Newer PyTorch loads nothing but tensors and plain values unasked: a checkpoint may name no other class. */
const CLASSES = `
import pickletools, sys, zipfile
pickled = zipfile.ZipFile(sys.argv[1]).read("tiny/data.pkl")
named = {argument for operation, argument, _ in pickletools.genops(pickled) if operation.name == "GLOBAL"}
others = {each for each in named if not each.startswith("torch") and each != "collections OrderedDict"}
assert named and not others, others`;

test('one seed gives the same bytes, from a CSV too, and a cut run ends as an uncut one', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const films = join(folder, 'films');
  await tinySet(films);
  const csv = await listFilms(films);
  for (const name of ['uncut', 'cut', 'again']) await mkdir(join(folder, name));
  const out = (name) => join(folder, name, 'tiny.pt'); // PyTorch writes the file's name into the file
  const options = (name, data) => ['--data', data, '--out', out(name), '--epochs=2', ...SMALL];
  const inModel = { env: { ...process.env, PYTHONPATH: MODEL } };

  for (const [name, data] of Object.entries({ cut: films, again: csv }))
    run(PYTHON, ['-c', DYING, ...options(name, data)], { ...inModel, status: 9 });
  assert.ok((await readFile(out('cut'))).equals(await readFile(out('again'))), 'two runs with one seed differ');

  python('train.py', ...options('uncut', films));
  run(PYTHON, ['-c', COMPARE, out('cut'), out('uncut')], { status: 1 });
  python('train.py', ...options('cut', films), '--resume');
  run(PYTHON, ['-c', COMPARE, out('cut'), out('uncut')]);
  run(PYTHON, ['-c', CLASSES, out('cut')]);
});

for (const count of [2, 10, 40])
  test(`of ${count} films a class export writes what the engine reads alike, or says why not`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const [data, checkpoint, model] = ['films', 'tiny.pt', 'tiny.safetensors'].map((name) => join(folder, name));
    await tinySet(data, 150, count);
    python('train.py', '--data', data, '--out', checkpoint, '--epochs=1', '--levels=percentile-1-99', ...SMALL);
    const { status, stderr } = spawnSync(PYTHON, [join(MODEL, 'export.py'), checkpoint, model, '--data', data], {
      encoding: 'utf8',
    });
    if (status !== 0) {
      assert.match(stderr.trim().split('\n').at(-1), /^[^ ].*\.$|PyTorch says/, stderr);
      return await assert.rejects(access(model));
    }
    await assertRead(t, model, someFilms(data));
  });

/** Sources: each is drawn equally often, and either class of it; the CSV that film_list.py writes says which. */
const SOURCES = `
import collections, sys, films, train
found, _ = films.find(sys.argv[1])
groups = collections.Counter((film.source, film.label) for film in found)
assert groups == {("a", 0): 12, ("a", 1): 12, ("b", 0): 17, ("b", 1): 12}, groups
several = train.FilmSet(found, 32, "films", {}, None)
drawn = [key[0] for key in several.balanced_order(1, 0, 0.5) if len(key) == 2]
counts = collections.Counter((several.sources[i], several.labels[i]) for i in drawn)
assert len(set(counts.values())) == 1 and len(counts) == 4, counts`;

test('film_list.py lists sources, and each is drawn equally often', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const [one, other, more, csv] = ['one', 'other', 'more', 'films.csv'].map((name) => join(folder, name));
  await tinySet(one);
  await tinySet(other, 170);
  await mkdir(more);
  for (let i = 0; i < 9; i++) await writeFile(join(more, `more${i}.png`), greyPng({ width: 100 + i, height: 90 }));
  python('film_list.py', csv, `a=${one}`, `b=${other}`, `b:normal=${more}:5`);
  run(PYTHON, ['-c', SOURCES, csv], { env: { ...process.env, PYTHONPATH: MODEL } });
});

/** The same film smaller, compressed and with other levels; and a film that only looks alike from afar. */
const OVERLAP = `
import sys, numpy as np
from PIL import Image, ImageFilter
folder = sys.argv[1]
rng = np.random.default_rng(3)
def film(seed):
    coarse = np.asarray(Image.fromarray(np.random.default_rng(7).uniform(0, 255, (9, 9)).astype("u1")).resize((300, 300), Image.BICUBIC), float)
    fine = np.random.default_rng(seed).normal(0, 14, (100, 100))
    fine = np.asarray(Image.fromarray(fine.astype("f4")).resize((300, 300), Image.BICUBIC), float)
    return Image.fromarray((coarse * 0.8 + 25 + fine).clip(0, 255).astype("u1"))
film(1).save(f"{folder}/train/NORMAL/a.png"); film(2).save(f"{folder}/train/PNEUMONIA/b.png")
film(3).save(f"{folder}/apart/c.png")
film(1).resize((224, 200)).point([40 + level // 2 for level in range(256)]).save(f"{folder}/overlap/d.jpg", quality=70)`;

test('a test film among the training films is found by what it shows', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name) => join(folder, name);
  for (const name of ['train/NORMAL', 'train/PNEUMONIA', 'apart', 'overlap'])
    await mkdir(at(name), { recursive: true });
  run(PYTHON, ['-c', OVERLAP, folder]);
  assert.match(python('overlap.py', at('train'), at('apart')), /none of 2 films stands in/);
  const train = [
    join(MODEL, 'train.py'),
    '--data',
    at('train'),
    '--apart',
    at('overlap'),
    '--out',
    at('x.pt'),
    ...SMALL,
  ];
  for (const words of [[join(MODEL, 'overlap.py'), at('train'), at('overlap')], train]) {
    const { status, stderr } = spawnSync(PYTHON, words, { encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, /1 films to train on are test films[^]*a\.png is .*d\.jpg/);
  }
});

test('a CSV that cannot be used is refused with the line that is wrong', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a.png'), greyPng());
  const wrong = [
    ['file,class\na.png,normal', 'must begin with a line of columns'],
    ['path,label\na.png,normal\nb.png,pneumonia', 'line 3: there is no file'],
    ['path,label\na.png,normal\na.png,pneumonia', 'which has another label'],
    ['path,label\na.png,cat', "has the classes ['cat']"],
  ];
  for (const [i, [text]] of wrong.entries()) await writeFile(join(folder, `${i}.csv`), text);
  const files = wrong.map((_, i) => join(folder, `${i}.csv`));
  const said = run(PYTHON, ['-c', TRY_EACH, ...files], { env: { ...process.env, PYTHONPATH: MODEL } }).split('\n');
  for (const [i, [, sentence]] of wrong.entries()) assert.ok(said[i].includes(sentence), said[i]);
});

const TRY_EACH = `
import sys, films
for path in sys.argv[1:]:
    try:
        print("accepted", films.find(path))
    except SystemExit as refusal:
        print(refusal)`;

test('the notebook runs from its first cell to its last', { skip: skip || lacks('IPython') }, async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'films');
  await tinySet(data);
  await symlink(MODEL, join(folder, 'model'));
  const values = { DATA: data, START: null, OUT: 'tiny', WIDTH: 0.35, SIZE: 96, EPOCHS: 1, BATCH: 8, WORKERS: 0 };
  const assignments = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const said = run(PYTHON, [join(ROOT, 'tests/model/notebook.py'), ...assignments], { cwd: folder });
  for (const name of SHARES) assert.match(said, new RegExp(`plain +${name} +\\d\\.\\d{3} \\(`));
  await assertReport(join(folder, 'tiny-report'), ['plain', 'disturbed']);
  await assertRead(t, join(folder, 'tiny.safetensors'), someFilms(data));
});
