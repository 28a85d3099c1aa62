// Trusted Types, where the policy requires them (web/site/policy.js; embedders' own may): the only scripts that may be started from
// an address are those of the place that this one came from. What else takes a text for code has no policy, and is refused.

// 'null' both, of a file and of its blobs.
const isOwn = (/** @type {string} */ address) => new URL(address, location.href).origin === origin;

try {
  /** @type {any} */ (globalThis).trustedTypes?.createPolicy('default', {
    createScriptURL: (/** @type {string} */ address) => (isOwn(address) ? address : null),
  });
} catch {
  // Somebody else has made one, or the policy of the site names no such.
}
