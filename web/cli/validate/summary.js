// What `pneumoscope validate` prints: the first figures, and where the rest is.

import messages from '../../validate/messages/en.js';
import { speaker } from '../../validate/words.js';

/** @param {import('../../validate/report/report.js').Set} set @param {string} report @param {string | undefined} profile @returns {string} */
export function summary({ measurement, fit, problems, missing, unlabelled }, report, profile) {
  const { t, percent, fine } = speaker(messages, 'en');
  const { films, rules, auc } = measurement;
  const shares = /** @type {const} */ (['found', 'missed', 'alarms', 'left']).flatMap((name) => {
    const share = rules[0][name];
    if (!share) return [];
    const { value, low, high, of } = share;
    return [
      `${t(`tile.${name}`).padEnd(20)} ${percent(value).padStart(6)}  (${percent(low)} to ${percent(high)}, of ${of})`,
    ];
  });
  const odd = /** @type {const} */ ([
    ['list.not-read', films.notRead.length],
    ['list.problems', problems.length],
    ['list.missing', missing.length],
    ['list.unlabelled', unlabelled.length],
    ['list.twice', films.twice.length],
    ['list.contradicted', films.contradicted.length],
    ['list.both', films.patientsInBoth.length],
  ]).flatMap(([key, count]) => (count > 0 ? [t(key, { count })] : []));
  const lines = [
    `${films.read} films: ${films.pneumonia} with pneumonia, ${films.normal} without. Rule: ${rules[0].name}.`,
    ...shares,
    ...(auc
      ? [
          `${'AUC'.padEnd(20)} ${fine(auc.value).padStart(6)}  (${fine(auc.low ?? auc.value)} to ${fine(auc.high ?? auc.value)})`,
        ]
      : []),
    ...odd,
    ...(fit ? [ruleLine(fit, profile)] : []),
    `Report: ${report}`,
  ];
  return `${lines.join('\n')}\n`;

  /** @param {import('../../validate/profile.js').Fit} made @param {string | undefined} file */
  function ruleLine({ profile: rule, few }, file) {
    if (!rule) return t('profile.few', { ...few });
    const { sensitivity, specificity } = rule.rules.all;
    return `Rule of ${rule.site}: sensitivity ${percent(sensitivity.value)}, specificity ${percent(specificity.value)}, on films that did not choose it: ${file}`;
  }
}
