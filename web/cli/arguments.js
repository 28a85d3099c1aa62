// The options of the command line, and their help. The other commands share the reader's options and add their own.

import { parseArgs } from 'node:util';
import { harmless, shown } from '../reader/errors.js';
import { MOST_THREADS, MOST_THREADS_UNASKED, PATIENTS, PRECISIONS, VARIANTS } from '../reader/options.js';
import { ownModel } from '../reader/models.js';

const SECONDS_A_FILM = 60;

/** The options that every command has which reads films. */
export const READER_HELP = `  --time-limit N    give up a film that takes longer than N seconds (${SECONDS_A_FILM})
  --operating-point NAME
                    decide by this rule of the model file (its first rule)
  --patient ${PATIENTS.join('|')}
                    who the patients are, for films that do not give an age; DICOM films mostly give it. Without this
                    option, patients of unknown age get the more cautious rule
  --read-anyway     also answer films that only their file puts out of scope: not frontal, not a chest, under one year
  --profile FILE    decide by a site's own rule, which \`pneumoscope validate\` made, and not by the model's
  --drift FILE      with --profile: keep counts in FILE, and warn if the films differ from those that the profile was
                    measured on
  --threads N       compute with N threads, 1 to ${MOST_THREADS} (the machine's cores, at most ${MOST_THREADS_UNASKED}). One film uses all of them; of
                    several films each uses one
  --variant NAME    engine build: ${VARIANTS.join(', ')} (the fastest that runs here)
  --model FILE      use this model file, and not the one in the package
  --precision NAME  arithmetic of the network: ${PRECISIONS.join(', ')} (${ownModel(undefined).precision})
  --help, --version
`;

/** The help of a command that lacks some of these options. @param {string[]} names of the options that it lacks */
export const readerHelpWithout = (...names) =>
  READER_HELP.split(/\n(?= {2}-)/)
    .filter((entry) => !names.some((name) => entry.startsWith(`  --${name}`)))
    .join('\n');

export const HELP = `Usage: pneumoscope [options] FILE|DIR...

Reads chest X-rays (DICOM, JPEG, PNG, BMP, TIFF) for signs of pneumonia and prints one row for each film. No byte leaves
this machine. If you name a folder or a zip, every film in it is read, at any depth and under any name. Its other files
are only counted. The name - means a film or a zip on standard input. Only the page reads WebP, AVIF and HEIC, because the
browser decodes them.

  --json            print one JSON object a line: file, decision, probability, logit, operatingPoint, threshold,
                    uncertain, patient, scope, warnings, film, error, timing (ms), engine, model. A path that is not
                    UTF-8 is also in fileBytes, in base64
  --csv             print the same as a table with a heading
  --files-from FILE read the films that FILE names, one on each line; - means standard input
  -0                the names in FILE end with NUL, as find -print0 writes them
  --watch DIR       read the films in DIR and those that come later, until Ctrl-C. A film is read once, when its file has
                    stopped growing
  --quiet           show no progress, and do not say how many files were left out
  --heatmap DIR     write each film that is judged into DIR with its heatmap, as NAME.heatmap.png
  --picture DIR     write each film into DIR as it was read, as NAME.png: upright, square pixels, 16 bits, after its grey
                    scale. The text of the film's file is left out
  --resume FILE     leave out the films that have a row in FILE, which --json wrote; print the rows of the others
  --dicom DIR       write findings into DIR as DICOM: a Structured Report, NAME.sr.dcm, and a Secondary Capture,
                    NAME.sc.dcm. Needs the package dcmjs
  --carry-over      with --dicom: name the patient, the study and the film in these files, as the film's own file does
${READER_HELP}
A value in brackets is what holds if you leave the option out.

Other commands; each has its own --help:
  dicomweb URL      reads the new chest films of a DICOMweb server, and can send results back
  validate DIR|CSV  measures the reader on your own labelled films, writes a report, and can write a rule for your site
  enqueue, work, collect
                    share films among processes and machines, through Redis

On a terminal, a bar shows how far the run is; NO_COLOR in the environment turns it off. After Ctrl-C or SIGTERM the
program finishes the films that it is reading. After a second one it stops at once.
Exit status: 0 every film was read; 1 some were not, or none was found; 2 wrong use, or the reader could not start;
130 Ctrl-C; 143 SIGTERM.
Research software, not a medical device.
`;

/** A mistake on the command line. */
export class UsageError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(harmless(message));
  }
}

/** @typedef {import('../reader/types.d.ts').ReaderOptions} ReaderOptions */
/** @typedef {NonNullable<import('node:util').ParseArgsConfig['options']>} Options */
/** @typedef {{ show?: 'help' | 'version', paths: string[] }} Asked */
/**
 * How films are read, whatever command asks.
 * @typedef {{ timeLimit: number, readAnyway: boolean, model?: string, profile?: string, drift?: string, reader: Pick<ReaderOptions, 'threads' | 'variant' | 'precision' | 'operatingPoint' | 'patient'> }} How
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
  patient: { type: 'string' },
  'read-anyway': { type: 'boolean', default: false },
  profile: { type: 'string' },
  drift: { type: 'string' },
  precision: { type: 'string' },
};

/**
 * @param {string[]} argv
 * @returns {Asked & How & { form: 'text' | 'json' | 'csv', heatmap?: string, picture?: string, dicom?: string, carryOver: boolean,
 *   resume?: string, filesFrom?: string, zero: boolean, watch?: string, quiet: boolean }}
 * @throws {UsageError}
 */
export function readArguments(argv) {
  const { values, show, paths } = parse(argv, {
    json: { type: 'boolean', default: false },
    csv: { type: 'boolean', default: false },
    'files-from': { type: 'string' },
    zero: { type: 'boolean', short: '0', default: false },
    watch: { type: 'string' },
    quiet: { type: 'boolean', default: false },
    heatmap: { type: 'string' },
    picture: { type: 'string' },
    dicom: { type: 'string' },
    'carry-over': { type: 'boolean', default: false },
    resume: { type: 'string' },
    ...READER_OPTIONS,
  });
  const {
    json,
    csv,
    zero,
    quiet,
    heatmap,
    picture,
    dicom,
    resume,
    watch,
    'files-from': filesFrom,
    'carry-over': carryOver,
  } = values;
  if (!show) checkFilms({ paths, filesFrom, watch });
  if (json && csv) throw new UsageError('Choose one of --json and --csv.');
  const form = json ? 'json' : csv ? 'csv' : 'text';
  return {
    show,
    paths,
    form,
    heatmap,
    picture,
    dicom,
    carryOver,
    resume,
    filesFrom,
    zero,
    watch,
    quiet,
    ...howToRead(values),
  };
}

/** @param {{ paths: string[], filesFrom?: string, watch?: string }} asked @throws {UsageError} */
function checkFilms({ paths, filesFrom, watch }) {
  const ways = [paths.length > 0 || filesFrom !== undefined, watch !== undefined].filter(Boolean).length;
  if (ways === 0) throw new UsageError('Name at least one film or folder.');
  if (ways > 1) throw new UsageError('--watch reads one folder, and no other films.');
  if (filesFrom === '-' && paths.includes('-'))
    throw new UsageError('Standard input is the list of films; it cannot be a film too.');
  const address = paths.find((path) => /^https?:\/\//i.test(path));
  if (address)
    throw new UsageError(
      `Films are read from this machine, not from ${shown(address)}: pneumoscope enqueue takes addresses.`,
    );
}

/** @param {Record<string, any>} values of READER_OPTIONS @returns {How} @throws {UsageError} */
export function howToRead(values) {
  return {
    timeLimit: values['time-limit'] === undefined ? SECONDS_A_FILM : seconds('--time-limit', values['time-limit']),
    readAnyway: values['read-anyway'],
    model: values.model,
    profile: values.profile,
    drift: values.drift,
    reader: {
      threads: values.threads === undefined ? undefined : threadCount(values.threads),
      variant: oneOf('--variant', values.variant, VARIANTS),
      precision: oneOf('--precision', values.precision, PRECISIONS),
      operatingPoint: values['operating-point'],
      patient: oneOf('--patient', values.patient, PATIENTS),
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
  throw new UsageError(`--threads must be a whole number from 1 to ${MOST_THREADS}, not "${shown(text)}".`);
}

/** @param {string} option @param {string} text @returns {number} */
export function seconds(option, text) {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
  throw new UsageError(`${option} must be a number of seconds above 0, not "${shown(text)}".`);
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
  throw new UsageError(`${option} must be ${allowed.join(', ')}, not "${shown(value)}".`);
}
