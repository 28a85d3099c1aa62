// Tables of labelled films, as spreadsheets and programs write them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelOfPath, readClasses, USUAL_CLASSES } from '../../web/validate/classes.js';
import { finderIn, readTable, TableError, yearsOf } from '../../web/validate/table.js';

/** @param {string} text @param {object} [named] */
const read = (text, named) => readTable(text, USUAL_CLASSES, named);

/** @param {ReturnType<typeof read>} table */
const short = ({ films, problems }) => [
  films.map(({ file, label }) => `${file} ${label}`),
  problems.map(({ row, reason }) => `${row} ${reason}`),
];

test('commas, semicolons, tabs, a BOM, CRLF and quotes say the same', () => {
  const plain = 'path,label,patient,age,sex\na b.png,NORMAL,p1,64,F\nc.png,pneumonia,p2,7,male\n';
  const expected = read(plain);
  assert.deepEqual(short(expected), [['a b.png normal', 'c.png pneumonia'], []]);
  assert.deepEqual(expected.films[1], {
    ...{ file: 'c.png', label: 'pneumonia', patient: 'p2', age: 7, sex: 'M', view: null, site: null },
  });
  for (const other of [
    plain.replaceAll(',', ';'),
    plain.replaceAll(',', '\t'),
    `\ufeff${plain}`,
    plain.replaceAll('\n', '\r\n'),
    plain.replaceAll('\n', '\r'),
    plain.replace('a b.png', '"a b.png"').replace('p1', '"p1"'),
    plain.replaceAll('\n', '\n\n'),
    plain.trimEnd(),
    plain.replace('path', ' Path ').replace('NORMAL', ' normal '),
  ])
    assert.deepEqual(read(other), expected, JSON.stringify(other));
});

test('quotes hold commas, quotes and line ends', () => {
  const { films } = read('path,label\n"a, ""b""\nc.png",1\n"d;e.png",0\n');
  assert.deepEqual(
    films.map(({ file, label }) => [file, label]),
    [
      ['a, "b"\nc.png', 'pneumonia'],
      ['d;e.png', 'normal'],
    ],
  );
});

test('a bad row is told of, with its number, and the others count', () => {
  const text =
    'file,label\na.png,normal\nb.png\nc.png,normal,more\n,normal\nd.png,\ne.png,perhaps\nf.png,1\nf.png,1\ng.png,0\ng.png,1\nh.png,0\n';
  assert.deepEqual(short(read(text)), [
    ['a.png normal', 'f.png pneumonia', 'h.png normal'],
    [...['3 fields', '4 fields', '5 no-path', '6 no-label', '7 unknown-label', '9 twice', '11 two-labels']],
  ]);
  const { films, problems } = read('file,label\na.png,0\n"b.png,1\nc.png,1\n');
  assert.deepEqual(
    films.map(({ file }) => file),
    ['a.png'],
  );
  assert.equal(problems[0].reason, 'quotes');
});

test('columns by their usual names or by those that are given; without them a sentence', () => {
  assert.equal(read('finding,file,tier\nx,a.png,0\n', { label: 'Tier' }).films[0].label, 'normal');
  for (const [text, named, message] of /** @type {const} */ ([
    ['', {}, /no column "path"; it has none/],
    ['a.png,normal\n', {}, /no column "path"; it has "a.png", "normal"\. Its first row must name the columns/],
    ['path,finding\na.png,normal\n', {}, /no column "label"; it has "path", "finding"/],
    ['path,label\n', { site: 'clinic' }, /no column "clinic"; it has "path", "label"/],
  ]))
    assert.throws(
      () => read(text, named),
      (error) => error instanceof TableError && message.test(error.message),
    );
});

test('ages in numbers and in DICOM', () => {
  const ages = { 64: 64, '064Y': 64, '018M': 1.5, '6 months': 0.5, '3,5': 3.5, '026W': 26 / 52.18, 0: 0 };
  for (const [text, years] of Object.entries(ages)) assert.equal(yearsOf(text), years, text);
  for (const text of ['', 'old', '-3', '999', null]) assert.equal(yearsOf(text), null, String(text));
});

test('names of classes', () => {
  assert.deepEqual(readClasses('Clear+healthy, ill'), { normal: ['clear', 'healthy'], pneumonia: ['ill'] });
  for (const text of ['', 'a', 'a,b,c', 'a,', 'a,a', 'a+,b']) assert.equal(readClasses(text), null, text);
});

test('a label by the nearest folder of a class, and a site by the folder above it', () => {
  const of = (/** @type {string} */ path) => labelOfPath(path, USUAL_CLASSES);
  assert.deepEqual(of('NORMAL/a.png'), { label: 'normal', site: null });
  assert.deepEqual(of('East/Pneumonia/2024/a.png'), { label: 'pneumonia', site: 'East' });
  assert.deepEqual(of('pneumonia/normal/a.png'), { label: 'normal', site: 'pneumonia' });
  assert.equal(of('a/normal.png'), null);
});

test('films are found by path, by the end of a path, or by a name that is theirs alone', () => {
  const find = finderIn(['x/1/a.png', 'x/2/a.png', 'x/3/b.png'].map((path) => ({ path })));
  assert.equal(find('1/a.png')?.path, 'x/1/a.png');
  assert.equal(find('./x/2/a.png')?.path, 'x/2/a.png');
  assert.equal(find('elsewhere/b.png')?.path, 'x/3/b.png');
  assert.equal(find('a.png'), null, 'two fit');
  assert.equal(find('c.png'), null);
});

test('50,000 rows', () => {
  const rows = Array.from(
    { length: 50_000 },
    (_, i) => `films/${i}.png,${i % 2},p${i % 9000},${i % 90},F,PA,S${i % 3}`,
  );
  const { films, problems } = read(`path,label,patient,age,sex,view,site\n${rows.join('\n')}\n`);
  assert.deepEqual([films.length, problems.length], [50_000, 0]);
});
