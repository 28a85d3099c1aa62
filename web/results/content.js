// The content tree of a report (PS3.16): TID 1500 with one measurement group (TID 1501), observed by a device (TID 1004).

import { ANSWERS, chanceOf, NEXT, NOTE, overruledOf, percentNumber, ruleOf } from './words.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {[value: string, scheme: string, meaning: string]} Code */

/** What the report's codes of our own belong to. */
export const OWN_SCHEME = '99PNEUMOSCOPE';

/** @param {string} value @param {string} meaning @returns {Code} */
const dcm = (value, meaning) => [value, 'DCM', meaning];

/** @param {Code} code */
const coded = ([CodeValue, CodingSchemeDesignator, CodeMeaning]) => ({
  CodeValue,
  CodingSchemeDesignator,
  CodeMeaning,
});

/** @param {string} type of the value @param {Code} name @param {object} value */
const item = (type, name, value) => ({ ValueType: type, ConceptNameCodeSequence: [coded(name)], ...value });
/** @param {Code} name @param {string} text */
const text = (name, text) => item('TEXT', name, { TextValue: text });
/** @param {Code} name @param {Code} code */
const code = (name, code) => item('CODE', name, { ConceptCodeSequence: [coded(code)] });
/** @param {Code} name @param {string} uid */
const uidref = (name, uid) => item('UIDREF', name, { UID: uid });
/** @param {Code} name @param {object[]} items */
const container = (name, items) => item('CONTAINER', name, { ContinuityOfContent: 'SEPARATE', ContentSequence: items });

/** @param {string} relationship @param {object[]} items */
const related = (relationship, items) => items.map((each) => ({ RelationshipType: relationship, ...each }));
/** @param {object[]} items */
const contains = (items) => related('CONTAINS', items);

/**
 * @param {Omit<Findings, 'view' | 'picture' | 'heatmap'>} findings
 * @param {import('./dicom.d.ts').Source | undefined} source
 * @param {{ device: string, tracking: string }} uids
 * @returns {object} the attributes of the root
 */
export function contentOf(findings, source, uids) {
  return {
    ...container(dcm('126000', 'Imaging Measurement Report'), [
      ...related('HAS CONCEPT MOD', [
        code(dcm('121049', 'Language of Content Item and Descendants'), ['en', 'RFC5646', 'English']),
      ]),
      ...related('HAS OBS CONTEXT', observer(findings, uids.device)),
      ...related('HAS CONCEPT MOD', [
        code(dcm('121058', 'Procedure reported'), ['399208008', 'SCT', 'Plain chest X-ray']),
      ]),
      ...(source ? contains([library(source)]) : []),
      ...contains([container(dcm('126010', 'Imaging Measurements'), contains([group(findings, uids.tracking)]))]),
    ]),
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: '1500' }],
  };
}

/** @param {Pick<Findings, 'model'>} findings @param {string} uid */
function observer({ model }, uid) {
  return [
    code(dcm('121005', 'Observer Type'), dcm('121007', 'Device')),
    uidref(dcm('121012', 'Device Observer UID'), uid),
    text(dcm('121013', 'Device Observer Name'), 'Pneumoscope'),
    text(dcm('121015', 'Device Observer Model Name'), model.name),
  ];
}

/** @param {import('./dicom.d.ts').Source} source */
function library({ SOPClassUID, SOPInstanceUID }) {
  const image = {
    ValueType: 'IMAGE',
    ReferencedSOPSequence: [{ ReferencedSOPClassUID: SOPClassUID, ReferencedSOPInstanceUID: SOPInstanceUID }],
  };
  return container(
    dcm('111028', 'Image Library'),
    contains([container(dcm('126200', 'Image Library Group'), contains([image]))]),
  );
}

/** A finding is stated only where there may be one: a system that shows no more than names and codes must not show
 * "Finding: Pneumonia" of a film that looks clear or is not judged.
 * @param {Parameters<typeof contentOf>[0]} findings @param {string} tracking */
function group(findings, tracking) {
  const { decision, probability, warnings, scope, model, engine } = findings;
  const remarks = [
    ...(decision === 'out-of-scope' ? [] : [chanceOf(probability)]),
    ruleOf(findings),
    ...overruledOf(findings),
    ...warnings.map((warning) => `Warning: ${warning}.`),
    ...scope.reasons.map((reason) => `Not judged: ${reason}.`),
  ];
  const found = decision === 'pneumonia' || decision === 'uncertain';
  const finding = code(dcm('121071', 'Finding'), ['233604007', 'SCT', 'Pneumonia']);
  const certainty = item('NUM', dcm('111012', 'Certainty of Finding'), {
    MeasuredValueSequence: [
      {
        MeasurementUnitsCodeSequence: [coded(['%', 'UCUM', 'percent'])],
        NumericValue: String(percentNumber(probability)),
      },
    ],
  });
  return container(dcm('125007', 'Measurement Group'), [
    ...related('HAS OBS CONTEXT', [
      text(dcm('112039', 'Tracking Identifier'), 'Pneumonia'),
      uidref(dcm('112040', 'Tracking Unique Identifier'), tracking),
    ]),
    ...contains(found ? [finding] : []),
    ...related('HAS CONCEPT MOD', [
      text(dcm('111001', 'Algorithm Name'), `Pneumoscope, ${model.name}`),
      text(dcm('111003', 'Algorithm Version'), `model ${model.version}, engine ${engine.version}`),
    ]),
    ...contains([
      ...(found ? [certainty] : []),
      code(['decision', OWN_SCHEME, 'Decision of the model'], [decision, OWN_SCHEME, ANSWERS[decision]]),
      text(dcm('121106', 'Comment'), [NEXT[decision], ...remarks, NOTE].join(' ')),
    ]),
  ]);
}
