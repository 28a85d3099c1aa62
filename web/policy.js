// What the page may do, said once for the server's header and for the page itself, so that it holds on any host.

const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** For a <meta> element, where frame-ancestors is not allowed. */
export const META_POLICY = DIRECTIVES.join('; ');

export const HEADER_POLICY = [...DIRECTIVES, "frame-ancestors 'none'"].join('; ');
