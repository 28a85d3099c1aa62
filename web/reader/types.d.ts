/**
 * pneumoscope: a chest X-ray in, findings out, and no byte leaves the machine.
 *
 *     import { createReader } from 'pneumoscope';
 *     const reader = await createReader();
 *     const { decision, probability } = await reader.read(file);
 *     reader.close();
 *
 * Research software, not a medical device.
 */

/** The four builds of the engine. `relaxed` needs relaxed SIMD, `-threads` needs shared memory. */
export type Variant = 'simd' | 'simd-threads' | 'relaxed' | 'relaxed-threads';

export type Decision =
  | 'normal'
  | 'pneumonia'
  /** In the operating point's uncertain band. */
  | 'uncertain'
  /** This model cannot judge the film; its scope says why. */
  | 'out-of-scope';

/** Why a film is out of scope. */
export type ScopeReason =
  /** The picture shows nothing. */
  | 'blank'
  /** The file says that it is no radiograph: CT, MR, US, MG, ... */
  | 'modality'
  /** The file says that it is a detector's raw picture. */
  | 'for-processing'
  /** `scope_score` is above 1: too unlike the training films. */
  | 'unlike-training'
  /** The file says that the view is lateral, oblique or decubitus. */
  | 'view'
  /** The file says that it shows another part of the body than the chest. */
  | 'body-part'
  /** The file says that the patient is under one year. */
  | 'age'
  /** A side has fewer than LEAST_SIDE pixels. */
  | 'too-small'
  /** A JPEG of quality below about 20: its blocks look like disease. */
  | 'compressed'
  /** White around the film fills two fifths: a slide, a page. */
  | 'surround';

/** Things that make a finding less dependable; none of them stops the reading. */
export type Warning =
  /** The pixels had colour; the luminance was read. */
  | 'colour'
  /** Some pixels were not opaque; black was put behind them. */
  | 'transparency'
  /** A side is shorter than the network's input. */
  | 'low-resolution'
  /** Longer than 2:1; the film was squeezed into the square input. */
  | 'aspect'
  /** The picture shows nothing: image/levels.h; if the model does not stretch levels: it uses less than 1/16 of the grey range. */
  | 'no-contrast'
  /** The view is lateral, oblique or decubitus, not frontal. */
  | 'lateral'
  /** The film shows another part of the body than the chest. */
  | 'body-part'
  /** The picture contains text, perhaps a name. */
  | 'burned-in'
  /** The file has several frames; the first was read. */
  | 'multi-frame'
  /** The film was captured from a screen, scanned or converted. */
  | 'secondary-capture'
  /** The patient is under 1 year or 6 to 17; the model saw few of them. */
  | 'age'
  /** The file lacks at most a fiftieth of the picture, or frames after the one that was read. */
  | 'truncated'
  /** The DICOM window leaves out a third of the greys that the network saw; a person who uses this window sees another picture. */
  | 'window'
  /** A JPEG of quality below about 35. */
  | 'compressed';

/** What a file says of its film. The words are the engine's own. No text of the file is here: no name, number or date. A field
 * is null if the file says nothing of it. From `transferSyntax` on, only a DICOM file can say something. */
export interface FilmFacts {
  kind: 'dicom' | 'jpeg' | 'png' | 'bmp' | 'samples' | 'tiff' | 'webp' | 'avif' | 'heic';
  /** Of the upright film, in square pixels. A film with other pixels is resampled. */
  width: number;
  height: number;
  /** Per sample as stored: 1 to 16. */
  bits: number;
  /** EXIF, 1 to 8: how the film was turned to stand upright; 1 if it was not turned. */
  orientation: number;
  /** Its UID; "other" if the engine does not know it. */
  transferSyntax: string | null;
  /** "CR", "DX", "CT", ...; "OTHER" if the file's word is no defined term. The same holds for the body part. */
  modality: string | null;
  bodyPart: string | null;
  view: 'AP' | 'PA' | 'LATERAL' | 'OBLIQUE' | 'DECUBITUS' | null;
  laterality: 'L' | 'R' | 'B' | null;
  sex: 'F' | 'M' | 'O' | null;
  /** The sides of the patient at the right and at the lower edge of the upright film, in DICOM's letters: one to three of A P L R H F,
   * the main one first. Null if the file does not say them. */
  edges: { right: string; bottom: string } | null;
  ageYears: number | null;
  /** From pixel to pixel. */
  spacingMm: number | null;
  /** The film's own values that 0 and 65535 in a view stand for. In a DICOM file these are the values after the Modality LUT, in
   * other files the samples. Null if the grey scale is no straight line. */
  valueBlack: number | null;
  valueWhite: number | null;
  frames: number;
  /** White was stored as black, and is white now. */
  inverted: boolean;
  /** Compressed with losses, now or earlier. */
  lossy: boolean;
  /** The windows that the file offers, in its own values. The first one is in force. */
  windows: { center: number; width: number }[];
}

/** Which study and which patient a DICOM film is of, and when it was made. For lists that stay on the user's own machine. A key is a
 * checksum: the same for all films of one study or patient. Whoever knows many patients' numbers can find the one behind a key, so
 * neither send nor store keys. A field is null if the file does not say. */
export interface FilmOrigin {
  study: string | null;
  /** Of the patient's number with its issuer, the date of birth or both. Null for the number alone, or one such as "ANONYMOUS" or "0". */
  patient: string | null;
  /** Of the study: 2026-11-29. */
  date: string | null;
}

/** A film's file: DICOM, JPEG, PNG, BMP or TIFF, and in a page also what the browser decodes. In Node also its path or file: address. A
 * film can also be its samples, or in a page whatever can be drawn on a canvas. The reader copies bytes and never detaches them. Do not
 * change them until the answer is there. A stream is read to its end. */
export type Film =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | Response
  | Request
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | string
  | URL
  | GreySamples
  | ByteSamples
  | ImageData
  | CanvasImageSource;

/** A film that somebody else has decoded: u16[height][width], 0 is black and 2^bits - 1 white. */
export interface GreySamples {
  data: Uint16Array<ArrayBuffer>;
  width: number;
  height: number;
  /** 1 to 16. */
  bits: number;
}

/** The same in bytes: u8[height][width][1, 3 or 4]. One channel is grey. Three are red, green and blue. Four have opacity too, as in
 * an ImageData. The reader makes grey of colours as it does for a file. */
export interface ByteSamples {
  data: Uint8Array<ArrayBuffer> | Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
  /** Bits of grey samples, 1 to 8; 8 when left out. */
  bits?: number;
}

export interface ReaderOptions {
  /** The model file: its bytes, or its address. The model that ships with the package when left out. */
  model?: string | URL | Blob | ArrayBuffer | ArrayBufferView;
  /** More models that judge each film too. The film is decoded once. `findings.also` has their answers, in this order. */
  also?: NonNullable<ReaderOptions['model']>[];
  /** Threads to compute with, 1 to 64. The machine's cores, at most 4, when left out; 1 in Firefox, where starting
   * threads can stop the page; always 1 without shared memory. If another program uses a core, all threads can take longer than
   * one. Then one thread computes alone, with the same answers. */
  threads?: number;
  /** The engine's build. The fastest that runs here when left out. */
  variant?: Variant;
  /** Arithmetic of the network: float32, or 8-bit integers. Integers are three times as fast and give the same bits on every
   * machine. It chooses among the package's models. A `model` of your own has its own precision: leave this out, or name that one. */
  precision?: 'f32' | 'int8';
  /** Longest side of `findings.view` in pixels, 0 to 4096; 1024 when left out. */
  viewSide?: number;
  /** Name of the model's operating point to decide by; the model's first when left out. */
  operatingPoint?: string;
  /** A site's own rule, as `pneumoscope validate` writes it: the bytes of its file, or the object in it. It takes the place of the
   * model's operating points. A profile of another model, or a damaged one, is refused. */
  profile?: Profile | Blob | ArrayBuffer | ArrayBufferView | null;
  /** Count what is found. Then `reader.drift` can say when recent films differ from the films that the profile was measured on.
   * True starts to count; the counts of an earlier reader are continued. */
  drift?: boolean | DriftCounts;
  /** Who the patients are, for films that do not give an age. It chooses the rule of the model. An age in the film's file counts
   * first; DICOM files mostly give it. If nobody says who the patient is, the model's own rule decides. It is more cautious. */
  patient?: Patient;
  /** The folder of worker.js, engine/ and model/ (dist/package of the package), when a bundler or a site has moved them. */
  assets?: string | URL;
  /** Ends the start. */
  signal?: AbortSignal;
  /** Called while engine and model load. `loaded` is the bytes so far, `total` all bytes; null while that is not known. */
  onProgress?: (progress: { loaded: number; total: number | null }) => void;
  /** Called with each address that the worker asked for, and the time (milliseconds since 1970), as the browser recorded them
   * when the answer came. The worker asks for nothing while it reads films. */
  onRequest?: (url: string, time: number) => void;
}

/** A child of 1 to 5 years, or an adult: the groups that a model may have a rule for. */
export type Patient =
  /** 1 to 5 years. */
  | 'child'
  /** 18 years or more. */
  | 'adult';

export interface ReadOptions {
  /** Who the patient of this film is, in place of the reader's `patient`; null: unknown. */
  patient?: Patient | null;
  /** Give the heatmap. */
  heatmap?: boolean;
  /** Give the film itself, upright and grey, at most `viewSide` long. */
  view?: boolean;
  /** Give what the network saw. */
  input?: boolean;
  /** Give the whole film of a file, in 16 bits. */
  picture?: boolean;
  /** Give what binds the film to others: see FilmOrigin. */
  origin?: boolean;
  /** Answer a film also if only its file puts it out of scope: reasons 'view', 'body-part' and 'age'. Set it when a person has
   * looked at the film. */
  readAnyway?: boolean;
  /** Drops a read that has not begun; ends the worker of one that has, and the next read starts a fresh one. */
  signal?: AbortSignal;
}

export interface Findings {
  /**
   * 'out-of-scope' if `scope.reason` is not null; else 'uncertain' in the operating point's band; else 'pneumonia' from its
   * threshold on; else 'normal'. Probability, logit and heatmap are there for every decision.
   */
  decision: Decision;
  /** Name of the model's operating point that decided; 'site' where a profile did. */
  operatingPoint: string;
  /** Of pneumonia, 0 to 1, calibrated as the model file says. */
  probability: number;
  /** Log-odds of pneumonia before calibration. */
  logit: number;
  /** The probability from which the decision is pneumonia. */
  threshold: number;
  /** The band: the decision is uncertain from the first probability to below the second. Without a band both are the threshold. */
  uncertain: [number, number];
  /** The group of patients whose rule decided and made the probability. Null for the model's own rule, for unknown patients. */
  patient: Patient | null;
  /**
   * Whether the model can judge this film. `score` is the distance from the films that it learned from: 1 is the limit. It is
   * null if the model file has no scope check. `reason` is the first of `reasons`, null if there is none. `overruled` are the
   * reasons that `readAnyway` set aside.
   */
  scope: { score: number | null; reason: ScopeReason | null; reasons: ScopeReason[]; overruled: ScopeReason[] };
  /** The evidence of each place, in log-odds of pneumonia: f32[side][side]. Null unless asked for. */
  heatmap: Grid | null;
  /** The film, upright. Null unless asked for. */
  view: View | null;
  /** What the network saw: f32[side][side], grey 0 to 1. Null unless asked for. */
  input: Grid | null;
  /** The whole film, u16[height][width] of 0 (black) to 65535: upright, with square pixels, after the grey scale that its file
   * asks for. Null unless asked for, and of grey samples. */
  picture: { width: number; height: number; data: Uint16Array<ArrayBuffer> } | null;
  /** What binds it to others. Null unless asked for, and of grey samples. */
  origin: FilmOrigin | null;
  /** What its file says of it. */
  film: FilmFacts;
  /** Of the film, upright, in pixels. */
  width: number;
  height: number;
  /** Per sample as stored: 1 to 16. */
  bits: number;
  warnings: Warning[];
  timing: Timing;
  engine: Engine;
  model: Model;
  /** What the models of the option `also` say, each by its own first operating point. */
  also: Opinion[];
  /** The site's rule that decided, and what was measured of it; null where the model's own did. */
  profile: SiteRule | null;
}

/** A site's rule, in the findings that it made. */
export interface SiteRule {
  site: string;
  /** When it was made: 2026-11-28. */
  date: string;
  /** The number of films that it was measured on. */
  films: number;
  /** Whose rule it is. */
  group: 'all' | 'children' | 'adults';
  sensitivity: number;
  specificity: number;
}

/** A share `value` of `of` films, and the ends of its 95 % interval. */
export interface MeasuredShare {
  value: number;
  low: number;
  high: number;
  of: number;
}

/** A rule for a group of patients. Its figures were measured on films that did not choose it. */
export interface ProfileRule {
  /** Of the calibrated probability. */
  threshold: number;
  uncertain: [number, number];
  /** probability = 1 / (1 + exp(-(scale * logit + bias))), as if half of all films showed pneumonia. */
  calibration: { scale: number; bias: number };
  films: { normal: number; pneumonia: number; patients: number };
  sensitivity: MeasuredShare;
  specificity: MeasuredShare;
  /** How often each decision was given, for films with and without pneumonia. */
  said: Record<'pneumonia' | 'normal', Record<Decision, number>>;
}

/** A site's own rule. profile.schema.json says the same. */
export interface Profile {
  kind: 'pneumoscope-profile';
  version: 1;
  site: string;
  date: string;
  model: Pick<Model, 'name' | 'version' | 'sha256'>;
  goal: {
    kind: 'balanced' | 'sensitivity' | 'specificity' | 'costs';
    /** The sensitivity or specificity to reach. */
    value?: number;
    /** What a missed pneumonia and a false alarm cost. */
    misses?: number;
    alarms?: number;
  };
  films: number;
  /** Share of the films that show pneumonia. */
  prevalence: number;
  rules: { all: ProfileRule; children?: ProfileRule; adults?: ProfileRule };
  /** How the measured films are distributed: their scope scores and their log-odds. */
  drift: { scope: Histogram; logit: Histogram };
  /** Checksum of the rest: it shows damage. */
  crc32: string;
}

/** Counts of the bins below the first edge, between edges, and from the last on. */
export interface Histogram {
  edges: number[];
  counts: number[];
}

/** Counts of films, by week. A week is named by its Monday. */
export interface DriftCounts {
  /** Checksum of the profile. */
  profile: string;
  weeks: Record<string, { films: number; called: number; notJudged: number; scope: number[]; logit: number[] }>;
}

/** How the films of the last eight weeks compare with the profile's. */
export interface Drift {
  films: number;
  /** Whether there are enough films to say. */
  enough: boolean;
  /** The chance that films of one kind are called different. */
  level: number;
  /** The chance that films of one kind are so far apart (Kolmogorov and Smirnov). */
  chances: { scope: number; logit: number };
  /** In what they differ. */
  differs: ('scope' | 'logit')[];
}

/** Another model's answer about a film. */
export type Opinion = Pick<
  Findings,
  'decision' | 'operatingPoint' | 'probability' | 'logit' | 'threshold' | 'uncertain' | 'patient' | 'scope' | 'model'
>;

/** u16[height][width], 0 to 65535 over all values of the film, also those that a DICOM's window cuts off. Show it from `black` to
 * `white`, in shares of 65535. They are the window that the file asks for. Without one, they are what the network saw as black and
 * white. A window may reach beyond the film's values. */
export interface View {
  width: number;
  height: number;
  data: Uint16Array<ArrayBuffer>;
  black: number;
  white: number;
}

export interface Grid {
  side: number;
  values: Float32Array<ArrayBuffer>;
}

/** Milliseconds. `total` also counts the time to hand the film to the engine and to take the findings back. */
export interface Timing {
  decode: number;
  prepare: number;
  infer: number;
  total: number;
}

export interface Engine {
  variant: Variant;
  /** Threads that compute. */
  threads: number;
  precision: 'f32' | 'int8';
  /** Of this package. */
  version: string;
}

export interface Model {
  name: string;
  version: string;
  /** Of the model file, in hexadecimal. Null without Web Crypto, that is, on a page that is no secure context. */
  sha256: string | null;
  /** The rules for deciding that the model file offers, its default first. */
  operatingPoints: OperatingPoint[];
  /** First the model's own rule, which has the points in `operatingPoints`; then the rules for groups of patients, if any. */
  rules: Rule[];
  /** The films on which their sensitivity and specificity were measured, in a sentence. */
  measuredOn: string | null;
}

/** How a model decides about a group of patients. If `patient` is null, the rule is for unknown patients. */
export interface Rule {
  patient: Patient | null;
  /** probability = 1 / (1 + exp(-(scale * logit + bias))) */
  calibration: { scale: number; bias: number };
  /** The same names in every rule of a model. */
  operatingPoints: OperatingPoint[];
}

/** An operating point of a rule. All numbers are probabilities or shares, 0 to 1. */
export interface OperatingPoint {
  name: string;
  threshold: number;
  /** As `Findings.uncertain`. */
  uncertain: [number, number];
  /** Measured at the threshold; null if the model file does not say. */
  sensitivity: number | null;
  specificity: number | null;
}

export interface Reader {
  /** The engine that runs now. After a worker has died, the engine that ran last. */
  readonly engine: Engine;
  readonly model: Model;
  /** The counts, and what they say. Null without the option `drift`. */
  readonly drift: (Drift & { counts: DriftCounts }) | null;
  /**
   * Reads a film. Films are read one at a time, in the order of the calls. Rejects with a PneumoscopeError, or with the
   * signal's reason.
   */
  read(film: Film, options?: ReadOptions): Promise<Findings>;
  /** Ends the worker. Reads that are not done are rejected with the code 'closed'. */
  close(): void;
  /** The same, for `using reader = await createReader()`. */
  [Symbol.dispose](): void;
}

export interface PoolOptions extends ReaderOptions {
  /** Readers, 1 to 64. As many as the machine has cores, at most 4, when left out. */
  size?: number;
}

/** Several readers, each in a worker of its own. They share one compiled engine. If there is more than one reader, each has one
 * thread unless `threads` says otherwise. So one reader can decode while another computes. */
export interface Pool {
  readonly size: number;
  readonly engine: Engine;
  readonly model: Model;
  /** The counts, and what they say. Null without the option `drift`. */
  readonly drift: (Drift & { counts: DriftCounts }) | null;
  /** Reads a film with the first reader that is free. */
  read(film: Film, options?: ReadOptions): Promise<Findings>;
  /**
   * Does `work` for each item with a reader that is free, and gives the results in the items' order. It asks for an item only
   * when a reader is free, and only while few finished results wait for an earlier one.
   */
  inOrder<Item, Result>(
    items: AsyncIterable<Item> | Iterable<Item>,
    work: (item: Item, reader: Reader) => Promise<Result>,
  ): AsyncGenerator<Result>;
  /** Ends all workers. Reads that are not done are rejected with the code 'closed'. */
  close(): void;
  [Symbol.dispose](): void;
}

declare global {
  /** Later versions of TypeScript define it. */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** Starts a pool of readers. Rejects as createReader does. */
export function createPool(options?: PoolOptions): Promise<Pool>;

/** What `PneumoscopeError.code` can be. The first seven come from the engine and blame the film or the model. */
export type ErrorCode =
  | 'bad-argument'
  | 'bad-image'
  | 'unsupported-image'
  | 'image-too-large'
  | 'bad-model'
  | 'unsupported-model'
  | 'no-memory'
  /** A file of the package or the model is missing, or is not what it should be. The message names its address. */
  | 'bad-asset'
  /** The film's file could not be opened. */
  | 'not-readable'
  /** This browser has no WebAssembly, or none with SIMD. */
  | 'no-wasm-simd'
  /** The engine stopped with an error. The next read gets a fresh one. */
  | 'engine-failed'
  /** The page may not start the worker, or may not run WebAssembly. The message says why, and what to do. */
  | 'worker-blocked'
  /** The worker ended without a message; with threads, it did so twice. The next read gets a fresh one. */
  | 'worker-died'
  /** An optional package is needed and is not installed. The message names it. */
  | 'missing-package'
  /** The reader did not pass its self-test. Only the page and the element give this code. */
  | 'self-test-failed'
  | 'closed';

/** The engine's refusals, and reasons that only the package's JavaScript gives: about archives, and 'moved' if a file of the
 * package is not where it should be. */
export type Reason = Refusal | 'archive' | 'encrypted' | 'no-film' | 'moved';

/** What can be wrong with a film's file. */
export type Refusal =
  /** The file has no bytes. */
  | 'empty'
  /** The file ends too early. */
  | 'truncated'
  /** The file lacks more than a fiftieth of the picture. */
  | 'incomplete'
  /** The file is damaged or contradicts itself. */
  | 'corrupt'
  /** The file has no picture in it. */
  | 'no-pixel-data'
  /** An unknown kind of file, or a DICOM report, plan or set of marks. */
  | 'not-an-image'
  /** The picture has colours, and a radiograph has none: DICOM in RGB, CMYK. */
  | 'colour'
  /** The library does not read samples with this number of bits. */
  | 'bits'
  /** A known format, in a coding that the library does not read. */
  | 'unsupported-syntax'
  /** More bytes or pixels than the limit. */
  | 'too-large'
  | 'gif'
  | 'tiff'
  | 'jpeg-xr'
  | 'jpeg-xl'
  | 'jpeg-2000'
  | 'webp'
  | 'avif'
  | 'heic'
  /** PGM, PPM, PAM. */
  | 'netpbm'
  | 'nifti'
  | 'zip'
  | 'gzip'
  | '7z'
  | 'rar'
  | 'xz'
  | 'bzip2'
  | 'zstd'
  | 'tar'
  | 'video'
  | 'pdf'
  | 'html';

export class PneumoscopeError extends Error {
  readonly name: 'PneumoscopeError';
  readonly code: ErrorCode;
  /** What is wrong with a film's file, in more detail than the code; null if the code says it all. */
  readonly reason: Reason | null;
  constructor(code: ErrorCode, message: string, reason?: Reason | null);
}

/**
 * Starts a worker, brings the engine and the model into it, and gives a reader once they are ready.
 * Rejects with a PneumoscopeError ('bad-argument', 'bad-asset', 'bad-model', 'no-wasm-simd', ...) or with the signal's
 * reason.
 */
export function createReader(options?: ReaderOptions): Promise<Reader>;

/** What the engine would decide at another operating point of the model about a film that has been read. */
export function decide(
  findings: { probability: number; scope: Pick<Findings['scope'], 'reason'> },
  operatingPoint: OperatingPoint,
): Decision;

/** What the model would say of a film that has been read, if the patient were this one; null: unknown. */
export function asPatient<Read extends Pick<Findings, 'logit' | 'operatingPoint' | 'scope' | 'model'>>(
  findings: Read,
  patient: Patient | null,
): Read;

/**
 * Draws the film from its `black` to its `white`, with the heatmap over it: RGBA pixels, u8[height][width][4], opaque. Only evidence
 * for pneumonia has colour, on one scale for all films. `opacity`, 0 to 1, is the opacity of the strongest evidence; 0.5 when left out.
 */
export function overlay(view: View, heatmap: Grid, options?: { opacity?: number }): Uint8ClampedArray<ArrayBuffer>;
