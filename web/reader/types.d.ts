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

export type Decision = 'normal' | 'pneumonia' | 'uncertain' | 'out-of-scope';

/** Why a film is out of scope: there is nothing to see; it is too far from the training films; its DICOM file says that it is
 * no radiograph, or a detector's raw picture. */
export type ScopeReason = 'blank' | 'unlike-training' | 'modality' | 'for-processing';

/** Things that make a finding less dependable; none of them stops the reading. Those from 'lateral' on are what a DICOM file
 * says of itself. */
export type Warning =
  | 'colour'
  | 'transparency'
  | 'low-resolution'
  | 'aspect'
  | 'no-contrast'
  | 'lateral'
  | 'body-part'
  | 'burned-in'
  | 'multi-frame'
  | 'secondary-capture'
  | 'age'
  | 'truncated';

/** What a file says of its film. Words are the engine's own and never text of the file, whose names, numbers and dates stay in
 * it; null where it says nothing, as every file but a DICOM does from `transferSyntax` on. */
export interface FilmFacts {
  kind: 'dicom' | 'jpeg' | 'png' | 'bmp' | 'samples';
  /** Upright, in pixels, which are square: others are resampled. */
  width: number;
  height: number;
  /** Per sample as stored: 1 to 16. */
  bits: number;
  /** EXIF: 1 to 8, how it had to be turned to stand upright; 1 not at all. */
  orientation: number;
  /** Its UID; "other" for one that is not known. */
  transferSyntax: string | null;
  /** "CR", "DX", "CT", ...; "OTHER" for what is no defined term, as of the body part. */
  modality: string | null;
  bodyPart: string | null;
  view: 'AP' | 'PA' | 'LATERAL' | 'OBLIQUE' | 'DECUBITUS' | null;
  laterality: 'L' | 'R' | 'B' | null;
  sex: 'F' | 'M' | 'O' | null;
  ageYears: number | null;
  /** From pixel to pixel. */
  spacingMm: number | null;
  /** What 0 and 65535 in a view stand for, in the film's own values: after a DICOM's Modality LUT, else its samples; null where
   * its grey scale is no straight line. */
  valueBlack: number | null;
  valueWhite: number | null;
  frames: number;
  /** White was stored as black, and is white now. */
  inverted: boolean;
  /** Compressed with losses, now or earlier. */
  lossy: boolean;
  /** That the file offers, in its own values; the first is the one in force. */
  windows: { center: number; width: number }[];
}

/** A film's file: DICOM, JPEG, PNG or BMP; or its grey samples. Bytes are copied, never detached; leave them as they are until the
 * answer. */
export type Film = Blob | ArrayBuffer | ArrayBufferView | GreySamples;

/** A film that somebody else has decoded: u16[height][width], 0 is black and 2^bits - 1 white. */
export interface GreySamples {
  data: Uint16Array<ArrayBuffer>;
  width: number;
  height: number;
  /** 1 to 16. */
  bits: number;
}

export interface ReaderOptions {
  /** The model file: its bytes, or its address. The model that ships with the package when left out. */
  model?: string | URL | Blob | ArrayBuffer | ArrayBufferView;
  /** More models, which judge each film too, decoded once: `findings.also` has their answers, in this order. */
  also?: NonNullable<ReaderOptions['model']>[];
  /** Threads to compute with, 1 to 64. The machine's cores, at most 4, when left out; always 1 without shared memory. While
   * they take longer than one, as where another program has a core, one computes alone: the answers are the same. */
  threads?: number;
  /** The engine's build. The fastest that runs here when left out. */
  variant?: Variant;
  /** Arithmetic of the network: float32, or eight-bit integers, three times as fast and the same to the last bit on every
   * machine. Chooses among the package's models; a `model` of one's own has the precision that it has, and one that is
   * asked for beside it must be that. */
  precision?: 'f32' | 'int8';
  /** Longest side of `findings.view` in pixels, 0 to 4096; 1024 when left out. */
  viewSide?: number;
  /** Name of one of the model's operating points, the rule to decide by; its first when left out. */
  operatingPoint?: string;
  /** The folder of worker.js, engine/ and model/ (dist/package of the package), when a bundler or a site has moved them. */
  assets?: string | URL;
  /** Ends the start. */
  signal?: AbortSignal;
  /** Called while engine and model come in: bytes so far, and of how many; null while that is not known. */
  onProgress?: (progress: { loaded: number; total: number | null }) => void;
  /** Called with each address that the worker has asked for, and when (milliseconds since 1970), as the browser recorded
   * it once the answer was there: none is asked for while films are read. */
  onRequest?: (url: string, time: number) => void;
}

export interface ReadOptions {
  /** Give the heatmap. */
  heatmap?: boolean;
  /** Give the film itself, upright and grey, at most `viewSide` long. */
  view?: boolean;
  /** Give what the network saw. */
  input?: boolean;
  /** Give the whole film of a file, in 16 bits. */
  picture?: boolean;
  /** Drops a read that has not begun; ends the worker of one that has, and the next read starts a fresh one. */
  signal?: AbortSignal;
}

export interface Findings {
  /**
   * Out of scope where `scope.reason` is not null, else uncertain in the operating point's band, else pneumonia from its
   * threshold on, else normal. Probability, logit and heatmap are there whatever it is.
   */
  decision: Decision;
  /** Name of the model's operating point that decided. */
  operatingPoint: string;
  /** Of pneumonia, 0 to 1, calibrated as the model file says. */
  probability: number;
  /** Log-odds of pneumonia before calibration. */
  logit: number;
  /** The probability from which the decision is pneumonia. */
  threshold: number;
  /** From the first to below the second probability the decision is uncertain; both are the threshold without a band. */
  uncertain: [number, number];
  /**
   * Whether the model can judge this film. `score` is the distance from the films it learned from: 1 is the limit; null
   * where the model file holds nothing to tell by. `reason` is the first of `reasons`, null where there is none.
   */
  scope: { score: number | null; reason: ScopeReason | null; reasons: ScopeReason[] };
  /** Log-odds of pneumonia that each place argues for: f32[side][side]. Null unless asked for. */
  heatmap: Grid | null;
  /** The film, upright. Null unless asked for. */
  view: View | null;
  /** What the network saw: f32[side][side], grey 0 to 1. Null unless asked for. */
  input: Grid | null;
  /** The whole film, u16[height][width] of 0 (black) to 65535: upright, with square pixels, after the grey scale that its file
   * asks for. Null unless asked for, and of grey samples. */
  picture: { width: number; height: number; data: Uint16Array<ArrayBuffer> } | null;
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
}

/** Another model's answer about a film. */
export type Opinion = Pick<
  Findings,
  'decision' | 'operatingPoint' | 'probability' | 'logit' | 'threshold' | 'uncertain' | 'scope' | 'model'
>;

/** u16[height][width], 0 to 65535 over all values of the film, also those that a DICOM's window cuts off. `black` and `white`, as
 * shares of 65535, are the greys that the network saw as such, and that the film is best shown with. */
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

/** Milliseconds. `total` also holds the way into the engine and out of it. */
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
  /** Of the model file, in hexadecimal. Null where there is no Web Crypto: on a page that is not a secure context. */
  sha256: string | null;
  /** The rules for deciding that the model file offers, its default first. */
  operatingPoints: OperatingPoint[];
  /** The films on which their sensitivity and specificity were measured, in a sentence. */
  measuredOn: string | null;
}

/** A rule for deciding. All numbers are probabilities or shares, 0 to 1. */
export interface OperatingPoint {
  name: string;
  threshold: number;
  /** As `Findings.uncertain`. */
  uncertain: [number, number];
  /** Of the decision at the threshold, as measured; null where the model file does not say. */
  sensitivity: number | null;
  specificity: number | null;
}

export interface Reader {
  /** The engine that runs now; after a worker's death the one that last ran. */
  readonly engine: Engine;
  readonly model: Model;
  /**
   * Reads a film. Films are read one at a time, in the order of the calls. Rejects with a PneumoscopeError, or with the
   * signal's reason.
   */
  read(film: Film, options?: ReadOptions): Promise<Findings>;
  /** Ends the worker. Reads that are not done are rejected with the code 'closed'. */
  close(): void;
}

export interface PoolOptions extends ReaderOptions {
  /** Readers, 1 to 64. As many as the machine has cores, at most 4, when left out. */
  size?: number;
}

/** Several readers, each in a worker of its own, that share one compiled engine. Where there is more than one, each has one
 * thread unless `threads` says otherwise: while one decodes, another computes. */
export interface Pool {
  readonly size: number;
  readonly engine: Engine;
  readonly model: Model;
  /** Reads a film with the first reader that is free. */
  read(film: Film, options?: ReadOptions): Promise<Findings>;
  /**
   * Does `work` for each item with a reader that is free, and gives the results in the items' order. An item is not asked
   * for before there is a reader for it, nor when a few results for each reader wait for one before them.
   */
  inOrder<Item, Result>(
    items: AsyncIterable<Item> | Iterable<Item>,
    work: (item: Item, reader: Reader) => Promise<Result>,
  ): AsyncGenerator<Result>;
  /** Ends all workers. Reads that are not done are rejected with the code 'closed'. */
  close(): void;
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
  /** The engine broke off. The next read gets a fresh one. */
  | 'engine-failed'
  /** The page may not start the worker. The message says why, and what to do. */
  | 'worker-blocked'
  /** The worker ended without a word, twice where it had threads. The next read gets a fresh one. */
  | 'worker-died'
  /** An optional package is wanted that is not installed. The message names it. */
  | 'missing-package'
  /** The page's or the element's own: the reader did not pass its self-test. */
  | 'self-test-failed'
  | 'closed';

export class PneumoscopeError extends Error {
  readonly name: 'PneumoscopeError';
  readonly code: ErrorCode;
  /** A word for what is wrong with a film's file, finer than the code: 'truncated', 'corrupt', 'no-pixel-data', 'not-an-image',
   * 'colour', 'bits', 'unsupported-syntax', 'too-large'; null where the code says it all. */
  readonly reason: string | null;
  constructor(code: ErrorCode, message: string, reason?: string | null);
}

/**
 * Starts a worker, brings the engine and the model into it, and gives a reader once they are ready.
 * Rejects with a PneumoscopeError ('bad-argument', 'bad-asset', 'bad-model', 'no-wasm-simd', ...) or with the signal's
 * reason.
 */
export function createReader(options?: ReaderOptions): Promise<Reader>;

/** What the engine would decide about a film, that has been read, at another operating point of the model. */
export function decide(
  findings: { probability: number; scope: Pick<Findings['scope'], 'reason'> },
  operatingPoint: OperatingPoint,
): Decision;

/**
 * Lays the heatmap over the film, shown from its `black` to its `white`: RGBA pixels, u8[height][width][4], opaque. Only what argues for pneumonia has
 * colour, on one scale for all films. `opacity`, 0 to 1, is that of the strongest evidence; 0.5 when left out.
 */
export function overlay(view: View, heatmap: Grid, options?: { opacity?: number }): Uint8ClampedArray<ArrayBuffer>;
