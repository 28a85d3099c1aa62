// Findings as FHIR resources: valid by R4's own definitions, and true to what was found.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fhir from 'fhir';
import { createReader } from 'pneumoscope';
import { fhirBundle, toFhir } from 'pneumoscope/fhir';
import english from '../../web/view/messages/en.js';
import { flatPng, greyPng } from '../fixtures/images.js';

const validator = new fhir.Fhir();
/** @param {object} resource */
const complaints = (resource) => {
  const { messages } = validator.validate(/** @type {any} */ (resource), { errorOnUnexpected: true });
  return messages
    .filter(({ severity }) => severity === 'error')
    .map(({ location, message }) => `${location}: ${message}`);
};

test('the validator sees what is wrong', () => {
  assert.notDeepEqual(complaints({ resourceType: 'DiagnosticReport', status: 'done', patient: 'x' }), []);
});

test('what the reader writes is an observation of its own, without the software and outside the conclusion', async () => {
  const reader = await createReader({ threads: 1 });
  const findings = await reader.read(greyPng());
  const readerText = 'Left lower lobe: consolidation.\nNo effusion.';
  const [plain, report] = [{}, { readerText, effective: '2025-01-31' }].map(
    (how) => /** @type {any} */ (toFhir(findings, how)),
  );
  assert.deepEqual(complaints(report), []);
  assert.equal(report.conclusion, plain.conclusion);
  assert.equal(report.effectiveDateTime, '2025-01-31');
  const own = report.contained.find(({ id }) => id === 'reader');
  assert.deepEqual([own.valueString, own.device], [readerText, undefined]);
  assert.ok(report.result.some(({ reference }) => reference === '#reader'));
  assert.deepEqual([plain.contained.length, plain.result.length, plain.effectiveDateTime], [3, 2, undefined]);
  reader.close();
});

test('reports and their collection are valid, and say what was found', async () => {
  const reader = await createReader({ threads: 1 });
  const issued = new Date('2026-11-27T02:00:00Z');
  for (const film of [greyPng(), flatPng()]) {
    const findings = await reader.read(film);
    const report = toFhir(findings, { issued, subject: 'Patient/17', identifier: 'bed 7' });
    assert.deepEqual(complaints(report), []);
    assert.deepEqual(complaints(fhirBundle([report, report])), []);
    const [device, answer, chance] = /** @type {any[]} */ (report.contained);
    assert.equal(answer.valueCodeableConcept.coding[0].code, findings.decision);
    assert.ok(device.version[0].value.includes(findings.model.version));
    assert.deepEqual([report.status, report.issued], ['preliminary', '2026-11-27T02:00:00.000Z']);
    assert.ok(report.conclusion?.includes(english[`next.${findings.decision}`]), report.conclusion);
    if (findings.decision === 'normal') assert.match(report.conclusion ?? '', /does not rule out pneumonia/);
    const judged = findings.decision !== 'out-of-scope';
    assert.equal(judged, Boolean(chance.valueQuantity));
    assert.notEqual(judged, Boolean(chance.dataAbsentReason));
    if (judged) assert.ok(Math.abs(chance.valueQuantity.value - 100 * findings.probability) < 0.01);
    assert.doesNotMatch(JSON.stringify(toFhir(findings)), /Patient/);
  }
  assert.equal((await reader.read(flatPng())).decision, 'out-of-scope', 'one of them is not judged');
  reader.close();
});
