/**
 * pneumoscope/pneumo-scope: the element <pneumo-scope>. Importing it defines it; on a server the import does nothing.
 *
 *     import 'pneumoscope/pneumo-scope';
 *     const scope = document.querySelector('pneumo-scope');
 *     const { decision } = await scope.read(file, 'film 7');
 */

import type { Engine, Findings, Model, PneumoscopeError } from '../reader/types.d.ts';

/** What the element says of a film: the findings as they are by the rule in force, without the film's pixels. */
export interface FilmFindings extends Findings {
  /** Counts from 1 in the order of coming. */
  id: number;
  /** As it was handed to read(); of a film that the user chose only where the attribute `names` stands, else null. */
  name: string | null;
}

/** A film that could not be read; or, with `id` null, the engine that did not start. */
export interface FilmFailure extends Pick<PneumoscopeError, 'code' | 'message' | 'reason'> {
  id: number | null;
  name: string | null;
}

/** Bytes of engine and model that have come; then how many of the films have been read. */
export type Progress =
  { phase: 'loading'; loaded: number; total: number | null } | { phase: 'reading'; done: number; films: number };

export interface PneumoScopeEventMap {
  ready: CustomEvent<{ engine: Engine; model: Model }>;
  progress: CustomEvent<Progress>;
  /** One for each film, and again for each where another rule comes into force. */
  findings: CustomEvent<FilmFindings>;
  failed: CustomEvent<FilmFailure>;
}

/**
 * Attributes:
 *
 * - `assets`: address of the folder of worker.js, engine/, model/ and samples/, where a bundler or a site has moved them
 * - `model`: address of a model file of one's own
 * - `operating-point`: name of the rule to decide by; the model's first when left out
 * - `lang`: the language it speaks; that of the part of the page that it stands in when left out
 * - `theme`: dark, light or system
 * - `controls`: "none" leaves out all that chooses, changes or saves films
 * - `heatmap`: the heatmap is shown at first
 * - `names`: events name the files that the user chose
 *
 * Parts for ::part(): film, tools, answer, limits. Custom properties: those of tokens.css, such as --accent and --font.
 */
export class PneumoScope extends HTMLElement {
  assets?: string;
  model?: string;
  operatingPoint: string;
  theme: 'dark' | 'light' | 'system';
  controls: 'full' | 'none';
  heatmap: boolean;
  names: boolean;
  /** Reads a film and shows it, as if it had been dropped; one after the other. Rejects with a PneumoscopeError. */
  read(film: Blob | ArrayBuffer | ArrayBufferView, name?: string): Promise<FilmFindings>;

  addEventListener<Name extends keyof PneumoScopeEventMap>(
    type: Name,
    listener: (this: PneumoScope, event: PneumoScopeEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: (this: PneumoScope, event: HTMLElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'pneumo-scope': PneumoScope;
  }
}
