// The multiply-add peak of WebAssembly on this machine: calls the loops of peak.c and divides. In a page and in Node.

const ACCUMULATORS = 10; // NROWS * NCOLUMNS
const STEPS = 200_000;
const WARM_UP_CALLS = 20; // until the engine's optimising compiler has taken over

/** Multiply-adds in one vector operation of each loop. */
const LANES = { f32_mul_add: 4, f32_relaxed_madd: 4, i16_dot: 8, i8_relaxed_dot: 16, i8_relaxed_dot_add: 16 };

/** The loops that say what f32 and int8 could reach at best. */
export const PEAK_OF = {
  f32: ['f32_mul_add', 'f32_relaxed_madd'],
  int8: ['i16_dot', 'i8_relaxed_dot', 'i8_relaxed_dot_add'],
};

/**
 * @param {BufferSource} bytes of peak_simd.wasm or peak_relaxed.wasm
 * @returns {Promise<() => Record<string, number>>} measures once: GMAC/s of every loop that the module has
 */
export async function openPeak(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes);
  const loops = /** @type {Record<string, (n: number) => number>} */ (instance.exports);
  loops.fill(251);
  const names = Object.keys(LANES).filter((name) => name in loops);
  for (const name of names) for (let call = 0; call < WARM_UP_CALLS; call++) loops[name](STEPS / 10);
  return () => Object.fromEntries(names.map((name) => [name, gmacPerSecond(loops[name], LANES[name])]));
}

/** @param {(n: number) => number} loop @param {number} lanes */
function gmacPerSecond(loop, lanes) {
  const started = performance.now();
  loop(STEPS);
  return (STEPS * ACCUMULATORS * lanes) / (performance.now() - started) / 1e6;
}
