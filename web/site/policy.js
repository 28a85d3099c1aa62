// What the page may do and the headers it is meant to be served with: said once, for the server, for the service worker
// (which gives them to the page on hosts that cannot set headers) and for the page itself.

const NOTHING_ELSE = [
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'", // no text becomes code but what these two let pass:
  'trusted-types lit-html default', // the templates' own, and web/reader/own-scripts.js
];

const HOSTED = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'", // the engine is WebAssembly; this allows to compile it, and no eval()
  "worker-src 'self'",
  "connect-src 'self'", // the engine, the model and the samples come from beside the page
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "manifest-src 'self'",
  ...NOTHING_ELSE,
];

/** For a <meta> element, where frame-ancestors is not allowed. */
export const META_POLICY = HOSTED.join('; ');

/**
 * For the edition in a single file, which may not even ask the place it came from for anything.
 * @param {{ script: string, style: string }} hashes of the only script and the only style sheet, as 'sha256-…'
 */
export const singleFilePolicy = ({ script, style }) =>
  [
    "default-src 'none'",
    "connect-src 'none'", // default-src says so already; this line is for people who read the policy
    `script-src '${script}' 'wasm-unsafe-eval'`, // the engine is WebAssembly
    'worker-src blob:', // the worker's script is in this file too, and a blob is the only way to start it from there
    'img-src blob: data:', // films' pictures
    `style-src '${style}'`,
    ...NOTHING_ELSE,
  ].join('; ');

export const HEADERS = {
  'Content-Security-Policy': [...HOSTED, "frame-ancestors 'none'"].join('; '),
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=()', // none is asked for
};

/** Of embed.html, which other sites may have in a frame.
 * @param {string} embedders their origins, apart by spaces; 'self', or * for any */
export const embedHeaders = (embedders) => ({
  ...HEADERS,
  'Content-Security-Policy': [...HOSTED, `frame-ancestors ${embedders}`].join('; '),
  'Cross-Origin-Resource-Policy': 'cross-origin',
});

/** Without these two a page gets no shared memory, and the engine one thread. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
