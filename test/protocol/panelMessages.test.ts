import { expect, it } from 'vitest';
import { FromPanelSchema, RUN_ACTIONS } from '../../src/protocol/panelMessages.ts';

it.each([
  { type: 'ready' },
  { type: 'drawn' },
  ...RUN_ACTIONS.map((action) => ({ type: 'act', action })),
  { type: 'revealCheckpoint', step: 0 },
  { type: 'failed', message: 'x' },
])('takes what a panel says: %j', (message) => {
  expect(FromPanelSchema.parse(message)).toEqual(message);
});

it.each([
  null,
  undefined,
  7,
  'ready',
  [],
  {},
  { type: 'other' },
  { type: 'act' },
  { type: 'act', action: 'format' },
  { type: 'act', action: 'stop', folder: '/etc' },
  { type: 'revealCheckpoint', step: -1 },
  { type: 'revealCheckpoint', step: 1.5 },
  { type: 'revealCheckpoint', step: '../../etc' },
  { type: 'failed', message: 'x'.repeat(5_000) },
])('leaves out what is none: %j', (message) => {
  expect(FromPanelSchema.safeParse(message).success).toBe(false);
});
