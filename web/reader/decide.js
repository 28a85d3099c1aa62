// The engine's rule for deciding (judge_rule in src/findings/findings.c), for those who change the operating point
// without reading the film again.

/** @type {typeof import('./types.d.ts').decide} */
export function decide({ probability, scope }, { threshold, uncertain: [low, high] }) {
  if (scope.reason !== null) return 'out-of-scope';
  if (probability >= low && probability < high) return 'uncertain';
  return probability >= threshold ? 'pneumonia' : 'normal';
}

/** The rule of the group decides, or the model's own where it has none for it.
 * @type {typeof import('./types.d.ts').asPatient} */
export function asPatient(findings, patient) {
  const { rules } = findings.model;
  const rule = rules.find((one) => one.patient === patient) ?? rules[0];
  const { scale, bias } = rule.calibration;
  const probability = 1 / (1 + Math.exp(-(scale * findings.logit + bias)));
  const point = rule.operatingPoints.find(({ name }) => name === findings.operatingPoint) ?? rule.operatingPoints[0];
  const { threshold, uncertain } = point;
  const decision = decide({ probability, scope: findings.scope }, point);
  return { ...findings, patient: rule.patient, probability, threshold, uncertain, decision };
}

/** The probabilities from which the answer is pneumonia and below which it is clear: the uncertain band leaves what lies
 * between them to a person, wherever the threshold lies in it.
 * @param {Pick<import('./types.d.ts').OperatingPoint, 'threshold' | 'uncertain'>} point of operation, or findings */
export const edgesOf = ({ threshold, uncertain: [low, high] }) => ({
  from: Math.max(threshold, high),
  below: Math.min(threshold, low),
});

/** The model is never surer than this, whatever its numbers say; nor than 1 less it. */
export const SUREST = 0.999;
