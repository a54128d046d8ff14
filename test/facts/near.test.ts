import { expect, test } from 'vitest';
import type { SpeedQuestion } from '../../src/config/facts.ts';
import { speedLike, type KnownSpeed } from '../../src/facts/near.ts';
import { service } from './asking.ts';

const ASK: SpeedQuestion = {
  model: '/models/a',
  method: 'sft',
  per_device_train_batch_size: 8,
  gradient_accumulation_steps: 2,
};
const ran = (seconds_per_step: number, time: string, instead: Partial<KnownSpeed> = {}): KnownSpeed => ({
  ...ASK,
  engine: 'tfjs',
  seconds_per_step,
  time,
  ...instead,
});
const [EARLY, LATE] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];

test.each<readonly [string, SpeedQuestion, readonly KnownSpeed[], number | undefined]>([
  ['none', ASK, [], undefined],
  ['the newest', ASK, [ran(1, EARLY), ran(2, LATE), ran(3, EARLY)], 2],
  ['of this model', ASK, [ran(1, EARLY), ran(2, LATE, { model: '/models/b' })], 1],
  ['of this method', ASK, [ran(1, EARLY), ran(2, LATE, { method: 'self_distill' })], 1],
  ['of this batch', ASK, [ran(1, EARLY), ran(2, LATE, { gradient_accumulation_steps: 1 })], 1],
  ['of this engine', { ...ASK, engine: 'torch' }, [ran(1, LATE), ran(2, EARLY, { engine: 'torch' })], 2],
])('a run like this one: %s', (_name, ask, speeds, seconds_per_step) => {
  expect(speedLike(ask, speeds)).toEqual({ seconds_per_step });
});

test('speeds that come to be known are told', async () => {
  const speeds: KnownSpeed[] = [];
  let time = 0;
  const facts = service({}, { speeds: () => speeds, now: () => time });
  facts.facts('speed', ASK);
  await facts.settle();
  expect(facts.facts('speed', ASK)).toEqual({ seconds_per_step: undefined });
  speeds.push(ran(0.5, EARLY));
  time += 2_000;
  facts.facts('speed', ASK);
  expect(await facts.settle()).toBe(true);
  expect(facts.facts('speed', ASK)).toEqual({ seconds_per_step: 0.5 });
  facts.dispose();
});

test.each([
  ['usable', true, { kind: 'unusable', problem: 'No.' } as const, { usable: false, problem: 'No.' }],
  ['nobody may look', false, { kind: 'unusable', problem: 'No.' } as const, undefined],
  ['nobody can look', true, undefined, undefined],
])('the torch engine: %s', async (_name, isTrusted, search, expected) => {
  const findPython = search === undefined ? undefined : () => Promise.resolve(search);
  const facts = service({ isTrusted }, { findPython });
  facts.facts('engines', {});
  await facts.settle();
  expect(facts.facts('engines', {})).toEqual({ torch: expected });
  facts.dispose();
});

test('a search for Python that fails leaves it unknown', async () => {
  const facts = service({}, { findPython: () => Promise.reject(new Error('no')) });
  facts.facts('engines', {});
  expect(await facts.settle()).toBe(false);
  expect(facts.facts('engines', {})).toBeUndefined();
  facts.dispose();
});
