// Findings as DICOM files: a Structured Report (PS3.16, TID 1500) and a Secondary Capture. dcmjs writes them; what of the patient
// is in them is what the caller hands over.

import { captioned } from './caption.js';
import { contentOf, OWN_SCHEME } from './content.js';
import { NOTE } from './words.js';
import { badArgument, PneumoscopeError } from '../reader/errors.js';

/** @typedef {import('../reader/types.d.ts').Findings} Findings */
/** @typedef {import('./dicom.d.ts').Source} Source */

const ENHANCED_SR = '1.2.840.10008.5.1.4.1.1.88.22';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** Of the film; without them there is nothing to refer to. */
const REFERENCE = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID', 'SOPClassUID'];

/** Of patient and study: type 2, they may be empty but are there. */
const IDENTITY = [
  ...['PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex'],
  ...['StudyDate', 'StudyTime', 'StudyID', 'AccessionNumber', 'ReferringPhysicianName'],
];

/** @type {typeof import('./dicom.d.ts').sourceOf} */
export async function sourceOf(film) {
  const { DicomMessage, DicomMetaDictionary } = (await dcmjs()).data;
  const read = () => {
    if (!ArrayBuffer.isView(film)) return DicomMetaDictionary.naturalizeDataset(film);
    const bytes = film.buffer.slice(film.byteOffset, film.byteOffset + film.byteLength);
    return DicomMetaDictionary.naturalizeDataset(DicomMessage.readFile(bytes, { untilTag: '7FE00010' }).dict);
  };
  const stated = orNull(read);
  if (!stated || REFERENCE.some((keyword) => !stated[keyword]))
    throw badArgument(
      `A sound DICOM file that states ${REFERENCE.join(', ')} is wanted: only such a film can be referred to.`,
    );
  const carried = [...REFERENCE, ...IDENTITY].map((keyword) => [keyword, textOf(stated[keyword])]);
  return /** @type {Source} */ (Object.fromEntries(carried));
}

/** @type {typeof import('./dicom.d.ts').toStructuredReport} */
export async function toStructuredReport(findings, { source, issued = new Date() } = {}) {
  const uid = await uidMaker(findings, source);
  const { date, time } = moment(issued);
  const device = await uid('device');
  return write(ENHANCED_SR, await common(findings, source, issued, uid, 'report'), {
    Modality: 'SR',
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    ContentDate: date,
    ContentTime: time,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PreliminaryFlag: 'PRELIMINARY',
    CodingSchemeIdentificationSequence: [
      { CodingSchemeDesignator: OWN_SCHEME, CodingSchemeName: 'Decisions of Pneumoscope' },
    ],
    ...(source ? { CurrentRequestedProcedureEvidenceSequence: [evidence(source)] } : {}),
    ...contentOf(findings, source, { device, tracking: await uid('finding') }),
  });
}

/** @type {typeof import('./dicom.d.ts').toSecondaryCapture} */
export async function toSecondaryCapture(findings, { source, issued = new Date() } = {}) {
  if (!findings.view)
    throw badArgument('A capture needs the film: read it with { view: true }, and heatmap for its places.');
  const { width, height, data } = captioned(findings, findings.view);
  const uid = await uidMaker(findings, source);
  const { date, time } = moment(issued);
  return write(SECONDARY_CAPTURE, await common(findings, source, issued, uid, 'capture'), {
    Modality: 'OT',
    ConversionType: 'WSD',
    ImageType: ['DERIVED', 'SECONDARY'],
    DerivationDescription: `The film as read, with caption. ${NOTE}`,
    PatientOrientation: '',
    Laterality: '',
    ContentDate: date,
    ContentTime: time,
    BurnedInAnnotation: 'NO',
    ...(source ? { SourceImageSequence: [referenced(source)] } : {}),
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: height,
    Columns: width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: [evenLength(data)],
    _vrMap: { PixelData: 'OB' },
  });
}

/** Patient, study, series, equipment and instance, as every object of ours states them.
 * @param {Pick<Findings, 'model' | 'engine'>} findings @param {Source | undefined} source @param {Date} issued
 * @param {Awaited<ReturnType<typeof uidMaker>>} uid @param {string} kind */
async function common({ model, engine }, source, issued, uid, kind) {
  const { date, time } = moment(issued);
  const identity = IDENTITY.map((keyword) => [keyword, source?.[keyword] ?? '']);
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    ...Object.fromEntries(identity),
    StudyInstanceUID: source?.StudyInstanceUID ?? (await uid('study')),
    SeriesInstanceUID: await uid(`${kind} series`),
    SeriesNumber: '1',
    SeriesDescription: `Pneumoscope. ${NOTE}`,
    SOPInstanceUID: await uid(kind),
    InstanceNumber: '1',
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    Manufacturer: 'Pneumoscope',
    ManufacturerModelName: model.name,
    DeviceSerialNumber: model.sha256?.slice(0, 16) ?? 'unknown',
    SoftwareVersions: [`engine ${engine.version}`, `model ${model.version}`],
  };
}

/** @param {string} SOPClassUID @param {Record<string, any>} shared @param {Record<string, any>} own @returns {Promise<Uint8Array>} */
async function write(SOPClassUID, shared, own) {
  const { DicomDict, DicomMetaDictionary } = (await dcmjs()).data;
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
      MediaStorageSOPClassUID: SOPClassUID,
      MediaStorageSOPInstanceUID: shared.SOPInstanceUID,
      TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      ImplementationClassUID: await uidOf('pneumoscope'),
      ImplementationVersionName: 'PNEUMOSCOPE',
    }),
  );
  file.dict = DicomMetaDictionary.denaturalizeDataset({ SOPClassUID, ...shared, ...own });
  return new Uint8Array(file.write());
}

/** @param {Source} source */
const referenced = ({ SOPClassUID, SOPInstanceUID }) => ({
  ReferencedSOPClassUID: SOPClassUID,
  ReferencedSOPInstanceUID: SOPInstanceUID,
});

/** @param {Source} source */
const evidence = (source) => ({
  StudyInstanceUID: source.StudyInstanceUID,
  ReferencedSeriesSequence: [
    { SeriesInstanceUID: source.SeriesInstanceUID, ReferencedSOPSequence: [referenced(source)] },
  ],
});

/** UIDs of one result. A film that is read again by the same model gets the same: a server keeps one of them.
 * @param {Pick<Findings, 'model' | 'engine'>} findings @param {Source | undefined} source */
async function uidMaker({ model, engine }, source) {
  const film = source?.SOPInstanceUID ?? crypto.randomUUID();
  return (/** @type {string} */ part) => uidOf([film, model.sha256, engine.version, part].join('\n'));
}

/** A UID of a UUID (PS3.5, B.2) that is made of a text's hash. @param {string} text */
async function uidOf(text) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).slice(0, 16);
  hash[6] = (hash[6] & 0x0f) | 0x80; // version 8, of one's own making (RFC 9562)
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return `2.25.${hash.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)}`;
}

/** @param {Date} when @returns {{ date: string, time: string }} as DICOM writes them, in the machine's own zone as a film's are */
function moment(when) {
  const local = new Date(when.getTime() - 60_000 * when.getTimezoneOffset());
  const [date, time] = local.toISOString().split(/[TZ.]/);
  return { date: date.replaceAll('-', ''), time: time.replaceAll(':', '') };
}

/** dcmjs gives names as objects and empty values as null. @param {any} value */
function textOf(value) {
  const first = Array.isArray(value) ? value[0] : value;
  return String((typeof first === 'object' ? first?.Alphabetic : first) ?? '');
}

/** @param {Uint8Array} bytes @returns {ArrayBufferLike} */
function evenLength(bytes) {
  if (bytes.length % 2 === 0) return bytes.buffer;
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  return longer.buffer;
}

/** @template T @param {() => T} get @returns {T | null} */
function orNull(get) {
  try {
    return get();
  } catch {
    return null;
  }
}

/** @returns {Promise<any>} */
async function dcmjs() {
  const found = await import('dcmjs').catch(() => {
    throw new PneumoscopeError(
      'missing-package',
      'DICOM results are written by dcmjs, which is not there: npm install dcmjs.',
    );
  });
  return found.default ?? found;
}
