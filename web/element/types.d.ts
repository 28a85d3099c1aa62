/**
 * pneumoscope/pneumo-scope: the element <pneumo-scope>. The import defines the element. On a server the import does nothing.
 *
 *     import 'pneumoscope/pneumo-scope';
 *     const scope = document.querySelector('pneumo-scope');
 *     const { decision } = await scope.read(file, 'film 7');
 */

import type { Engine, Findings, Model, PneumoscopeError, Profile } from '../reader/types.d.ts';

/** What the element says of a film: the findings by the rule in force, without the film's pixels. */
export interface FilmFindings extends Findings {
  /** The film's number, from 1, in the order in which they came. */
  id: number;
  /** The name that read() got. For a film that the user chose, its file's name if the attribute `names` is set, else null. */
  name: string | null;
}

/** A film could not be read. If `id` is null, the engine did not start. */
export interface FilmFailure extends Pick<PneumoscopeError, 'code' | 'message' | 'reason'> {
  id: number | null;
  name: string | null;
}

/** First the bytes of engine and model that have loaded, then how many films have been read. */
export type Progress =
  { phase: 'loading'; loaded: number; total: number | null } | { phase: 'reading'; done: number; films: number };

export interface PneumoScopeEventMap {
  ready: CustomEvent<{ engine: Engine; model: Model }>;
  progress: CustomEvent<Progress>;
  /** One event for each film. When another rule comes into force, one event again for each film. */
  findings: CustomEvent<FilmFindings>;
  failed: CustomEvent<FilmFailure>;
}

/**
 * Attributes:
 *
 * - `assets`: address of the folder with worker.js, engine/, model/ and samples/, if a bundler or a site has moved them
 * - `model`: address of a model file of your own
 * - `operating-point`: name of the rule to decide by; the model's first when left out
 * - `profile`: address of a site's own rule, which `pneumoscope validate` made; the property also takes the rule itself
 * - `lang`: the element's language; the language of the page around it when left out
 * - `theme`: dark, light or system
 * - `controls`: "none" leaves out everything that chooses, changes or saves films
 * - `heatmap`: shows the heatmap from the start
 * - `names`: events give the names of the files that the user chose
 * - `compact`: shows only the verdict and the film, without tools, answer card and buttons
 *
 * The element is as wide as its box. From 58rem on, film and answer stand side by side; below that, one stands above the other.
 *
 * Parts for ::part(): film, tools, verdict, answer, limits. Custom properties that you can set on the element: --font; --accent and
 * --on-accent (buttons, focus); --ground, --panel, --raised, --line, --edge (surfaces and borders); --text, --quiet; --pneumonia,
 * --uncertain, --normal, --out-of-scope, each with -soft for the ground of its verdict; --corner; --control (height of buttons).
 */
export class PneumoScope extends HTMLElement {
  assets?: string;
  model?: string;
  operatingPoint: string;
  profile: string | Profile | null;
  theme: 'dark' | 'light' | 'system';
  controls: 'full' | 'none';
  compact: boolean;
  heatmap: boolean;
  names: boolean;
  /** Reads a film and shows it, as if the user had dropped it. Films are read one after the other. Rejects with a PneumoscopeError. */
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

/** The attributes as JSX and templates write them. */
export interface PneumoScopeAttributes {
  assets?: string;
  model?: string;
  'operating-point'?: string;
  lang?: string;
  theme?: 'dark' | 'light' | 'system';
  controls?: 'full' | 'none';
  profile?: string;
  compact?: boolean;
  heatmap?: boolean;
  names?: boolean;
}

/** The element's properties in JSX. React 19 and Preact listen to an event by `on` and its name. */
interface InJsx extends PneumoScopeAttributes {
  id?: string;
  class?: string;
  className?: string;
  style?: any;
  slot?: string;
  hidden?: boolean;
  title?: string;
  key?: any;
  ref?: any;
  children?: any;
  onready?: (event: PneumoScopeEventMap['ready']) => void;
  onprogress?: (event: PneumoScopeEventMap['progress']) => void;
  onfindings?: (event: PneumoScopeEventMap['findings']) => void;
  onfailed?: (event: PneumoScopeEventMap['failed']) => void;
}

declare global {
  interface HTMLElementTagNameMap {
    'pneumo-scope': PneumoScope;
  }
  namespace JSX {
    interface IntrinsicElements {
      'pneumo-scope': InJsx;
    }
  }
}

// @ts-ignore: only where React is installed
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'pneumo-scope': InJsx;
    }
  }
}

// @ts-ignore: only where Preact is installed
declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'pneumo-scope': InJsx;
    }
  }
}
