/** pneumoscope/dicom: findings as DICOM files, for other systems. Needs the package dcmjs, which the caller installs. */

import type { Findings } from '../reader/types.d.ts';

/** What ties a result to a film and its patient, by DICOM's own keywords. */
export interface Source {
  StudyInstanceUID: string;
  SeriesInstanceUID: string;
  SOPInstanceUID: string;
  SOPClassUID: string;
  /** Type 2 attributes of patient and study, as the film's file has them: PatientName, PatientID, PatientBirthDate, PatientSex,
   * StudyDate, StudyTime, StudyID, AccessionNumber, ReferringPhysicianName. */
  [keyword: string]: string;
}

export interface DicomOptions {
  /** Of the film, from `sourceOf`: its patient, study and UIDs are carried over. Left out, the result names no patient and stands in
   * a study of its own. */
  source?: Source;
  /** When; now when left out. */
  issued?: Date;
}

/**
 * The identity that a DICOM file states, or a data set in the DICOM JSON Model, as a DICOMweb server gives it. This is what the reader itself never gives out: ask only where the result goes back to the
 * system that the film came from.
 * @throws PneumoscopeError `missing-package`, or `bad-argument` where the bytes are no DICOM file
 */
export function sourceOf(film: Uint8Array | object): Promise<Source>;

/**
 * A preliminary, unverified Enhanced SR of template TID 1500: the decision, and where it is `pneumonia` or `uncertain` that finding with
 * the probability as its certainty; the probability of a film that looks clear stands in the comment. Explicit little endian, UTF-8. The same source and findings give the same UIDs.
 * @throws PneumoscopeError `missing-package`
 */
export function toStructuredReport(
  findings: Omit<Findings, 'view' | 'picture' | 'heatmap'>,
  options?: DicomOptions,
): Promise<Uint8Array>;

/**
 * A Secondary Capture: the film with its heatmap where it is judged and the findings hold one, and the answer, rule, versions and
 * "research software" beneath in letters.
 * @param findings read with `view: true`
 * @throws PneumoscopeError `missing-package`, or `bad-argument` where the findings hold no view
 */
export function toSecondaryCapture(findings: Findings, options?: DicomOptions): Promise<Uint8Array>;
