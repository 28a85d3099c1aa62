// What is made of rows: figures, groups, what is odd; the report of sets of every size; and a site's own rule.

import Ajv from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { byProfile, checksum, parseProfile } from '../../web/reader/profile.js';
import { counted, driftOf, noCounts, weekOf } from '../../web/reader/drift.js';
import * as calibrated from '../../web/validate/calibration.js';
import { generator } from '../../web/validate/intervals.js';
import english from '../../web/validate/messages/en.js';
import { measure, rulesOf, rulesOfProfile } from '../../web/validate/measurement.js';
import { fitProfile, LEAST_OF_A_CLASS } from '../../web/validate/profile.js';
import { reportFile } from '../../web/validate/report/file.js';
import { sorted } from '../../web/validate/rows.js';
import { speaker } from '../../web/validate/words.js';

const MODEL = {
  ...{ name: 'm', version: '1', sha256: 'ab'.repeat(32), measuredOn: null },
  operatingPoints: [
    {
      name: 'balanced',
      threshold: 0.5,
      uncertain: /** @type {[number, number]} */ ([0.4, 0.6]),
      sensitivity: null,
      specificity: null,
    },
    {
      name: 'sure',
      threshold: 0.9,
      uncertain: /** @type {[number, number]} */ ([0.9, 0.9]),
      sensitivity: null,
      specificity: null,
    },
  ],
};

/** Rows of films by patients of two films each. @param {number} n @param {{ shift?: number, scale?: number, seed?: number, share?: number }} [how] */
function rowsOf(n, { shift = 0, scale = 1, seed = 1, share = 0.4 } = {}) {
  const random = generator(seed);
  return Array.from({ length: n }, (_, i) => {
    const ill = random() < share;
    const logit = scale * (3 * (ill ? 1 : -1) + 8 * (random() - 0.5)) + shift;
    return row({
      file: `${i}.png`,
      label: ill ? 'pneumonia' : 'normal',
      logit,
      patient: `p${i >> 1}`,
      age: i % 2 ? 60 : 30,
      site: i % 3 ? 'East' : 'West',
    });
  });
}

/** @param {object} changes */
function row(changes) {
  const { logit = 0, ...rest } = /** @type {any} */ ({ file: 'a.png', label: 'normal', ...changes });
  return {
    ...{
      patient: null,
      age: null,
      sex: null,
      view: null,
      site: null,
      digest: null,
      warnings: [],
      error: null,
      model: MODEL.sha256,
    },
    ...{
      logit,
      probability: calibrated.sigmoid(logit),
      scope: { score: 0.5 + 0.01 * logit, reason: null, reasons: [] },
    },
    ...rest,
  };
}

test('by hand: what is found, missed and left, and what is odd', () => {
  const blank = { score: 2, reason: /** @type {const} */ ('blank'), reasons: [] };
  const rows = [
    row({ file: 'a', label: 'pneumonia', logit: 3, patient: '1' }),
    row({ file: 'b', label: 'pneumonia', logit: -3, patient: '2' }),
    row({ file: 'c', label: 'pneumonia', logit: 0, patient: '2' }),
    row({ file: 'd', label: 'normal', logit: -3, patient: '2' }),
    row({ file: 'e', label: 'normal', logit: 3, patient: '3' }),
    row({ file: 'f', label: 'normal', logit: 3, patient: '4', scope: blank }),
    row({ file: 'g', label: 'normal', logit: -3, digest: 'x' }),
    row({ file: 'h', label: 'normal', logit: -3, digest: 'x' }),
    row({ file: 'i', label: 'normal', digest: 'y' }),
    row({ file: 'j', label: 'pneumonia', digest: 'y' }),
    row({ file: 'k', probability: null, error: { code: 'bad-image', message: 'It is cut.' } }),
  ];
  const { films, rules, mistakes, prevalence } = measure(rows, rulesOf(MODEL));
  assert.deepEqual([films.listed, films.read, films.normal, films.pneumonia, films.judged], [11, 7, 4, 3, 6]);
  assert.deepEqual(
    films.notRead.map(({ file, message }) => [file, message]),
    [['k', 'It is cut.']],
  );
  assert.deepEqual(films.notJudged, { blank: 1 });
  assert.deepEqual(films.twice, [{ file: 'h', like: 'g' }]);
  assert.deepEqual(films.contradicted, [{ file: 'j', like: 'i' }]);
  assert.deepEqual(films.patientsInBoth, ['2']);
  assert.equal(prevalence, 3 / 7);
  const [balanced, sure] = rules;
  assert.deepEqual(balanced.said, {
    pneumonia: { pneumonia: 1, normal: 1, uncertain: 1, 'out-of-scope': 0 },
    normal: { pneumonia: 1, normal: 2, uncertain: 0, 'out-of-scope': 1 },
  });
  assert.deepEqual(
    /** @type {const} */ (['found', 'missed', 'pneumoniaLeft', 'alarms', 'cleared', 'normalLeft', 'left']).map(
      (name) => balanced[name]?.value,
    ),
    [1 / 3, 1 / 3, 1 / 3, 1 / 4, 2 / 4, 1 / 4, 2 / 7],
  );
  assert.deepEqual(
    /** @type {const} */ (['sensitivity', 'specificity', 'ppv', 'npv', 'accuracy', 'f1']).map(
      (name) => balanced[name]?.value,
    ),
    [1 / 2, 2 / 3, 1 / 2, 2 / 3, 3 / 5, 1 / 2],
  );
  assert.deepEqual(sure.confusion, { tp: 1, fp: 1, tn: 2, fn: 2 });
  assert.deepEqual(mistakes.map(({ file }) => file).sort(), ['b', 'e']);
});

test('the order in which films are listed changes nothing', () => {
  const rows = rowsOf(200);
  assert.deepEqual(measure(rows.toReversed(), rulesOf(MODEL)), measure(rows, rulesOf(MODEL)));
});

test('groups with too few of a class have counts and no figures', () => {
  const { groups } = measure(rowsOf(300), rulesOf(MODEL));
  assert.deepEqual(
    groups.age.map(({ value, enough }) => [value, enough]),
    [
      ['18–39', true],
      ['40–64', true],
    ],
  );
  assert.deepEqual(groups.sex, [], 'nobody says it');
  const few = measure(rowsOf(60), rulesOf(MODEL)).groups.site;
  assert.deepEqual(
    few.map(({ value, enough }) => [value, enough]),
    [
      ['East', false],
      ['West', false],
    ],
  );
});

/** @param {ReturnType<typeof row>[]} rows @param {object} [more] */
function reportOf(rows, more) {
  const rules = rulesOf(MODEL);
  const made = { date: '2026-11-28', software: '0', model: MODEL };
  const set = {
    rows,
    rules,
    measurement: measure(rows, rules),
    problems: [],
    missing: [],
    unlabelled: [],
    made,
    fit: null,
    profile: null,
    pictures: new Map(),
    ...more,
  };
  return reportFile(set, speaker(english, 'en'), '');
}

test('a report of no film, of one, of one class, of few and of many', () => {
  const [many, one] = [rowsOf(400), rowsOf(1)];
  const ill = many.filter(({ label }) => label === 'pneumonia');
  for (const [rows, wanted, unwanted] of /** @type {const} */ ([
    [[], /0 films/, /<svg/],
    [one, /These are few films/, /<svg/],
    [ill, /There is no film without pneumonia/, /<svg/],
    [rowsOf(40), /These are few films[^]*<svg/, /no film with/],
    [many, /chance alone moves the figure this far[^]*<svg/, /few films/],
  ])) {
    const html = reportOf([...rows]);
    assert.match(html, wanted);
    assert.doesNotMatch(html, unwanted);
    assert.doesNotMatch(html, /NaN|undefined|Infinity|null|\{\w+\}/);
  }
});

test('a report asks for nothing, and runs nothing that a name may hold', () => {
  const name = '<script>alert(1)</script>"\'&.png';
  const rows = [
    ...rowsOf(200),
    row({ file: name, label: 'normal', logit: 9 }),
    row({ file: name, probability: null, error: { code: 'x', message: name } }),
  ];
  const html = reportOf(rows, { missing: [name], pictures: new Map([[name, 'data:image/png;base64,AAAA']]) });
  assert.doesNotMatch(html, /<script|https?:|\ssrc="(?!data:)|\shref=/);
  assert.match(html, /default-src 'none'/);
  assert.match(html, /&lt;script>/);
});

/** @param {ReturnType<typeof row>[]} rows @param {any} goal */
const fit = (rows, goal) =>
  fitProfile(sorted(rows).read, {
    goal,
    site: 'East',
    date: '2026-11-28',
    model: MODEL,
    band: MODEL.operatingPoints[0],
  });

const isProfile = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(new URL('../../web/reader/profile.schema.json', import.meta.url), 'utf8')),
);

test('a rule reaches its goal on films that did not choose it, and its schema holds', () => {
  for (const [goal, name] of /** @type {const} */ ([
    [{ kind: 'sensitivity', value: 0.95 }, 'sensitivity'],
    [{ kind: 'specificity', value: 0.9 }, 'specificity'],
  ])) {
    const { profile } = fit(rowsOf(2000, { shift: -2, scale: 0.5 }), goal);
    assert.ok(profile && isProfile(JSON.parse(JSON.stringify(profile))), JSON.stringify(isProfile.errors));
    assert.ok(Math.abs(profile.rules.all[name].value - goal.value) < 0.02, JSON.stringify(profile.rules.all));
    const others = rowsOf(2000, { shift: -2, scale: 0.5, seed: 9 });
    const { rules } = measure(others, rulesOfProfile(profile));
    const { sensitivity = 0, falseAlarms } = rules[0].point;
    const reached = name === 'sensitivity' ? sensitivity : 1 - (falseAlarms ?? 0);
    assert.ok(Math.abs(Number(reached) - goal.value) < 0.03, `${name} ${reached}`);
  }
});

test('a shifted reader is put right: its probabilities hold, its threshold is half', () => {
  const rows = rowsOf(3000, { shift: -4 });
  const { profile } = fit(rows, { kind: 'balanced' });
  assert.ok(profile);
  const [before, after] = [rulesOf(MODEL), rulesOfProfile(profile)].map((rules) =>
    measure(rowsOf(3000, { shift: -4, seed: 5 }), rules),
  );
  assert.equal(profile.rules.all.threshold, 0.5);
  assert.ok(Number(after.calibration?.error) < 0.5 * Number(before.calibration?.error));
  assert.ok(Number(after.rules[0].point.sensitivity) > Number(before.rules[0].point.sensitivity) + 0.2);
  assert.equal(after.auc?.value, before.auc?.value, 'the order of films stays');
});

test('costs: the dearer a missed pneumonia, the lower the threshold', () => {
  const rows = rowsOf(1000);
  const thresholds = [1, 5, 20].map(
    (misses) => fit(rows, { kind: 'costs', misses, alarms: 1 }).profile?.rules.all.threshold ?? 0,
  );
  assert.ok(thresholds[0] > thresholds[1] && thresholds[1] > thresholds[2]);
});

test('a rule for adults where they are known to be so; its band is as wide as the model’s own', () => {
  const { profile } = fit(rowsOf(1000), { kind: 'balanced' });
  assert.deepEqual(Object.keys(profile?.rules ?? {}), ['all', 'adults']);
  const { uncertain, calibration } = profile?.rules.all ?? assert.fail();
  const width = (/** @type {number[]} */ band) => calibrated.logOddsOf(band[1]) - calibrated.logOddsOf(band[0]);
  assert.ok(
    Math.abs(width(uncertain) / calibration.scale - width([0.4, 0.6])) < 1e-9,
    'in the log-odds of the network',
  );
});

test('too few films, or films of too few patients, give no rule and say how many it takes', () => {
  const few = fit(rowsOf(100), { kind: 'balanced' });
  assert.equal(few.profile, null);
  assert.equal(few.few?.needed, LEAST_OF_A_CLASS);
  const one = rowsOf(400).map((each) => ({ ...each, patient: 'one' }));
  assert.equal(fit(one, { kind: 'balanced' }).profile, null);
});

const findings = (/** @type {object} */ changes) =>
  /** @type {import('../../web/reader/types.d.ts').Findings} */ (
    /** @type {any} */ ({
      logit: 0,
      probability: 0.5,
      decision: 'normal',
      warnings: [],
      film: { ageYears: 40 },
      scope: { score: 0.5, reason: null, reasons: [] },
      ...changes,
    })
  );

test('a profile never judges what is not judged', () => {
  const { profile } = fit(rowsOf(1000), { kind: 'sensitivity', value: 0.99 });
  for (const reason of ['blank', 'unlike-training', 'modality', 'for-processing'])
    for (const logit of [-9, 0, 9]) {
      const found = byProfile(findings({ logit, scope: { score: 2, reason, reasons: [reason] } }), profile);
      assert.equal(found.decision, 'out-of-scope');
    }
  const found = byProfile(findings({ logit: 9 }), profile);
  assert.deepEqual(
    [found.decision, found.operatingPoint, found.profile?.site, found.profile?.group],
    ['pneumonia', 'site', 'East', 'adults'],
  );
});

test('a damaged profile is refused with a sentence, whatever is damaged', () => {
  const { profile } = fit(rowsOf(1000), { kind: 'balanced' });
  const text = JSON.stringify(profile);
  assert.equal(parseProfile(text).site, 'East');
  const refused = (/** @type {string} */ changed, /** @type {RegExp} */ message) =>
    assert.throws(() => parseProfile(changed), { code: 'bad-argument', message });
  refused(text.slice(0, -20), /no JSON/);
  refused('{}', /not one/);
  refused('null', /not one/);
  refused(text.replace('"version":1', '"version":2'), /version 2/);
  refused(text.replace('"threshold":0.5', '"threshold":0.4'), /checksum/);
  const changed = (/** @type {(copy: any) => void} */ change) => {
    const copy = JSON.parse(text);
    change(copy);
    return JSON.stringify({ ...copy, crc32: checksum(copy) });
  };
  refused(
    changed((copy) => (copy.rules.all.threshold = 1.5)),
    /threshold is not between 0 and 1/,
  );
  refused(
    changed((copy) => (copy.rules.all.uncertain = [0.6, 0.4])),
    /band/,
  );
  refused(
    changed((copy) => (copy.rules.all.calibration.scale = -1)),
    /calibration/,
  );
  refused(
    changed((copy) => delete copy.rules.all),
    /no rule/,
  );
  refused(
    changed((copy) => (copy.rules.dogs = copy.rules.all)),
    /"dogs"/,
  );
  refused(
    changed((copy) => delete copy.drift),
    /drift/,
  );
  for (const key of Object.keys(JSON.parse(text)).filter((one) => one !== 'crc32'))
    assert.throws(() => parseProfile(changed((copy) => (copy[key] = { a: 1 }))), { code: 'bad-argument' }, key);
});

test('drift: films like those that were measured are not called different, others are', () => {
  const { profile } = fit(rowsOf(1000), { kind: 'balanced' });
  assert.ok(profile);
  const countsOf = (/** @type {object} */ how, n = 200) =>
    rowsOf(n, { seed: 77, ...how }).reduce((counts, one) => counted(counts, profile, findings(one)), noCounts(profile));
  const same = driftOf(profile, countsOf({}));
  assert.deepEqual([same.films, same.enough, same.differs], [200, true, []]);
  assert.deepEqual(driftOf(profile, countsOf({ shift: 6 })).differs, ['scope', 'logit']);
  assert.deepEqual(driftOf(profile, countsOf({ shift: 6 }, 20)), {
    ...driftOf(profile, countsOf({ shift: 6 }, 20)),
    enough: false,
    differs: [],
  });
  const [week] = Object.values(countsOf({}).weeks);
  assert.equal(
    week.scope.reduce((sum, one) => sum + one, 0),
    200,
  );
  assert.equal(weekOf(new Date('2026-11-29T23:00:00Z')), '2026-11-23');
  assert.equal(weekOf(new Date('2026-11-30T00:00:00Z')), '2026-11-30');
});

test('50,000 rows are measured', () => {
  const { auc, films } = measure(rowsOf(50_000), rulesOf(MODEL));
  assert.equal(films.read, 50_000);
  assert.ok(auc && auc.low !== undefined && auc.low < auc.value);
});
