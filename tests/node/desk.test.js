// The desk without a browser, with the real reader: films in, their order, what is opened and read when, marks and exports.

import Ajv from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createReader } from 'pneumoscope';
import { Desk } from '../../web/desk/desk.js';
import { toCsv, toFhirJson, toJson } from '../../web/desk/exports.js';
import { priorOf } from '../../web/desk/prior.js';
import { createStore } from '../../web/desk/store.js';
import { judgedRow, listed, pointInForce } from '../../web/desk/triage.js';
import { dicomFile } from '../fixtures/dicom.js';
import { DIST, PACKAGE } from '../fixtures/package.js';

const samples = readdirSync(join(DIST, 'samples')).map((name) => ({
  name,
  file: new Blob([readFileSync(join(DIST, 'samples', name))]),
}));
const broken = {
  name: 'Jane Doe.png',
  file: new Blob([readFileSync(join(DIST, 'samples', samples[0].name)).subarray(0, 900)]),
};

/** @param {import('node:test').TestContext} t @param {object} [options] @param {object} [state] */
function deskFor(t, options, state) {
  const store = createStore(state);
  const desk = new Desk(store, createReader, { threads: 1, ...options });
  t.after(() => desk.close());
  return desk;
}

/** @param {Desk} desk @param {(state: import('../../web/desk/store.js').State) => boolean} holds */
const until = (desk, holds) =>
  new Promise((resolve) => {
    const look = () => holds(desk.state) && resolve(end());
    const end = desk.store.subscribe(look);
    look();
  });

/** @param {Desk} desk */
const allDone = (desk) => until(desk, ({ rows }) => rows.every(({ state }) => state === 'read' || state === 'failed'));

test('the first film that comes in is opened at once; the others are read behind it and kept without their pixels', async (t) => {
  const desk = deskFor(t);
  const started = desk.start();
  assert.deepEqual(desk.add({ files: [...samples, broken] }), [1, 2, 3, 4]);
  assert.equal(desk.state.open?.id, 1);
  await started;
  await allDone(desk);
  const { rows, open } = desk.state;
  assert.ok(open?.findings?.view && open.findings.heatmap);
  for (const row of rows.slice(0, 3)) {
    assert.equal(row.state, 'read');
    assert.equal(row.findings?.view, null);
    assert.equal(row.thumbnail?.length, 112 * 112);
  }
  assert.deepEqual([rows[3].state, rows[3].trouble?.code], ['failed', 'bad-image']);
  const answers = listed(desk.state).map(({ findings }) => findings?.decision);
  assert.deepEqual(answers.slice(0, 1).concat(answers.slice(-1)), ['pneumonia', undefined]);
  desk.step(1);
  assert.notEqual(desk.state.open?.id, undefined);
});

test('a film that comes while another is open is opened; one that is open stays open when others are done', async (t) => {
  const desk = deskFor(t);
  await desk.start();
  desk.add({ files: samples.slice(0, 1) });
  await allDone(desk);
  desk.add({ files: samples.slice(1) });
  assert.equal(desk.state.open?.id, 2);
  await allDone(desk);
  assert.equal(desk.state.open?.id, 2);
});

test('reading that is stopped ends, and what waits is read when it goes on', async (t) => {
  const desk = deskFor(t);
  await desk.start();
  desk.add({ files: samples });
  const events = new EventTarget();
  desk.obey(events);
  await until(desk, ({ rows }) => rows[0].state === 'reading');
  events.dispatchEvent(new CustomEvent('do-cancel'));
  await until(desk, ({ rows }) => rows.every(({ state }) => state === 'waiting'));
  assert.equal(desk.state.paused, true);
  events.dispatchEvent(new CustomEvent('do-resume'));
  await allDone(desk);
  assert.ok(desk.state.open?.findings?.view);
});

test('a desk whose engine is closed while it reads comes to rest, and reads on when it is started again', async (t) => {
  const desk = deskFor(t);
  await desk.start();
  desk.add({ files: samples });
  await until(desk, ({ rows }) => rows[0].state === 'reading');
  let changes = 0;
  await desk.close();
  await until(desk, ({ rows }) => rows.every(({ state }) => state === 'waiting'));
  desk.store.subscribe(() => changes++);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(changes, 0, 'nothing goes on');
  await desk.start();
  await allDone(desk);
});

test('the same bytes twice are one film where that is asked for, and a film that is left out gives its place', async (t) => {
  const desk = deskFor(t, { ofList: true });
  await desk.start();
  desk.add({ files: [samples[0], samples[1], samples[0]] });
  await until(desk, ({ rows }) => rows.length === 2);
  assert.deepEqual(desk.state.leftOut, { twice: 1 });
  desk.add({ files: [{ ...samples[1], name: 'again.png' }] });
  await until(desk, ({ rows, open }) => rows.length === 2 && open?.id === 2);
});

test('an emptied list comes back as it was', async (t) => {
  const desk = deskFor(t);
  await desk.start();
  desk.add({ files: samples });
  await allDone(desk);
  desk.clear();
  assert.deepEqual([desk.state.rows.length, desk.state.open], [0, null]);
  desk.undo();
  assert.equal(desk.state.rows.length, 3);
  assert.equal(desk.state.open?.id, listed(desk.state)[0].id);
});

test('a film that is taken off comes back to its place, a note that is replaced comes back, the last step first', async (t) => {
  const desk = deskFor(t);
  await desk.start();
  desk.add({ files: samples });
  await allDone(desk);
  const events = new EventTarget();
  desk.obey(events);
  const does = (/** @type {string} */ name, /** @type {object} */ detail) =>
    events.dispatchEvent(new CustomEvent(name, { detail }));
  const note = (/** @type {object} */ changes, /** @type {object} */ before) =>
    does('do-note', { id: 2, changes, before });
  const [was] = [desk.state.rows];
  const second = () => desk.state.rows.find(({ id }) => id === 2);
  const mark = { says: 'agree', decision: second()?.findings?.decision };

  note({ reference: 'A' }, { reference: '' });
  assert.equal(desk.state.undoable.length, 0, 'nothing was replaced');
  note({ reference: 'B' }, { reference: 'A' });
  note({ mark }, undefined);
  desk.open({ id: 2 });
  does('do-remove', { id: 2 });
  assert.deepEqual(
    [desk.state.rows.map(({ id }) => id), desk.state.open?.id !== 2, desk.state.told],
    [[1, 3], true, true],
  );
  desk.add({ files: [broken] });
  assert.equal(desk.state.rows.at(-1)?.id, 4);
  desk.remove({ id: 4 });
  desk.add({ files: [{ ...broken, name: 'again' }] });
  assert.equal(desk.state.rows.at(-1)?.id, 5, 'the number of a film that may come back is not given away');
  desk.remove({ id: 5 });
  for (const ids of [
    [1, 3, 5],
    [1, 3, 4, 5],
    [1, 2, 3, 4, 5],
  ]) {
    does('do-undo', {});
    assert.deepEqual(
      desk.state.rows.map(({ id }) => id),
      ids,
    );
    assert.equal(desk.state.told, false);
  }
  assert.deepEqual([desk.state.open?.id, second()?.mark, second()?.reference], [2, mark, 'B']);
  does('do-undo', {});
  assert.deepEqual([second()?.mark, second()?.reference], [null, 'B']);
  does('do-undo', {});
  assert.equal(second()?.reference, 'A');
  does('do-undo', {});
  assert.equal(desk.state.rows.length, was.length + 2);
  await allDone(desk);

  desk.clear();
  desk.undo();
  assert.deepEqual(
    desk.state.rows.map(({ id }) => id),
    [1, 2, 3, 4, 5],
  );
  desk.clear();
  desk.add({ files: [samples[0]] });
  desk.undo();
  assert.deepEqual(
    desk.state.rows.map(({ id }) => id),
    [1],
    'a new list does not mix with an old one',
  );
  desk.remove({ id: 1 });
  assert.deepEqual([desk.state.rows.length, desk.state.open], [0, null]);
  desk.undo();
  assert.equal(desk.state.open?.id, 1);
});

test('the answer to a film that was taken off while it is read is not taken for that of the next film', async (t) => {
  const desk = deskFor(t);
  await desk.start();
  desk.add({ files: [samples[0]] });
  await until(desk, ({ rows }) => rows[0].state === 'reading');
  desk.remove({ id: 1 });
  desk.add({ files: [broken] });
  await allDone(desk);
  assert.deepEqual(
    desk.state.rows.map(({ id, state }) => [id, state]),
    [[2, 'failed']],
  );
});

test('an undo shows the film that it is about, leaves whom the list is of, and brings no film in twice', async (t) => {
  const desk = deskFor(t, { ofList: true });
  await desk.start();
  const events = new EventTarget();
  desk.obey(events);
  const does = (/** @type {string} */ name, /** @type {object} */ detail) =>
    events.dispatchEvent(new CustomEvent(name, { detail }));
  desk.add({ files: samples });
  await allDone(desk);
  desk.remove({ id: 2 });
  does('do-set', { group: 'adults' });
  desk.undo();
  assert.equal(desk.state.group, 'adults');
  assert.deepEqual(
    desk.state.rows.map(({ findings }) => findings?.patient),
    ['adult', 'adult', 'adult'],
  );

  does('do-note', { id: 1, changes: { text: 'Opacity.' }, before: { text: '' } });
  does('do-note', { id: 1, changes: { text: 'Opacity. Effusion.' }, before: { text: 'Opacity.' } });
  assert.equal(desk.state.undoable.length, 0, 'nothing is lost');
  does('do-note', { id: 1, changes: { text: 'Clear.' }, before: { text: 'Opacity. Effusion.' } });
  desk.open({ id: 3 });
  desk.undo();
  assert.equal(desk.state.open?.id, 1);

  desk.remove({ id: 3 });
  desk.add({ files: [samples[2]] });
  await allDone(desk);
  desk.undo();
  assert.deepEqual(
    desk.state.rows.map(({ id }) => id),
    [1, 2, 4],
  );
});

test('a mark belongs to the answer that it was set beside', async (t) => {
  const desk = deskFor(t);
  await desk.start();
  desk.add({ files: samples });
  await allDone(desk);
  const [points] = [desk.state.model?.operatingPoints ?? []];
  const row = desk.state.rows.find(({ findings }) =>
    points.some(
      (point) => judgedRow(/** @type {any} */ ({ findings }), point).findings?.decision !== findings?.decision,
    ),
  );
  const { id, findings } = row ?? desk.state.rows[0];
  const events = new EventTarget();
  desk.obey(events);
  const mark = { says: 'disagree', decision: findings?.decision };
  events.dispatchEvent(new CustomEvent('do-note', { detail: { id, changes: { mark } } }));
  const marked = desk.state.rows[id - 1];
  for (const point of points) {
    const as = judgedRow(marked, point);
    assert.equal(as.mark?.says ?? null, as.findings?.decision === findings?.decision ? 'disagree' : null);
  }
});

/** A film of a study. @param {string} name @param {string} study @param {string} patient @param {string} date */
const filmOf = (name, study, patient, date) => ({
  name,
  file: new Blob([
    dicomFile({
      tags: {
        0x0020000d: [0x0020000d, 'UI', study],
        0x00100020: [0x00100020, 'LO', patient],
        0x00100030: [0x00100030, 'DA', '19650102'],
        0x00080020: [0x00080020, 'DA', date],
        0x00204000: [0x00204000, 'LT', name], // each file is another
      },
    }),
  ]),
});

test('films of one study stand together, and the prior of a film is the last of the same patient before it', async (t) => {
  const desk = deskFor(t, { ofList: true });
  await desk.start();
  desk.add({
    files: [
      filmOf('one', '1.1', 'A 1', '20250301'),
      ...samples,
      filmOf('older', '1.2', 'A 1', '20240301'),
      filmOf('oldest', '1.3', 'A 1', '20200101'),
      filmOf('another', '1.4', 'A 2', '20240401'),
      filmOf('one, too', '1.1', 'A 1', '20250301'),
    ],
  });
  await allDone(desk);
  const names = listed(desk.state).map(({ name }) => name);
  assert.equal(names.length, 8);
  assert.equal(Math.abs(names.indexOf('one') - names.indexOf('one, too')), 1, String(names));
  const hidden = listed({ ...desk.state, hides: true }).map(({ name }) => name);
  assert.deepEqual(hidden.slice(0, 3), ['one', 'one, too', samples[0].name], 'in the order of coming, but for studies');
  const { rows } = desk.state;
  const prior = (/** @type {string} */ name) =>
    priorOf(rows, /** @type {any} */ (rows.find((row) => row.name === name)))?.name ?? null;
  assert.deepEqual(['one', 'one, too', 'older', 'oldest', 'another', samples[0].name].map(prior), [
    ...['older', 'older', 'oldest', null, null, null],
  ]);
});

test('what binds films together is in no export and no findings; the dates are where that is ticked', async (t) => {
  const desk = deskFor(t, { ofList: true });
  await desk.start();
  desk.add({ files: [filmOf('one', '1.1', 'A 1', '20250301')] });
  await allDone(desk);
  await until(desk, ({ open }) => Boolean(open?.findings));
  const { state } = desk;
  const { study, patient, date } = state.rows[0].origin ?? {};
  const written = (/** @type {object} */ how) => {
    const as = { ...state, ...how };
    return toCsv(listed(as), as) + toJson(listed(as), as) + toFhirJson(listed(as), as);
  };
  for (const [what, text] of Object.entries({
    'the exports': written({ dates: true }),
    'the findings': JSON.stringify([state.rows[0].findings, { ...state.open?.findings, view: null, input: null }]),
  }))
    for (const word of [study, patient, date, '20250301'])
      assert.ok(word && !text.includes(word), `${word} in ${what}`);
  const ticked = written({ dates: true, exportsDates: true });
  assert.equal(ticked.split(String(date)).length - 1, 3, 'in each of the three');
  for (const word of [study, patient]) assert.ok(word && !ticked.includes(word));
  const lone = deskFor(t);
  await lone.start();
  lone.add({ files: [filmOf('one', '1.1', 'A 1', '20250301')] });
  await allDone(lone);
  assert.equal(lone.state.rows[0].origin, null, "an element in somebody else's page does not ask");
});

test('exports follow the schema, name no file unless that is ticked, and tell no hidden answer', async (t) => {
  const desk = deskFor(t);
  await desk.start();
  desk.add({ files: [...samples, broken] });
  await allDone(desk);
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema(JSON.parse(readFileSync(join(PACKAGE, 'findings.schema.json'), 'utf8')), 'schema');
  const isRow = ajv.compile({ $ref: 'schema#/$defs/row' });
  const { films } = JSON.parse(toJson(listed(desk.state), desk.state));
  for (const film of films) assert.ok(isRow(film), JSON.stringify(isRow.errors));
  assert.doesNotMatch(toCsv(listed(desk.state), desk.state) + JSON.stringify(films), /Jane|synthetic/);
  assert.match(toCsv(listed(desk.state), { ...desk.state, names: true }), /Jane Doe\.png/);

  const [first] = desk.state.rows;
  const wrote = {
    ...desk.state,
    rows: desk.state.rows.map((row) => (row === first ? { ...row, text: ' Clear, I think. ' } : row)),
  };
  const own = JSON.parse(toJson(listed(wrote), wrote)).films.map((/** @type {any} */ film) => film.readerText);
  assert.deepEqual(own.sort(), ['Clear, I think.', null, null, null]);
  assert.match(toCsv(listed(wrote), wrote), /,"Clear, I think\.",/);
  assert.match(toFhirJson(listed(wrote), wrote), /"valueString": "Clear, I think\."/);

  const hides = { ...desk.state, hides: true };
  const hidden = toCsv(listed(hides), hides) + toJson(listed(hides), hides) + toFhirJson(listed(hides), hides);
  assert.doesNotMatch(hidden, /(,|: ")(normal|pneumonia|out-of-scope|uncertain)[",]/);
  assert.equal(pointInForce(desk.state.model, '')?.name, films[0].operatingPoint);
});
