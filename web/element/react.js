// <pneumo-scope> as a component of React, from version 17 on, and of Preact through its compat: events come to functions, and films
// as a prop.

'use client';

import { createElement, forwardRef, useEffect, useImperativeHandle, useRef } from 'react';
import './pneumo-scope.js';

/** The props that are the element's events. */
const EVENTS = { onReady: 'ready', onProgress: 'progress', onFindings: 'findings', onFailed: 'failed' };
/** The props that have another name as attributes. @type {Record<string, string>} */
const RENAMED = { className: 'class', operatingPoint: 'operating-point' };

/** An attribute that is on or off stands there or does not. @param {[string, unknown]} prop */
const attribute = ([name, value]) => [RENAMED[name] ?? name, value === true ? '' : value === false ? undefined : value];

export const PneumoScope = forwardRef(function PneumoScope(
  /** @type {any} */ { film, filmName, ...props },
  /** @type {any} */ ref,
) {
  const element = useRef(/** @type {any} */ (null));
  const latest = useRef(props);
  latest.current = props;
  useImperativeHandle(ref, () => element.current, []);
  useEffect(() => {
    const stop = new AbortController();
    for (const [prop, name] of Object.entries(EVENTS))
      element.current.addEventListener(
        name,
        (/** @type {CustomEvent} */ event) => latest.current[prop]?.(event.detail, event),
        stop,
      );
    return () => stop.abort();
  }, []);
  useEffect(() => {
    if (film) element.current.read(film, filmName).catch(() => {}); // onFailed says why
  }, [film]);
  const attributes = Object.entries(props).filter(([name]) => !(name in EVENTS));
  return createElement('pneumo-scope', { ...Object.fromEntries(attributes.map(attribute)), ref: element });
});
