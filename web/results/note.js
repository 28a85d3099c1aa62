// What stands with every answer that leaves this software.

export const NOTE = 'Research software, not for primary diagnosis.';

/** @type {Record<import('../reader/types.d.ts').Decision, string>} */
export const ANSWERS = {
  pneumonia: 'Signs of pneumonia',
  uncertain: 'Uncertain: neither signs of pneumonia nor clear',
  'out-of-scope': 'Not judged: the film is unlike those that the model can judge',
  normal: 'Looks clear to the model; this does not rule out pneumonia',
};
