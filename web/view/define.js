// Custom elements are defined once in a page, however many copies of this script it has, and not at all on a server.

/** @param {string} name @param {CustomElementConstructor} element */
export function define(name, element) {
  const registry = globalThis.customElements;
  if (registry && !registry.get(name)) registry.define(name, element);
}
