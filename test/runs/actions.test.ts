import { expect, it } from 'vitest';
import { RUN_ACTIONS } from '../../src/protocol/panelMessages.ts';
import { actionsFor } from '../../src/runs/actions.ts';
import { isResumable, type Status } from '../../src/runs/liveStatus.ts';
import { isAtWork } from '../../src/runs/runView.ts';

const STATUSES: readonly Status[] = [
  'starting',
  'waiting',
  'running',
  'paused',
  'stopping',
  'stopped',
  'failed',
  'lost',
  'finished',
  'unknown',
];

it.each<[Status, string]>([
  ['starting', 'stop'],
  ['waiting', 'stop'],
  ['running', 'stop pause save evaluate'],
  ['paused', 'continue stop save evaluate'],
  ['stopping', 'kill'],
  ['stopped', 'resume delete'],
  ['failed', 'resume delete'],
  ['lost', 'resume delete'],
  ['finished', 'delete'],
  ['unknown', 'stop delete'],
])('a run that is %s may be asked to: %s', (status, expected) => {
  const always = 'duplicate openConfig openLog reveal rename';
  expect(actionsFor(status).join(' ')).toBe(`${expected} ${always}`);
});

it.each(STATUSES)(
  'what is offered of a run that is %s agrees with what the rest of the code allows',
  (status) => {
    const actions = actionsFor(status);
    expect(actions.includes('resume')).toBe(isResumable(status));
    // A folder that an engine writes into is never taken away from it.
    expect(actions.includes('delete')).toBe(!isAtWork(status));
    expect(new Set(actions).size).toBe(actions.length);
  },
);

it('everything that can be asked is offered somewhere', () => {
  expect(new Set(STATUSES.flatMap(actionsFor))).toEqual(new Set(RUN_ACTIONS));
});
