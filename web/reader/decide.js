// The engine's rule for deciding (judge_rule in src/findings/findings.c), for those who change the operating point
// without reading the film again.

/** @type {typeof import('./types.d.ts').decide} */
export function decide({ probability, scope }, { threshold, uncertain: [low, high] }) {
  if (scope.reason !== null) return 'out-of-scope';
  if (probability >= low && probability < high) return 'uncertain';
  return probability >= threshold ? 'pneumonia' : 'normal';
}
