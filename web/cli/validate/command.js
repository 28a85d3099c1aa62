// pneumoscope validate DIR|CSV: labelled films to a report of how good the reader is on them, and to a rule of one's own.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HELP, readArguments } from './arguments.js';
import { MESSAGES } from './messages.js';
import { listingOf } from './listing.js';
import { picturesOf } from './pictures.js';
import { rowsOf } from './reading.js';
import { checkModel, parseProfile } from '../../reader/profile.js';
import { interruptedStatus, interruption } from '../interruption.js';
import { openPool } from '../read.js';
import { ALL_READ, print, shown, SOME_NOT_READ } from '../status.js';
import { fitProfile } from '../../validate/profile.js';
import { measure, rulesOf, rulesOfProfile } from '../../validate/measurement.js';
import style from '../../validate/report/report.css';
import { reportFile } from '../../validate/report/file.js';
import { sorted } from '../../validate/rows.js';
import { speaker } from '../../validate/words.js';
import { summary } from './summary.js';

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function validate(argv) {
  const asked = readArguments(argv);
  if (asked.show) return shown(asked.show, HELP);
  const checked = asked.checkProfile === undefined ? null : parseProfile(await readFile(asked.checkProfile, 'utf8'));
  const listing = await listingOf(asked.path, asked.labels);
  await mkdir(asked.out, { recursive: true });
  const pool = await openPool(asked.how, { viewSide: 512 });
  try {
    if (checked) checkModel(checked, pool.model);
    const rows = await rowsOf(listing, pool, { file: join(asked.out, 'rows.ndjson'), ...asked.how });
    if (interruption.aborted) return interrupted(rows.length, listing.films.length);
    return await tell(rows, listing, pool, { ...asked, checked });
  } finally {
    pool.close();
  }
}

/** @param {number} nread @param {number} nlisted */
function interrupted(nread, nlisted) {
  console.error(`${nread} of ${nlisted} films were read. The same command goes on from there.`);
  return interruptedStatus();
}

/**
 * @param {import('../../validate/rows.js').Row[]} rows @param {import('./listing.js').Listing} listing
 * @param {import('../../reader/types.d.ts').Pool} pool
 * @param {ReturnType<typeof readArguments> & { checked: import('../../reader/types.d.ts').Profile | null }} asked
 */
async function tell(rows, { films, problems, missing, unlabelled }, pool, { checked, ...asked }) {
  const { model } = pool;
  const date = new Date().toISOString().slice(0, 10);
  const rules = checked ? rulesOfProfile(checked) : rulesOf(model);
  const measurement = measure(rows, rules);
  const fit = asked.profile === undefined ? null : fitProfile(sorted(rows).read, { ...asked, date, model });
  const pictures = asked.pictures ? await picturesOf(measurement.mistakes, films, pool) : new Map();
  const { name, version, sha256 } = model;
  const made = { date, software: __VERSION__, model: { name, version, sha256 } };
  const set = { ...{ rows, rules, measurement, problems, missing, unlabelled }, made, fit, profile: checked, pictures };
  const html = reportFile(set, speaker(MESSAGES[asked.language], asked.language), style);
  const metrics = {
    ...made,
    engine: pool.engine,
    ...measurement,
    problems,
    missing,
    unlabelled,
    profile: fit?.profile ?? checked,
  };
  await writeFile(join(asked.out, 'report.html'), html);
  await writeFile(join(asked.out, 'metrics.json'), `${JSON.stringify(metrics, null, 1)}\n`);
  if (asked.profile !== undefined && fit?.profile)
    await writeFile(asked.profile, `${JSON.stringify(fit.profile, null, 1)}\n`);
  print(summary(set, join(asked.out, 'report.html'), asked.profile));
  const whole = measurement.films.notRead.length + missing.length + problems.length === 0;
  return whole ? ALL_READ : SOME_NOT_READ;
}
