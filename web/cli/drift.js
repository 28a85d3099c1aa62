// Running counts of what is found, kept in a file beside a site's profile: no film and no name is in them.

import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from './arguments.js';

/** @param {string} file @returns {Promise<true | import('../reader/types.d.ts').DriftCounts>} true where there are none yet */
export async function countsIn(file) {
  try {
    const counts = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof counts.profile === 'string' && typeof counts.weeks === 'object') return counts;
  } catch (/** @type {any} */ error) {
    if (error.code === 'ENOENT') return true;
  }
  throw new UsageError(`${file} holds no counts; --drift FILE makes the file where there is none.`);
}

const DIFFERS = { scope: 'their likeness to the films the model learned from', logit: 'what the model says of them' };

/** @param {Pick<import('../reader/types.d.ts').Pool, 'drift'>} pool @param {string} file gets the counts */
export function tellDrift({ drift }, file) {
  if (!drift) return;
  writeFileSync(file, `${JSON.stringify(drift.counts, null, 1)}\n`);
  if (drift.differs.length > 0)
    console.error(
      `The last ${drift.films} films differ from those of the profile in ${drift.differs.map((one) => DIFFERS[one]).join(' and in ')}` +
        ` (Kolmogorov-Smirnov, level ${drift.level}). Measure again: pneumoscope validate.`,
    );
}
