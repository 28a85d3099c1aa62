/** Of the protocol between embed.html and the page that frames it (protocol.d.ts). */
export const VERSION = 1;
