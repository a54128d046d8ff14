import { expect, it } from 'vitest';
import { lastRunText } from '../../src/host/annotations/lastRunText.ts';

const forgetting = { relative: 0.031, lost: 3, gained: 0, referenceStep: 0, isReference: false };

it.each([
  [
    { status: 'finished', loss: 0.4123, forgetting },
    '$(graph-line) Last run finished: loss 0.412, forgot 3.1 %',
  ],
  [{ status: 'running', loss: NaN, forgetting: undefined }, '$(graph-line) Last run running'],
  [{ status: 'failed', loss: undefined, forgetting: undefined }, '$(graph-line) Last run failed'],
])('%j', (view, expected) => {
  expect(lastRunText(view)).toBe(expected);
});
