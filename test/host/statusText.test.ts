import { expect, it } from 'vitest';
import { statusText } from '../../src/host/statusText.ts';
import { runView } from '../../src/runs/runView.ts';
import { score, stateAfter, type Said } from '../runs/events.ts';
import { BEGIN, knownRun } from './knownRun.ts';

const told = (...said: Said[]): string => statusText(runView(knownRun(stateAfter(...said))));

it.each<[string, Said[], string]>([
  ['nothing was heard', [], 'starting'],
  [
    'it is busy before training',
    [['hello'], ['progressed', { phase: 'probing' }]],
    'asking the base what it knows',
  ],
  ['it has just begun', [...BEGIN], '0/100'],
  [
    'it trains',
    [
      ...BEGIN,
      ['evaluated', { step: 0, held: score(100, 100) }, 2],
      ['stepped', { step: 19 }, 10],
      ['stepped', { step: 20 }, 12],
      ['evaluated', { step: 20, held: score(95, 100) }, 13],
    ],
    '20/100 · held 0.950 · forgot 5.0 % · 2:40',
  ],
  ['it is paused', [...BEGIN, ['stepped', { step: 3 }], ['paused', { step: 3 }]], '3/100 · paused'],
  ['it is being stopped', [...BEGIN, ['acknowledged', { name: 'stop' }]], '0/100 · stopping'],
])('while %s', (_name, said, expected) => {
  expect(told(...said)).toBe(expected);
});
