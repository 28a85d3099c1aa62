// Findings as DICOM files: sound by dcmtk's and dicom3tools' lights, true to what was found, and silent about the patient unless asked.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, after, describe, test } from 'node:test';
import dcmjs from 'dcmjs';
import { createReader } from 'pneumoscope';
import { sourceOf, toSecondaryCapture, toStructuredReport } from 'pneumoscope/dicom';
import { toFhir } from 'pneumoscope/fhir';
import { DECISIONS } from '../../web/contract/contract.js';
import { ANSWERS, NEXT } from '../../web/results/words.js';
import english from '../../web/view/messages/en.js';
import { dicomFile } from '../fixtures/dicom.js';
import { flatPng, garbage, greyPng } from '../fixtures/images.js';
import { runCli, temporaryFolder } from '../fixtures/package.js';

const { DicomMessage, DicomMetaDictionary } = dcmjs.data;
const SAMPLE = new URL('../../web/samples/synthetic-pneumonia-1.png', import.meta.url);
const CLEAR = new URL('../../web/samples/synthetic-normal-20.png', import.meta.url);

/** @param {string} program @returns {false | string} */
const absent = (program) =>
  spawnSync(program).error !== undefined && `${program} is not installed (.ci/setup test does it)`;

/** @param {Uint8Array} file @returns {any} */
const read = (file) => {
  const { buffer, byteOffset, byteLength } = file;
  return DicomMetaDictionary.naturalizeDataset(
    DicomMessage.readFile(buffer.slice(byteOffset, byteOffset + byteLength)).dict,
  );
};

/** All items of a report, by the meaning of their names. @param {any} item @returns {[string, any][]} */
const items = (item) => [
  [item.ConceptNameCodeSequence?.[0].CodeMeaning, item],
  ...(item.ContentSequence ?? []).flatMap(items),
];

/** A film whose file names somebody, with the group length that a modality writes. */
const named = dicomFile({
  tags: {
    0x00080018: [0x00080018, 'UI', '1.2.3.1'],
    0x00080050: [0x00080050, 'SH', 'A77'],
    0x00100010: [0x00100010, 'PN', 'Doe^Jane'],
    0x00100020: [0x00100020, 'LO', 'P1'],
    0x0020000d: [0x0020000d, 'UI', '1.2.4.1'],
    0x0020000e: [0x0020000e, 'UI', '1.2.5.1'],
  },
  groupLength: true,
});

describe('DICOM results', () => {
  /** @type {import('pneumoscope').Reader} */
  let reader;
  before(async () => {
    reader = await createReader({ threads: 1, viewSide: 400 });
  });
  after(() => reader.close());
  const findingsOf = (/** @type {Uint8Array} */ film) => reader.read(film, { view: true, heatmap: true });

  test('a report says what was found; what is not judged has no certainty', async () => {
    /** @type {Set<string>} */
    const decisions = new Set();
    for (const film of [await readFile(SAMPLE), await readFile(CLEAR), flatPng(), named]) {
      const findings = await findingsOf(film);
      const report = read(await toStructuredReport(findings));
      const found = Object.fromEntries(items(report));
      assert.equal(report.SOPClassUID, '1.2.840.10008.5.1.4.1.1.88.22');
      assert.deepEqual([report.PreliminaryFlag, report.VerificationFlag], ['PRELIMINARY', 'UNVERIFIED']);
      assert.equal(report.ContentTemplateSequence[0].TemplateIdentifier, '1500');
      assert.equal(found['Decision of the model'].ConceptCodeSequence[0].CodeValue, findings.decision);
      assert.ok(found['Algorithm Version'].TextValue.includes(findings.model.version));
      assert.match(found.Comment.TextValue, /not for primary diagnosis/);
      assert.ok(found.Comment.TextValue.startsWith(english[`next.${findings.decision}`]));
      const certainty = found['Certainty of Finding']?.MeasuredValueSequence[0].NumericValue;
      const finding = found.Finding?.ConceptCodeSequence[0].CodeMeaning;
      const { decision, probability } = findings;
      if (decision === 'pneumonia' || decision === 'uncertain') {
        assert.equal(finding, 'Pneumonia');
        assert.ok(Math.abs(certainty - Math.min(100 * probability, 99.9)) < 0.01);
      } else assert.deepEqual([finding, certainty], [undefined, undefined]);
      assert.equal(/Probability/.test(found.Comment.TextValue), decision !== 'out-of-scope');
      decisions.add(decision);
    }
    assert.ok(
      ['pneumonia', 'normal', 'out-of-scope'].every((one) => decisions.has(one)),
      [...decisions].join(),
    );
  });

  test('a report, a capture and FHIR say what the page says', () => {
    for (const decision of DECISIONS) {
      assert.equal(NEXT[decision], english[`next.${decision}`]);
      assert.ok(ANSWERS[decision].startsWith(english[`decision.${decision}`]), ANSWERS[decision]);
    }
    assert.match(ANSWERS.normal, /does not rule out pneumonia$/);
    assert.equal(english['caution.normal'], 'This does not rule out pneumonia.');
  });

  test('the rule in force is said whole, and no answer is surer than 99.9 %', async () => {
    const findings = await findingsOf(await readFile(SAMPLE));
    for (const { probability, said, number } of [
      { probability: 1, said: 'over 99.9 %', number: 99.9 },
      { probability: 0.9995, said: 'over 99.9 %', number: 99.9 },
      { probability: 0.56789, said: '56.8 %', number: 56.79 },
    ]) {
      /** @type {import('pneumoscope').Findings} */
      const sure = { ...findings, probability, operatingPoint: 'balanced', threshold: 0.4, uncertain: [0.2, 0.55] };
      const found = Object.fromEntries(items(read(await toStructuredReport(sure))));
      const rule =
        'Rule: balanced, pneumonia from a probability of 55.0 %, no signs below 20.0 %, uncertain between them.';
      assert.ok(found.Comment.TextValue.includes(`Probability ${said}, as if half of all films showed it. ${rule}`));
      assert.equal(found['Certainty of Finding'].MeasuredValueSequence[0].NumericValue, number);
      const [, answer, chance] = /** @type {any[]} */ (toFhir(sure).contained);
      assert.deepEqual([answer.note[0].text, chance.valueQuantity.value], [rule, number]);
      const [, { note }] = /** @type {any[]} */ (toFhir({ ...sure, uncertain: [0.4, 0.4] }).contained);
      assert.equal(note[0].text, 'Rule: balanced, pneumonia from a probability of 40.0 %, no signs below 40.0 %.');
    }
  });

  test('nothing of the patient is in them unasked; asked, they name patient, study and film', async () => {
    const findings = await findingsOf(named);
    for (const make of [toStructuredReport, toSecondaryCapture]) {
      const silent = Buffer.from(await make(findings));
      for (const word of ['Doe', 'Jane', 'P1', 'A77', '1.2.3.1', '1.2.4.1', '1.2.5.1'])
        assert.ok(!silent.includes(word), word);
      const source = await sourceOf(named);
      const told = read(await make(findings, { source }));
      assert.deepEqual(
        [String(told.PatientName), told.PatientID, told.AccessionNumber, told.StudyInstanceUID],
        ['Doe^Jane', 'P1', 'A77', '1.2.4.1'],
      );
      assert.ok(Buffer.from(await make(findings, { source })).includes('1.2.3.1'), 'the film is referred to');
      assert.equal(read(await make(findings, { source })).SOPInstanceUID, told.SOPInstanceUID, 'the same again');
      assert.notEqual(read(await make(findings)).StudyInstanceUID, read(await make(findings)).StudyInstanceUID);
    }
    for (const wrong of [garbage(3000), greyPng(), dicomFile(), {}])
      await assert.rejects(
        sourceOf(wrong),
        ({ code, message }) => code === 'bad-argument' && /SOPInstanceUID/.test(message),
      );
  });

  test('a capture shows the film, and its caption in letters', async () => {
    const findings = await findingsOf(await readFile(SAMPLE));
    const view = /** @type {import('pneumoscope').View} */ (findings.view);
    const capture = read(await toSecondaryCapture(findings));
    assert.equal(capture.Columns, view.width);
    assert.ok(capture.Rows > view.height + 10);
    const pixels = new Uint8Array(capture.PixelData[0]);
    const caption = pixels.subarray(3 * view.width * view.height, 3 * capture.Columns * capture.Rows);
    const white = caption.filter((value) => value === 255).length / caption.length;
    assert.ok(white > 0.03 && white < 0.4, `${white} of the caption is white`);
    assert.ok(caption.every((value) => value === 0 || value === 255));
    const isGrey = (/** @type {Uint8Array} */ rgb) => rgb.every((value, i) => value === rgb[i - (i % 3)]);
    assert.ok(!isGrey(pixels.subarray(0, 3 * view.width * view.height)), 'the heatmap is laid over');
    const blank = await findingsOf(flatPng());
    const notJudged = read(await toSecondaryCapture(blank));
    assert.ok(isGrey(new Uint8Array(notJudged.PixelData[0])), 'no heatmap on what is not judged');
    await assert.rejects(toSecondaryCapture({ ...findings, view: null }), { code: 'bad-argument' });
  });

  test('dcmtk reads the report', { skip: absent('dsrdump') }, async (t) => {
    const file = join(await temporaryFolder(t), 'x.dcm');
    const findings = await findingsOf(await readFile(SAMPLE));
    for (const options of [{}, { source: await sourceOf(named) }]) {
      await writeFile(file, await toStructuredReport(findings, options));
      const { status, stdout, stderr } = spawnSync('dsrdump', [file], { encoding: 'utf8' });
      assert.equal(status, 0);
      assert.doesNotMatch(stderr, /^[EF]:/m);
      assert.match(stdout, /Enhanced SR Document/);
      assert.match(stdout, /<contains CODE:\(,,"Finding"\)=\(233604007,SCT,"Pneumonia"\)>/);
    }
  });

  test('dicom3tools finds no error', { skip: absent('dciodvfy') }, async (t) => {
    const file = join(await temporaryFolder(t), 'x.dcm');
    for (const options of [{}, { source: await sourceOf(named) }])
      for (const make of [toStructuredReport, toSecondaryCapture]) {
        await writeFile(file, await make(await findingsOf(named), options));
        const { stderr } = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
        assert.match(stderr, /^(EnhancedSR|SCImage)$/m);
        assert.doesNotMatch(stderr, /^Error/m);
      }
  });

  test('the command line writes both, and carries over what is asked', async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, 'film.dcm'), named);
    await writeFile(join(folder, 'film.png'), greyPng());
    for (const [asked, name] of /** @type {[string[], string][]} */ ([
      [[], ''],
      [['--carry-over'], 'Doe^Jane'],
    ])) {
      const out = join(folder, `out${asked.length}`);
      const { status, stderr } = await runCli([
        '--dicom',
        out,
        ...asked,
        join(folder, 'film.dcm'),
        join(folder, 'film.png'),
      ]);
      assert.equal(status, 0, stderr);
      assert.deepEqual(await readdir(out), ['film-2.sc.dcm', 'film-2.sr.dcm', 'film.sc.dcm', 'film.sr.dcm']);
      assert.equal(String(read(await readFile(join(out, 'film.sr.dcm'))).PatientName), name);
      assert.equal(String(read(await readFile(join(out, 'film-2.sr.dcm'))).PatientName), '');
    }
  });
});
