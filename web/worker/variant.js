// Chooses the build of the engine and the number of threads from what this machine can do.

import { relaxedSimd, simd, threads as wasmThreads } from 'wasm-feature-detect';
import { badArgument, PneumoscopeError } from '../reader/errors.js';
import { MOST_THREADS_UNASKED } from '../reader/options.js';
import { cores, hasSharedMemory } from '../reader/platform.js';

/** @typedef {import('../reader/types.d.ts').Variant} Variant */

/**
 * @param {{ variant?: Variant, threads?: number }} wish
 * @returns {Promise<{ variant: Variant, threads: number }>} Rejects with 'no-wasm-simd', or with 'bad-argument' for
 *   a variant that does not run here.
 */
export async function chooseVariant(wish) {
  const can = await abilities();
  if (!can.simd) {
    const what = 'Pneumoscope needs WebAssembly with SIMD, which this browser lacks or forbids.';
    throw new PneumoscopeError('no-wasm-simd', `${what} Browsers have had it since 2021 (Safari since 2023).`);
  }
  if (wish.variant) refuseUnless(wish.variant, can);
  const threaded = wish.variant ? wish.variant.endsWith('-threads') : can.threads;
  const threads = threaded ? (wish.threads ?? threadsUnasked()) : 1;
  return { variant: wish.variant ?? fastest(can.relaxed, threads), threads };
}

/** One in Firefox: when a worker starts a thread, Firefox sometimes stops for good (Firefox 153: about 3 of 100 starts). */
function threadsUnasked() {
  const isFirefox = /Firefox\//.test(globalThis.navigator?.userAgent ?? '');
  return isFirefox ? 1 : Math.min(cores(), MOST_THREADS_UNASKED);
}

async function abilities() {
  if (typeof WebAssembly !== 'object') return { simd: false, relaxed: false, threads: false };
  const [hasSimd, relaxed, hasThreads] = await Promise.all([simd(), relaxedSimd(), wasmThreads()]);
  return { simd: hasSimd, relaxed, threads: hasThreads && hasSharedMemory() };
}

/** @param {boolean} relaxed @param {number} threads @returns {Variant} */
function fastest(relaxed, threads) {
  const base = relaxed ? 'relaxed' : 'simd';
  return threads > 1 ? `${base}-threads` : base;
}

/** @param {Variant} variant @param {{ relaxed: boolean, threads: boolean }} can */
function refuseUnless(variant, can) {
  if (variant.startsWith('relaxed') && !can.relaxed)
    throw badArgument(
      `The variant ${variant} needs relaxed SIMD, which is not to be had here. Use simd or simd-threads.`,
    );
  if (variant.endsWith('-threads') && !can.threads)
    throw badArgument(
      `The variant ${variant} needs shared memory; a page has it only when it is cross-origin isolated.`,
    );
}
