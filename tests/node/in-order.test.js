import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { inOrder } from '../../web/reader/in-order.js';

/** Numbers from 0; `taken` says how many have been asked for. @param {number} n */
function counted(n) {
  const items = { taken: 0 };
  items[Symbol.asyncIterator] = async function* () {
    while (items.taken < n) yield items.taken++;
  };
  return items;
}

/** Work that ends when `finish[item]` is called; `running` names who is at what. */
function heldWork() {
  const held = { finish: [], running: new Map() };
  held.work = async (item, worker) => {
    assert.ok(!held.running.has(worker), 'one thing at a time for each worker');
    held.running.set(worker, item);
    await new Promise((resolve) => (held.finish[item] = resolve));
    held.running.delete(worker);
    return `${item} done`;
  };
  return held;
}

test('several work at once, and a slow item holds up the results but not the others', async () => {
  const { finish, running, work } = heldWork();
  const results = inOrder(counted(5), ['a', 'b'], work);
  const first = results.next();
  await turn();
  assert.deepEqual([...running.values()].sort(), [0, 1]);
  for (const item of [1, 2, 3]) {
    finish[item]();
    await turn();
  }
  assert.deepEqual([...running.values()].sort(), [0, 4]);
  finish[0]();
  finish[4]();
  assert.equal((await first).value, '0 done');
  const rest = [];
  for await (const result of results) rest.push(result);
  assert.deepEqual(rest, ['1 done', '2 done', '3 done', '4 done']);
});

test('no more items are taken than a few for each worker while the first is not done', async () => {
  const { finish, work } = heldWork();
  const items = counted(1000);
  const results = inOrder(items, ['a', 'b'], work);
  const first = results.next();
  for (let item = 1; item < 100; item++) {
    await turn();
    finish[item]?.();
  }
  assert.ok(items.taken >= 2 && items.taken <= 10, `${items.taken} were taken`);
  finish[0]();
  assert.equal((await first).value, '0 done');
});

test('nothing comes of nothing', async () => {
  assert.equal((await inOrder(counted(0), ['a'], heldWork().work).next()).done, true);
});
