import { afterEach, beforeEach, expect, test } from 'vitest';
import { quickLiveness } from '../../src/launch/quickLiveness.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { watchToEnd, type Seen } from '../../src/launch/watchRun.ts';
import { BUSY, fakeEngine, hasEnded, makeRun, sweep } from './fakeRuns.ts';

let folder: string;
beforeEach(async () => {
  folder = await makeRun();
});
afterEach(() => sweep(folder));

test('a run is watched until it has ended and its engine is gone', async () => {
  await startEngine({ folder, engine: fakeEngine('--steps', '3') });
  const seen: Seen[] = [];
  const last = await watchToEnd(folder, {
    livenessOf: quickLiveness,
    wantsToLeave: () => false,
    onSeen: (one) => seen.push(one),
  });
  expect(last).toMatchObject({ status: 'finished', hasEnded: true, state: { step: 3 } });
  expect(seen.at(-1)).toBe(last);
  expect(hasEnded(folder)).toBe(true);
});

test('it may be left, and goes on', async () => {
  await startEngine({ folder, engine: fakeEngine(...BUSY) });
  let looks = 0;
  const last = await watchToEnd(folder, { wantsToLeave: () => looks > 2, onSeen: () => looks++ });
  expect(last.hasEnded).toBe(false);
  expect(hasEnded(folder)).toBe(false);
});

test('whoever looks may end it by throwing', async () => {
  await startEngine({ folder, engine: fakeEngine(...BUSY) });
  const look = (): void => {
    throw new Error('enough');
  };
  await expect(watchToEnd(folder, { wantsToLeave: () => false, onSeen: look })).rejects.toThrow('enough');
});

test('an attempt that ended is no news to who waits for the next one', async () => {
  await startEngine({ folder, engine: fakeEngine('--steps', '1') });
  await watchToEnd(folder, { wantsToLeave: () => false, onSeen: () => undefined });
  let looks = 0;
  const last = await watchToEnd(folder, {
    sinceAttempt: 2,
    wantsToLeave: () => looks > 1,
    onSeen: () => looks++,
  });
  expect(last.state.final).toBeUndefined();
  expect(last.status).not.toBe('finished');
});
