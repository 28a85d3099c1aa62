/**
 * pneumoscope/frame: the reader in a frame of its own, on a site of its own, and the messages between.
 *
 *     import { connect } from 'pneumoscope/frame';
 *     const frame = await connect(document.querySelector('iframe')); // its src is embed.html of a Pneumoscope site
 *     const { decision } = await frame.read(file, 'film 7');
 *
 * Protocol, version 1. Every message outside the port is { pneumoscope: 1, type }: the frame posts 'listening' once it has loaded
 * and in answer to a 'hello'; the page answers with 'connect' and a MessagePort; the frame says 'connected' through the port, or
 * posts 'refused' with a `message` where the page's origin is none that its embed.html names. The rest goes through the port.
 */

import type { FilmFindings, Progress } from '../element/types.d.ts';
import type { Engine, Model, PneumoscopeError } from '../reader/types.d.ts';

export interface FrameError extends Pick<PneumoscopeError, 'message' | 'reason'> {
  code: PneumoscopeError['code'] | 'unexpected';
}

/** Attributes of the element that a page may set. */
export interface FrameSettings {
  operatingPoint?: string;
  /** A site's own rule, or null for the model's. */
  profile?: import('../reader/types.d.ts').Profile | null;
  lang?: string;
  theme?: 'dark' | 'light' | 'system';
  controls?: 'full' | 'none';
  heatmap?: boolean;
}

export type ToFrame =
  | { type: 'read'; id: number; film: Blob | ArrayBuffer | ArrayBufferView; name?: string }
  | { type: 'set'; attributes: FrameSettings };

/** `id` is that of the read, whose findings come again where another rule comes into force; null for a film that the user chose in
 * the frame, and for an engine that did not start. */
export type FromFrame =
  | { type: 'connected'; version: 1 }
  | { type: 'ready'; engine: Engine; model: Model }
  | { type: 'progress'; progress: Progress }
  | { type: 'findings'; id: number | null; findings: FilmFindings }
  | { type: 'failed'; id: number | null; error: FrameError }
  | { type: 'resize'; height: number };

export interface Frame {
  /** Reads a film and shows it in the frame. Rejects with an Error that has `code` and `reason`. */
  read(film: Blob | ArrayBuffer | ArrayBufferView, name?: string): Promise<FilmFindings>;
  set(attributes: FrameSettings): void;
  /** Ends the connection; open reads are rejected with the code 'closed'. */
  close(): void;
}

/**
 * @param onMessage called with each message of the frame that answers no read
 * Rejects where the frame refuses, or says nothing for `patience` milliseconds (20,000 when left out).
 */
export function connect(
  iframe: HTMLIFrameElement,
  options?: { onMessage?: (message: FromFrame) => void; patience?: number },
): Promise<Frame>;
