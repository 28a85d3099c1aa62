// The engine's rule for deciding (judge_rule in src/findings/findings.c), for those who change the operating point
// without reading the film again.

/** @type {typeof import('./types.d.ts').decide} */
export function decide({ probability, scope }, { threshold, uncertain: [low, high] }) {
  if (scope.reason !== null) return 'out-of-scope';
  if (probability >= low && probability < high) return 'uncertain';
  return probability >= threshold ? 'pneumonia' : 'normal';
}

/** The probabilities from which the answer is pneumonia and below which it is clear: the uncertain band leaves what lies
 * between them to a person, wherever the threshold lies in it.
 * @param {Pick<import('./types.d.ts').OperatingPoint, 'threshold' | 'uncertain'>} point of operation, or findings */
export const edgesOf = ({ threshold, uncertain: [low, high] }) => ({
  from: Math.max(threshold, high),
  below: Math.min(threshold, low),
});
