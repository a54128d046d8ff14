import { afterEach, expect, test } from 'vitest';
import { createSlices, type Slices } from '../../src/launch/slices.ts';

// No test here waits for a clock: each waits for turns of the event loop.

const made: Slices[] = [];
afterEach(() => {
  for (const slices of made.splice(0)) slices.dispose();
});

const make = (budgetMs?: number): Slices => {
  const slices = createSlices(budgetMs);
  made.push(slices);
  return slices;
};

/** Lets everything that was put off run, until `isDone`, at most so many turns. */
async function turns(isDone: () => boolean, atMost = 10_000): Promise<void> {
  for (let turn = 0; turn < atMost && !isDone(); turn++)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}

test('work is put off, then done to its end', async () => {
  const slices = make();
  let left = 5;
  slices.add(() => --left > 0);
  expect(left).toBe(5);
  await turns(() => left === 0);
  // Nobody is asked again after having said that there is no more.
  await turns(() => false, 20);
  expect(left).toBe(0);
});

test('a long piece of work does not keep a short one waiting', async () => {
  const slices = make();
  const log: string[] = [];
  const work = (name: string, pieces: number) => () => {
    log.push(name);
    return log.filter((entry) => entry === name).length < pieces;
  };
  slices.add(work('long', 3));
  slices.add(work('short', 1));
  await turns(() => log.length === 4);
  expect(log).toEqual(['long', 'short', 'long', 'long']);
});

test('what is urgent comes before what is waiting', async () => {
  const slices = make();
  const log: string[] = [];
  const say = (name: string) => () => {
    log.push(name);
    return false;
  };
  slices.add(say('a'));
  slices.add(say('b'));
  slices.add(say('urgent'), true);
  await turns(() => log.length === 3);
  expect(log).toEqual(['urgent', 'a', 'b']);
});

test('work may ask for more work', async () => {
  const slices = make();
  const log: string[] = [];
  slices.add(() => {
    slices.add(() => {
      log.push('inner');
      return false;
    });
    log.push('outer');
    return false;
  });
  await turns(() => log.length === 2);
  expect(log).toEqual(['outer', 'inner']);
});

test('others get their turn long before much work is done', async () => {
  const slices = make(1);
  const MUCH = 5_000_000;
  let pieces = 0;
  slices.add(() => (pieces += 1) < MUCH);
  await turns(() => pieces > 0);
  expect(pieces).toBeGreaterThan(0);
  expect(pieces).toBeLessThan(MUCH);
});

test('nothing is done after disposal', async () => {
  const slices = make();
  let pieces = 0;
  slices.add(() => (pieces += 1) > 0);
  slices.dispose();
  await turns(() => false, 20);
  expect(pieces).toBe(0);
});

// Regression: a piece that disposes of the slices while it works, and says that there is more to do, is taken up again all the same: it
// is put back after the list was cleared, and goes on for ever.
test('nothing is done after disposal from within', async () => {
  const slices = make();
  let pieces = 0;
  slices.add(() => {
    slices.dispose();
    return ++pieces < 1_000;
  });
  await turns(() => pieces >= 1_000, 20);
  expect(pieces).toBe(1);
});
