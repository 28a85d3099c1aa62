// Stands in for what a server has not: a page's scripts can be imported there, and show nothing. esbuild puts these in the
// place of the globals of the same names.

export const HTMLElement = globalThis.HTMLElement ?? class {};

export const document = globalThis.document ?? { createTreeWalker: () => ({}) };
