// Findings as a FHIR R4 DiagnosticReport: preliminary, with what was found as contained observations, and the software that found
// it as a contained device. Nothing of the patient is in it but what the caller gives.

/** @typedef {import('./fhir.d.ts').FhirOptions} FhirOptions */

import { ANSWERS, NEXT, NOTE, overruledOf, percentNumber, ruleOf } from './words.js';

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
const SECTIONS = 'http://terminology.hl7.org/CodeSystem/v2-0074';
const OWN = 'urn:pneumoscope';

/** @type {typeof import('./fhir.d.ts').toFhir} */
export function toFhir(findings, { issued = new Date(), subject, identifier, effective, readerText } = {}) {
  const { decision, probability, warnings, model, engine } = findings;
  const judged = decision !== 'out-of-scope';
  const device = {
    resourceType: 'Device',
    id: 'software',
    deviceName: [{ name: `Pneumoscope, ${model.name}`, type: 'model-name' }],
    version: [{ value: `model ${model.version}` }, { value: `engine ${engine.version}` }],
    note: [{ text: model.sha256 ? `SHA-256 of the model file: ${model.sha256}` : NOTE }],
  };
  const seen = { resourceType: 'Observation', status: 'preliminary', device: { reference: '#software' } };
  const answer = {
    ...seen,
    id: 'decision',
    code: { text: 'Signs of pneumonia in a frontal chest film' },
    valueCodeableConcept: { coding: [{ system: `${OWN}:decision`, code: decision }], text: ANSWERS[decision] },
    note: [
      { text: ruleOf(findings) },
      ...overruledOf(findings).map((text) => ({ text })),
      ...warnings.map((warning) => ({ text: `Warning: ${warning}` })),
      ...findings.scope.reasons.map((reason) => ({ text: `Not judged: ${reason}` })),
    ],
  };
  const chance = {
    ...seen,
    id: 'probability',
    code: { text: 'Calibrated probability of pneumonia, as if half of all films showed it' },
    ...(judged
      ? { valueQuantity: { value: percentNumber(probability), unit: '%', system: UCUM, code: '%' } }
      : { dataAbsentReason: { coding: [{ system: ABSENT, code: 'unsupported' }] } }),
  };
  const words = {
    resourceType: 'Observation',
    status: 'preliminary',
    id: 'reader',
    code: { text: 'Findings in the words of the person who read the film, not of the software' },
    valueString: readerText,
  };
  const said = readerText ? [words] : [];
  return {
    resourceType: 'DiagnosticReport',
    contained: [device, answer, chance, ...said],
    ...(identifier ? { identifier: [{ value: identifier }] } : {}),
    status: 'preliminary',
    category: [{ coding: [{ system: SECTIONS, code: 'RAD', display: 'Radiology' }] }],
    code: { coding: [{ system: LOINC, code: '30745-4', display: 'XR Chest Views' }] },
    ...(subject ? { subject: { reference: subject } } : {}),
    ...(effective ? { effectiveDateTime: effective } : {}),
    issued: issued.toISOString(),
    result: [answer, chance, ...said].map(({ id }) => ({ reference: `#${id}` })),
    conclusion: [`${ANSWERS[decision]}.`, NEXT[decision], ...overruledOf(findings), NOTE].join(' '),
  };
}

/** @type {typeof import('./fhir.d.ts').fhirBundle} */
export const fhirBundle = (reports) => ({
  resourceType: 'Bundle',
  type: 'collection',
  ...(reports.length > 0 ? { entry: reports.map((resource) => ({ resource })) } : {}), // an empty list is none in FHIR
});
