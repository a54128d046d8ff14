import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRunFeed } from '../../src/launch/runFeed.ts';

/** `node --expose-gc child.js <.holdfast> <runs>`: follows the runs until all are read; what that cost, as JSON. */
const [root = '', runs = '0'] = process.argv.slice(2);
const RESOLUTION_MS = 1;
const PATIENCE_MS = 300_000;

const before = await settledBytes();
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
// The same by hand, because a histogram of the loop counts only its own timer.
const gaps: number[] = [];
let last = performance.now();
const ticker = setInterval(() => {
  const now = performance.now();
  gaps.push(now - last - RESOLUTION_MS);
  last = now;
}, RESOLUTION_MS);
const began = performance.now();
const feed = createRunFeed();
const done = new Promise<void>((resolve, reject) => {
  const giveUp = setTimeout(() => reject(new Error('the runs were not read in time')), PATIENCE_MS);
  feed.onDidChange(() => {
    const all = feed.all();
    if (all.length < Number(runs) || !all.every(({ isRead }) => isRead)) return;
    clearTimeout(giveUp);
    resolve();
  });
});
feed.setRoots([root]);
await done;
const seconds = (performance.now() - began) / 1_000;
delays.disable();
clearInterval(ticker);
const cpu = process.cpuUsage();
const steps = feed.all().reduce((sum, run) => sum + run.state.steps.length, 0);
const after = await settledBytes();
// Everything is still held here, as in the extension.
const problems = feed.all().filter(({ problem, damage }) => problem !== undefined || damage !== undefined);
gaps.sort((a, b) => a - b);
process.stdout.write(
  JSON.stringify({
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    longestBlock: delays.max / 1e6 - RESOLUTION_MS,
    longestGap: gaps.at(-1),
    p99Gap: gaps[Math.floor(0.99 * gaps.length)],
    grownBytes: after - before,
    steps,
    problems: problems.length,
  }),
);
feed.dispose();

/** Heap and what hangs on it outside (typed arrays), when nothing is left to be collected. */
async function settledBytes(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await sleep(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
