// Menus: a <details class="menu"> whose panel opens at its summary and closes at Escape, at a press elsewhere, and at one of its
// own buttons.

/** @param {EventTarget} root below which the menus are @returns {() => void} ends it */
export function closesMenus(root) {
  const ending = new AbortController();
  const { signal } = ending;
  const open = () =>
    /** @type {HTMLDetailsElement[]} */ ([
      .../** @type {ParentNode} */ (/** @type {unknown} */ (root)).querySelectorAll('details.menu[open]'),
    ]);
  root.addEventListener(
    'keydown',
    (event) => {
      if (/** @type {KeyboardEvent} */ (event).key !== 'Escape') return;
      for (const menu of open()) {
        menu.open = false;
        menu.querySelector('summary')?.focus();
      }
    },
    { signal },
  );
  addEventListener(
    'pointerdown',
    (event) => {
      const path = event.composedPath();
      for (const menu of open()) if (!path.includes(menu)) menu.open = false;
    },
    { signal },
  );
  root.addEventListener(
    'click',
    (event) => {
      const button = event.composedPath().find((one) => one instanceof Element && one.matches('button[data-closes]'));
      if (button) /** @type {Element} */ (button).closest('details')?.removeAttribute('open');
    },
    { signal },
  );
  return () => ending.abort();
}
