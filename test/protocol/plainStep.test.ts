import { describe, expect, it } from 'vitest';
import { SteppedSchema } from '../../src/protocol/events.ts';
import { isPlainStep } from '../../src/protocol/plainStep.ts';

const plain = {
  seq: 3,
  time: '2026-11-21T07:20:05.123Z',
  type: 'stepped',
  step: 1,
  epoch: 0.5,
  phase: 'main',
  loss: 2.5,
  ce_loss: 2,
  kd_loss: 0.5,
  penalties: {},
  num_ce_tokens: 10,
  num_kd_tokens: 20,
  learning_rate: 3e-4,
  grad_norm: 1,
  num_input_tokens_seen: 30,
  tokens_per_second: 100,
  memory_bytes: 1_000,
};

describe('isPlainStep', () => {
  it('takes an ordinary step, and the schema makes the same of it', () => {
    expect(isPlainStep(plain)).toBe(true);
    expect(SteppedSchema.parse(plain)).toEqual(plain);
  });

  // What it takes the schema must take; every value in every place is tried.
  const values = [
    undefined, null, true, '', 'NaN', 'Infinity', 'main', 'x', -1, 0, 0.5, 1, 2 ** 53, Infinity, NaN,
    '2026-02-30T00:00:00.000Z', '2026-11-21T24:00:00.000Z', '2026-11-21T07:20:05Z', '2026-11-21T07:20:05.1+01:00',
    {}, { l2: 1 }, { l2: 'x' }, [], [1],
  ]; // prettier-ignore
  const places = [...Object.keys(plain), 'more'];
  it.each(places)('never takes what the schema refuses: %s', (key) => {
    for (const value of values) {
      const changed: Record<string, unknown> = { ...plain, [key]: value };
      if (isPlainStep(changed)) expect(SteppedSchema.safeParse(changed).data).toEqual(changed);
    }
    const without = Object.fromEntries(Object.entries(plain).filter(([name]) => name !== key));
    if (isPlainStep(without)) expect(SteppedSchema.safeParse(without).success).toBe(true);
  });

  it.each([null, 1, 'x', [], [plain]])('refuses what is no object: %j', (value) => {
    expect(isPlainStep(value)).toBe(false);
  });
});
