// Work shared out among several: each takes the next item as soon as it is free, and the results come in the items'
// order all the same.

/** For each worker, how many items may be under way, or done and waiting for the result before theirs. */
const AHEAD = 4;

/**
 * @template Item, Worker, Result
 * @param {AsyncIterable<Item>} items
 * @param {Worker[]} workers
 * @param {(item: Item, worker: Worker) => Promise<Result>} work never rejects
 * @returns {AsyncGenerator<Result>}
 */
export async function* inOrder(items, workers, work) {
  const idle = [...workers];
  /** @type {((worker: Worker) => void)[]} */
  const waiting = [];

  /** @returns {Promise<Worker>} */
  const take = async () => idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const give = (/** @type {Worker} */ worker) => {
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
  };
  const begin = async (/** @type {Item} */ item) => {
    const worker = await take();
    const result = await work(item, worker);
    give(worker);
    return result;
  };

  /** @type {Promise<Result>[]} */
  const begun = [];
  for await (const item of items) {
    begun.push(begin(item));
    if (begun.length === AHEAD * workers.length) yield /** @type {Promise<Result>} */ (begun.shift());
  }
  yield* begun;
}
