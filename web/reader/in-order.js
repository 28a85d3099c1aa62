// Work shared out among several: each takes the next item as soon as it is free, and the results come in the items'
// order all the same. One item waits for the first to be free; the one behind it is not asked for before.

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

  /** @type {Promise<Result>[]} */
  const begun = [];
  for await (const item of items) {
    begun.push(begin(item, await take()));
    if (begun.length === AHEAD * workers.length) yield /** @type {Promise<Result>} */ (begun.shift());
  }
  yield* begun;
}
