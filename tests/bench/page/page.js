// A page with one engine: starts it, reads the film once, and offers the runner to the benchmark as `globalThis.bench`.
// index.html?engine=NAME&precision=f32|int8&threads=N&network=URL&variant=NAME

/**
 * What engines/NAME.js exports as `start`.
 * @typedef {{ precision: string, threads?: number, network: string, variant?: string }} Wish
 * @typedef {{ run: () => Promise<Run>, whole?: (file: Blob) => Promise<Run> }} Runner
 *   `run`: the network alone, its input ready and its output fetched; `whole`: from a film's file on
 * @typedef {{ ms: number, outputs: number[] }} Run
 */

const { engine, threads, ...rest } = Object.fromEntries(new URLSearchParams(location.search));
const { start } = await import(`./engines/${engine}.js`);
/** @type {Runner} */
const runner = await start({ ...rest, threads: threads && Number(threads) }, '/films/film_224.jpg');
const { outputs } = await runner.run();
const firstFindingsMs = performance.now();

/** A burst of runs, the first left out: it finds the caches full of another engine's data. @param {number} n */
async function burst(n) {
  await runner.run();
  const runs = [];
  for (let i = 0; i < n; i++) runs.push(await runner.run());
  return runs;
}

/** Milliseconds from a film's file to what the engine finds; once more before, as above. @param {string} url */
async function whole(url) {
  const file = await (await fetch(url)).blob();
  await runner.whole(file);
  return (await runner.whole(file)).ms;
}

Object.assign(globalThis, { bench: { firstFindingsMs, outputs, burst, whole } });
console.log('first findings');
