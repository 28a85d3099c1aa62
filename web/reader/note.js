/** What stands with every answer that leaves this software. */
export const NOTE = 'Research software, not for primary diagnosis.';
