import { describe, expect, it } from 'vitest';
import { isResumable, liveStatus, type Liveness, type Status } from '../../src/runs/liveStatus.ts';
import { stateAfter, type Said } from './events.ts';

const going: Said[] = [['hello'], ['started']];
const paused: Said[] = [...going, ['paused']];

const check = (said: Said[], process: Liveness['process'], age: number | undefined, expected: Status): void =>
  it(`${process}, heartbeat ${String(age)}, after ${said.at(-1)?.[0] ?? 'nothing'}: ${expected}`, () => {
    expect(liveStatus(stateAfter(...said), { process, heartbeat_age_seconds: age })).toBe(expected);
  });

describe('live status', () => {
  check([], 'none', undefined, 'starting');
  check([], 'alive', undefined, 'starting');
  check([], 'gone', undefined, 'lost');
  check(going, 'alive', 0, 'running');
  // A step may be long; the process is asked, not the heartbeat.
  check(going, 'alive', 900, 'running');
  check(paused, 'alive', 0, 'paused');
  check(going, 'gone', 0, 'lost');
  check(paused, 'gone', 900, 'lost');
  check(going, 'none', undefined, 'lost');
  check(going, 'elsewhere', 59.9, 'running');
  check(going, 'elsewhere', 60, 'unknown');
  check(going, 'elsewhere', undefined, 'unknown');
  // A clock that is ahead of ours is not silence.
  check(paused, 'elsewhere', -30, 'paused');
  for (const type of ['finished', 'failed', 'stopped'] as const) {
    for (const process of ['alive', 'gone', 'elsewhere', 'none'] as const) {
      check([...going, [type]], process, 900, type);
    }
  }
  check([...going, ['stopped'], ['hello', { attempt: 2 }]], 'gone', 900, 'lost');
});

it.each([
  [[], undefined, 'starting'],
  [[], 179, 'starting'],
  [[], 180, 'lost'],
  [[...going, ['finished']], 180, 'finished'],
] as [Said[], number | undefined, Status][])('no process, %j said, %s s old: %s', (said, age, expected) => {
  const liveness = { process: 'none', heartbeat_age_seconds: undefined, run_age_seconds: age } as const;
  expect(liveStatus(stateAfter(...said), liveness)).toBe(expected);
});

it('resumes what ended without finishing, and nothing that may still run', () => {
  const all: Status[] = [
    ...(['starting', 'waiting', 'running', 'paused', 'stopping'] as const),
    ...(['stopped', 'finished', 'failed', 'lost', 'unknown'] as const),
  ];
  expect(all.filter(isResumable)).toEqual(['stopped', 'failed', 'lost']);
});
