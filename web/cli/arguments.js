// What the command line may say, and the help that tells of it. Other commands have options of their own beside those of readers.

import { parseArgs } from 'node:util';
import { MOST_THREADS, MOST_THREADS_UNASKED, PRECISIONS, VARIANTS } from '../reader/options.js';
import { ownModel } from '../reader/models.js';

const SECONDS_A_FILM = 60;

/** Of the options that every command has which reads films. */
export const READER_HELP = `  --time-limit N    seconds that a film may take (${SECONDS_A_FILM}); one that takes longer is not read
  --operating-point NAME
                    the rule to decide by, one of those in the model file (its first)
  --threads N       threads that compute, 1 to ${MOST_THREADS} (the machine's cores, at most ${MOST_THREADS_UNASKED}): all on one
                    film where there is but one, else each on a film of its own
  --variant NAME    engine build: ${VARIANTS.join(', ')} (the fastest that runs here)
  --model FILE      a model file other than the one that ships with the package
  --precision NAME  arithmetic of the network: ${PRECISIONS.join(', ')} (${ownModel(undefined).precision})
  --help, --version
`;

export const HELP = `Usage: pneumoscope [options] FILE|DIR...

Reads chest X-rays (DICOM, JPEG, PNG, BMP) for signs of pneumonia, one row a film. No byte leaves this machine.
A folder stands for the films inside it, at any depth and whatever their names; what it holds besides is counted.

  --json            one JSON object a line: file, decision, probability, logit, operatingPoint, threshold, uncertain,
                    scope, warnings, film, error, timing in ms, engine, model
  --heatmap DIR     write each film that is judged with its heatmap into DIR, as NAME.heatmap.png
  --picture DIR     write each film as it was read into DIR, as NAME.png: upright, square pixels, after its grey scale, 16
                    bits, and nothing of what its file says of the patient
  --resume FILE     leave out the films that FILE, which --json has written, has rows of; print the others' rows
  --dicom DIR       write findings into DIR as DICOM, NAME.sr.dcm a Structured Report and NAME.sc.dcm a Secondary Capture; needs
                    the package dcmjs
  --carry-over      let those name the patient, the study and the film as the film's own file does
${READER_HELP}
Other commands, each with a --help of its own:
  dicomweb URL      reads the new chest films of a DICOMweb server, and sends results back
  enqueue, work, collect
                    hand films to other processes and machines through Redis

Ctrl-C finishes the films that are being read; a second one does not wait for them.
Exit status: 0 every film was read; 1 some were not, or none was found; 2 wrong use, or the reader could not start; 130 Ctrl-C.
Research software, not a medical device.
`;

/** A mistake on the command line. */
export class UsageError extends Error {}

/** @typedef {import('../reader/types.d.ts').ReaderOptions} ReaderOptions */
/** @typedef {NonNullable<import('node:util').ParseArgsConfig['options']>} Options */
/** @typedef {{ show?: 'help' | 'version', paths: string[] }} Asked */
/**
 * How films are read, whatever command asks.
 * @typedef {{ timeLimit: number, model?: string, reader: Pick<ReaderOptions, 'threads' | 'variant' | 'precision' | 'operatingPoint'> }} How
 */

/** @type {Options} */
const SHOW = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
};

/** @type {Options} */
export const READER_OPTIONS = {
  threads: { type: 'string' },
  variant: { type: 'string' },
  model: { type: 'string' },
  'time-limit': { type: 'string' },
  'operating-point': { type: 'string' },
  precision: { type: 'string' },
};

/**
 * @param {string[]} argv
 * @returns {Asked & How & { json: boolean, heatmap?: string, picture?: string, dicom?: string, carryOver: boolean, resume?: string }}
 * @throws {UsageError}
 */
export function readArguments(argv) {
  const { values, show, paths } = parse(argv, {
    json: { type: 'boolean', default: false },
    heatmap: { type: 'string' },
    picture: { type: 'string' },
    dicom: { type: 'string' },
    'carry-over': { type: 'boolean', default: false },
    resume: { type: 'string' },
    ...READER_OPTIONS,
  });
  if (!show && paths.length === 0) throw new UsageError('Name at least one film or folder.');
  const { json, heatmap, picture, dicom, resume, 'carry-over': carryOver } = values;
  return { show, paths, json, heatmap, picture, dicom, carryOver, resume, ...howToRead(values) };
}

/** @param {Record<string, any>} values of READER_OPTIONS @returns {How} @throws {UsageError} */
export function howToRead(values) {
  return {
    timeLimit: values['time-limit'] === undefined ? SECONDS_A_FILM : seconds('--time-limit', values['time-limit']),
    model: values.model,
    reader: {
      threads: values.threads === undefined ? undefined : threadCount(values.threads),
      variant: oneOf('--variant', values.variant, VARIANTS),
      precision: oneOf('--precision', values.precision, PRECISIONS),
      operatingPoint: values['operating-point'],
    },
  };
}

/** @param {string[]} args @param {Options} options @returns {Asked & { values: Record<string, any> }} @throws {UsageError} */
export function parse(args, options) {
  try {
    const { values, positionals: paths } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...options, ...SHOW },
    });
    return { values, paths, show: values.help ? 'help' : values.version ? 'version' : undefined };
  } catch (error) {
    throw new UsageError(/** @type {Error} */ (error).message);
  }
}

/** @param {string} text @returns {number} */
function threadCount(text) {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_THREADS) return count;
  throw new UsageError(`--threads must be a whole number from 1 to ${MOST_THREADS}, not "${text}".`);
}

/** @param {string} option @param {string} text @returns {number} */
export function seconds(option, text) {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
  throw new UsageError(`${option} must be a number of seconds above 0, not "${text}".`);
}

/**
 * @template {string} T
 * @param {string} option
 * @param {string | undefined} value
 * @param {readonly T[]} allowed
 * @returns {T | undefined}
 */
function oneOf(option, value, allowed) {
  const found = allowed.find((one) => one === value);
  if (value === undefined || found) return found;
  throw new UsageError(`${option} must be ${allowed.join(', ')}, not "${value}".`);
}
