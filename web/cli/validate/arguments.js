// What `pneumoscope validate` may be told.

import { howToRead, parse, READER_OPTIONS, readerHelpWithout, UsageError } from '../arguments.js';
import { readClasses, USUAL_CLASSES } from '../../validate/classes.js';
import { LEAST_OF_A_CLASS } from '../../validate/profile.js';
import { COLUMN_NAMES } from '../../validate/table.js';
import { MESSAGES } from './messages.js';

const LANGUAGES = Object.keys(MESSAGES);

export const HELP = `Usage: pneumoscope validate [options] DIR|CSV

Measures the reader on your own labelled films: how many pneumonias it finds, how many false alarms it gives, and whether
its probabilities hold. No byte leaves this machine. DIR has folders NORMAL and PNEUMONIA, at any depth. The name of the
folder above them is the site. CSV has the columns path and label, and it may have patient, age, sex, view and site. What
CSV does not say is taken from the DICOM files.

  --out DIR         write report.html, metrics.json and rows.ndjson into DIR (pneumoscope-report). A film that has a row
                    in rows.ndjson by the same model is not read again: an interrupted run goes on
  --classes A,B     the labels of films without and with pneumonia; join several with "+": clear+healthy,pneumonia
  --columns A=B,... the table's own names for the columns: path=file,label=finding
  --no-pictures     leave the pictures of the surest mistakes out of the report
  --language NAME   language of the report: ${LANGUAGES.join(', ')} (en)
  --profile FILE    fit a rule to these films and write it into FILE; other commands read it with --profile. This needs
                    ${LEAST_OF_A_CLASS} films of each class. The report measures the rule on films that did not choose it
  --site NAME       name of the site that the rule is for (this site)
  --sensitivity N, --specificity N, --costs M:A
                    what the rule must reach, such as 0.95; or the costs of a missed pneumonia and of a false alarm.
                    Without these, the sum of sensitivity and specificity is made as large as possible
  --check-profile FILE
                    judge the films by a profile that exists, and report how good it is
${readerHelpWithout('profile', 'drift', 'operating-point')}
Exit status: 0 every film was read; 1 some were not; 2 wrong use; 130 Ctrl-C: run the same command again and it goes on.
Research software, not a medical device.
`;

/** @param {string[]} argv */
export function readArguments(argv) {
  const { profile: _, drift: __, 'operating-point': ___, ...reading } = READER_OPTIONS;
  const { values, show, paths } = parse(argv, {
    out: { type: 'string', default: 'pneumoscope-report' },
    classes: { type: 'string' },
    columns: { type: 'string' },
    'no-pictures': { type: 'boolean', default: false },
    language: { type: 'string', default: 'en' },
    profile: { type: 'string' },
    site: { type: 'string', default: 'this site' },
    sensitivity: { type: 'string' },
    specificity: { type: 'string' },
    costs: { type: 'string' },
    'check-profile': { type: 'string' },
    ...reading,
  });
  if (!show && paths.length !== 1) throw new UsageError('Name one folder or one table of labelled films.');
  if (!LANGUAGES.includes(values.language))
    throw new UsageError(`--language must be ${LANGUAGES.join(', ')}, not "${values.language}".`);
  return {
    ...{ show, path: paths[0], out: values.out, language: values.language, site: values.site },
    labels: { classes: classesOf(values.classes), columns: columnsOf(values.columns) },
    pictures: !values['no-pictures'],
    profile: values.profile,
    checkProfile: values['check-profile'],
    goal: goalOf(values),
    how: howToRead({ ...values, profile: undefined }),
  };
}

/** @param {string | undefined} text */
function classesOf(text) {
  const classes = text === undefined ? USUAL_CLASSES : readClasses(text);
  if (classes) return classes;
  throw new UsageError(
    `--classes must be names of films without and with pneumonia, as NORMAL,PNEUMONIA, not "${text}".`,
  );
}

/** @param {string | undefined} text @returns {Partial<Record<import('../../validate/table.js').Column, string>>} */
function columnsOf(text) {
  const pairs = (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split('='));
  for (const [name, own] of pairs)
    if (!COLUMN_NAMES.some((one) => one === name) || !own)
      throw new UsageError(
        `--columns must be pairs of ${COLUMN_NAMES.join(', ')} and the table's names, as path=file.`,
      );
  return Object.fromEntries(pairs);
}

/** @param {Record<string, any>} values @returns {import('../../validate/profile.js').Goal} */
function goalOf(values) {
  const named = /** @type {const} */ (['sensitivity', 'specificity', 'costs']).filter(
    (name) => values[name] !== undefined,
  );
  const [kind] = named;
  if (named.length > 1) throw new UsageError(`A rule has one goal: ${named.map((name) => `--${name}`).join(' or ')}.`);
  if (named.length > 0 && values.profile === undefined)
    throw new UsageError(`--${kind} is the goal of a rule; --profile FILE says where to write the rule.`);
  if (kind === undefined) return { kind: 'balanced' };
  if (kind === 'costs') return costs(values.costs);
  const value = Number(values[kind]);
  if (values[kind].trim() !== '' && value > 0 && value < 1) return { kind, value };
  throw new UsageError(`--${kind} must be a share between 0 and 1, such as 0.95, not "${values[kind]}".`);
}

/** @param {string} text @returns {import('../../validate/profile.js').Goal} */
function costs(text) {
  const [misses, alarms] = text.split(':').map(Number);
  if (misses > 0 && alarms > 0 && Number.isFinite(misses / alarms)) return { kind: 'costs', misses, alarms };
  throw new UsageError(`--costs must be what a missed pneumonia and a false alarm cost, as 5:1, not "${text}".`);
}
