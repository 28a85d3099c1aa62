// The long tasks of a page's main thread, and where their time went, out of a trace of Chromium's.

/** What a trace has to hold: the tasks, what the browser did in them, and samples of the scripts' stacks. */
export const CATEGORIES = [
  '-*',
  'toplevel',
  'loading',
  'v8',
  'v8.execute',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-v8.cpu_profiler',
];
const CAUSES = 6;

/** @typedef {{ name: string, ph: string, pid: number, tid: number, ts: number, dur: number, tdur?: number, id: string, args: any }} Event
 * times in us; `tdur` what the processor worked of `dur` */
/**
 * @typedef {object} Task times in ms
 * @property {number} processor how long the processor worked at it; other work on the machine does not count
 * @property {number} wall how long it took
 * @property {number} at when it began
 * @property {[string, number][]} browser what the browser did, the longest first, by the clock
 * @property {[string, number][]} scripts the functions of scripts with what they called, the longest first, by the clock
 */

/** @param {Buffer} trace @param {string} url what the page's address begins with @param {number} [count]
 * @returns {{ all: number, longest: Task[] }} of the page's main thread what all tasks took of the processor in ms, and the longest
 *   tasks by the same */
export function tasksOf(trace, url, count = 3) {
  /** @type {Event[]} */
  const events = JSON.parse(trace.toString()).traceEvents;
  const names = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const threads = names.map(({ pid, tid }) =>
    events
      .filter((one) => one.pid === pid && one.tid === tid && one.ph === 'X')
      .sort((a, b) => a.ts - b.ts || b.dur - a.dur),
  );
  const [mine] = threads.sort((a, b) => mentions(b, url) - mentions(a, url)); // the browser's own pages have threads too
  const samples = samplesOf(
    events.filter(({ pid }) => pid === mine[0].pid),
    mine[0].tid,
  );
  const tasks = mine.filter(isTask).filter((one, i, all) => one.ts >= (all[i - 1]?.ts ?? 0) + (all[i - 1]?.dur ?? 0)); // not those inside others
  const processor = (/** @type {Event} */ { tdur, dur }) => (tdur ?? dur) / 1000;
  const longest = [...tasks].sort((a, b) => processor(b) - processor(a)).slice(0, count);
  return {
    all: tasks.reduce((sum, task) => sum + processor(task), 0),
    longest: longest.map((task) => ({
      processor: processor(task),
      wall: task.dur / 1000,
      at: (task.ts - mine[0].ts) / 1000,
      browser: most(workIn(mine, task)),
      scripts: most(functionsIn(samples, task)),
    })),
  };
}

/** @param {Task} task */
export function describe({ processor, wall, at, browser, scripts }) {
  const list = (/** @type {[string, number][]} */ causes) =>
    causes.map(([name, of]) => `${name} ${of.toFixed(0)}`).join(', ');
  return `${processor.toFixed(0)} ms, by the clock ${wall.toFixed(0)}, at ${at.toFixed(0)} ms
    browser: ${list(browser)}\n    scripts: ${list(scripts)}`;
}

/** @param {Event[]} events @param {string} url */
const mentions = (events, url) => events.filter(({ args }) => args.data?.url?.startsWith(url)).length;

/** @param {Event} event */
const isTask = ({ name }) => name.endsWith('RunTask');

/** @param {Map<string, number>} times @returns {[string, number][]} */
const most = (times) =>
  [...times]
    .map(([name, us]) => /** @type {[string, number]} */ ([name, us / 1000]))
    .sort(([, a], [, b]) => b - a)
    .slice(0, CAUSES);

/** What the browser did in a task, each without what it called. @param {Event[]} events in the order of their start @param {Event} task */
function workIn(events, { ts, dur }) {
  const times = new Map();
  const add = (/** @type {string} */ name, /** @type {number} */ us) => times.set(name, (times.get(name) ?? 0) + us);
  /** @type {Event[]} */
  const open = [];
  for (const event of events) {
    if (isTask(event) || event.ts < ts || event.ts + event.dur > ts + dur) continue;
    while (open.length > 0 && open[open.length - 1].ts + open[open.length - 1].dur <= event.ts) open.pop();
    const caller = open.at(-1);
    add(event.name, event.dur);
    if (caller) add(caller.name, -event.dur);
    open.push(event);
  }
  return times;
}

/** @typedef {{ at: number, took: number, stack: Set<string> }} Sample */

/** @param {Event[]} events of one process @param {number} tid @returns {Sample[]} */
function samplesOf(events, tid) {
  const profile =
    events.find((one) => one.name === 'Profile' && one.tid === tid) ?? events.find(({ name }) => name === 'Profile');
  if (!profile) return [];
  /** @type {Map<number, { parent?: number, callFrame: { functionName: string, url?: string, lineNumber?: number } }>} */
  const nodes = new Map();
  /** @type {Sample[]} */
  const samples = [];
  let at = profile.args.data.startTime;
  for (const { args } of events.filter(({ name, id }) => name === 'ProfileChunk' && id === profile.id)) {
    const { cpuProfile, timeDeltas } = args.data;
    for (const node of cpuProfile?.nodes ?? []) nodes.set(node.id, node);
    for (const [i, id] of (cpuProfile?.samples ?? []).entries()) {
      at += timeDeltas[i];
      const stack = new Set();
      for (let node = nodes.get(id); node; node = nodes.get(node.parent ?? -1)) stack.add(nameOf(node.callFrame));
      samples.push({ at, took: timeDeltas[i], stack });
    }
  }
  return samples;
}

/** @param {{ functionName: string, url?: string, lineNumber?: number }} frame */
function nameOf({ functionName, url, lineNumber }) {
  return url ? `${functionName || 'a function'} (${url.replace(/.*\//, '')}:${(lineNumber ?? 0) + 1})` : functionName;
}

/** The functions that ran in a task, each with what it called. @param {Sample[]} samples @param {Event} task */
function functionsIn(samples, { ts, dur }) {
  const times = new Map();
  for (const { at, took, stack } of samples)
    if (at >= ts && at <= ts + dur)
      for (const name of stack) if (name !== '(root)') times.set(name, (times.get(name) ?? 0) + took);
  return times;
}
