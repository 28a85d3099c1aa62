/** pneumoscope/fhir: findings as FHIR R4 resources, for other systems. */

import type { Findings } from '../reader/types.d.ts';

export interface FhirOptions {
  /** When; now when left out. */
  issued?: Date;
  /** A reference to the patient as the receiving system has it, as "Patient/17"; none when left out. */
  subject?: string;
  /** Of the report, as the caller calls the film. */
  identifier?: string;
  /** When the film was made, as FHIR writes dates: "2026-11-29"; not said when left out. */
  effective?: string;
  /** What a person wrote of the film. It becomes an Observation of its own, without the software, and no part of the conclusion. */
  readerText?: string;
}

/** A FHIR resource, as JSON. */
export interface Resource {
  resourceType: string;
  [key: string]: unknown;
}

/** A preliminary DiagnosticReport with the decision and the probability as contained Observations. What is not judged has no
 * probability but a reason for its absence. */
export function toFhir(
  findings: Pick<
    Findings,
    | 'decision'
    | 'probability'
    | 'threshold'
    | 'uncertain'
    | 'operatingPoint'
    | 'warnings'
    | 'scope'
    | 'model'
    | 'engine'
  >,
  options?: FhirOptions,
): Resource;

/** Several reports as one collection. */
export function fhirBundle(reports: Resource[]): Resource;
