// Work shared out among several: each takes the next item as soon as it is free, and the results come in the items'
// order all the same, each as soon as it may. One item waits for the first to be free; the one behind it is not asked for before.

/** For each worker, how many items may be under way, or done and waiting for the result before theirs. */
const AHEAD = 4;

/**
 * @template Item, Worker, Result
 * @param {AsyncIterable<Item> | Iterable<Item>} items
 * @param {Worker[]} workers
 * @param {(item: Item, worker: Worker) => Promise<Result>} work never rejects
 * @returns {AsyncGenerator<Result>}
 */
export async function* inOrder(items, workers, work) {
  const idle = [...workers];
  /** @type {((worker: Worker) => void) | undefined} */
  let waiting;

  /** @returns {Promise<Worker>} */
  const take = async () => idle.pop() ?? new Promise((resolve) => (waiting = resolve));
  const give = (/** @type {Worker} */ worker) => {
    if (!waiting) return void idle.push(worker);
    waiting(worker);
    waiting = undefined;
  };
  const begin = async (/** @type {Item} */ item, /** @type {Worker} */ worker) => {
    const result = await work(item, worker);
    give(worker);
    return result;
  };

  const source = (async function* () {
    yield* items;
  })();
  /** The next item's work, begun; null past the last. */
  const next = async () => {
    const { done, value } = await source.next();
    return done ? null : { result: begin(/** @type {Item} */ (value), await take()) };
  };

  /** @type {Promise<Result>[]} */
  const begun = [];
  /** @type {ReturnType<typeof next> | null} */
  let coming = next();
  try {
    for (let ended = false; !ended || begun.length > 0;) {
      if (!ended && begun.length < AHEAD * workers.length) coming ??= next();
      const isFirstDone = await Promise.race([
        ...(begun.length > 0 ? [begun[0].then(() => true)] : []),
        ...(coming ? [coming.then(() => false)] : []),
      ]);
      if (isFirstDone) yield /** @type {Promise<Result>} */ (begun.shift());
      else {
        const one = await coming;
        coming = null;
        if (one) begun.push(one.result);
        else ended = true;
      }
    }
  } finally {
    source.return().catch(() => {}); // where nobody wants the rest
  }
}
