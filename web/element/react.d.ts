/**
 * pneumoscope/react: <pneumo-scope> as a component.
 *
 *     import { PneumoScope } from 'pneumoscope/react';
 *     <PneumoScope film={file} onFindings={({ decision, probability }) => ...} onFailed={({ message }) => ...} />
 */

import type { ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from 'react';
import type {
  FilmFailure,
  FilmFindings,
  PneumoScope as PneumoScopeElement,
  PneumoScopeAttributes,
  PneumoScopeEventMap,
  Progress,
} from '../element/types.d.ts';

export interface PneumoScopeProps
  extends Omit<HTMLAttributes<PneumoScopeElement>, 'onProgress'>, Omit<PneumoScopeAttributes, 'operating-point'> {
  operatingPoint?: string;
  /** The film to read. It is read when the object changes; the same bytes in a new object are another film. */
  film?: Parameters<PneumoScopeElement['read']>[0] | null;
  /** The film's name in the events. */
  filmName?: string;
  onReady?: (detail: PneumoScopeEventMap['ready']['detail'], event: PneumoScopeEventMap['ready']) => void;
  onProgress?: (detail: Progress, event: PneumoScopeEventMap['progress']) => void;
  onFindings?: (detail: FilmFindings, event: PneumoScopeEventMap['findings']) => void;
  onFailed?: (detail: FilmFailure, event: PneumoScopeEventMap['failed']) => void;
}

/** Its ref is the element. */
export type PneumoScope = ForwardRefExoticComponent<PneumoScopeProps & RefAttributes<PneumoScopeElement>>;
export const PneumoScope: PneumoScope;
