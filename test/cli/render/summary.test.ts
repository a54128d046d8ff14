import { describe, expect, it } from 'vitest';
import { lostFactsText, summaryText } from '../../../src/cli/render/summary.ts';
import type { ProbeFact } from '../../../src/protocol/runFiles.ts';
import { score, stateAfter, type Said } from '../../runs/events.ts';

const fact = (index: number, fields: Partial<ProbeFact> = {}): ProbeFact => ({
  id: String(index),
  set: 'held',
  source: 'general',
  question: `Where is ${index}?`,
  answers: [index % 4 === 0 ? 'Lyon' : 'Paris'],
  correct: false,
  lost: true,
  answer: 'Rome',
  before: 'Paris',
  ...fields,
});

const run: Said[] = [
  ['hello'],
  [
    'started',
    {
      train_knowledge: { known: 12, maybe: 3, new: 25 },
      num_parameters: 2_000,
      num_trainable_parameters: 1_000,
    },
  ],
  ['evaluated', { held: score(8, 8) }],
  ['stepped', { step: 4, tokens_per_second: 1_500, memory_bytes: 2e9 }],
  ['evaluated', { step: 4, held: score(6, 8, 3, 1), new: score(0, 0) }],
  ['finished', { step: 4, duration: 75 }],
];

describe('the summary', () => {
  const text = summaryText(
    stateAfter(...run),
    [0, 1, 2, 3].map((index) => fact(index)),
  );

  // Wilson's interval of 6 in 8: 0.409 to 0.929.
  it.each([
    ['knowledge of the rows', /^the base model knew 12 of the 40 training rows; 25 are new to it$/m],
    ['n, share, interval and majority', /^held .* 6\/8 +0\.750 +0\.409 - 0\.929 +0\.750$/m],
    ['a set without facts', /^new .* 0\/0 +- +- +-$/m],
    [
      'forgetting',
      /^forgetting 25\.0 % of what was held at its best, step 0 \(25\.0 points; 3 facts lost, 1 gained\)$/m,
    ],
    ['cost', /^4 steps, took 1:15, 1,000 of 2,000 parameters trained, 1,500 tokens\/s, 2\.0 GB memory$/m],
  ])('%s', (_name, expected) => expect(text).toMatch(expected));

  it('says nothing of what was not measured', () => {
    expect(summaryText(stateAfter(['hello'], ['started']), [])).toBe('0 steps, 10 of 20 parameters trained');
  });
});

describe('facts lost', () => {
  it('are none without held facts lost', () => {
    expect(lostFactsText([fact(1, { lost: false }), fact(2, { set: 'known' })], 100)).toBeUndefined();
  });

  it('stand there with both answers, at most eight of them', () => {
    const lines = lostFactsText(
      Array.from({ length: 10 }, (_, index) => fact(index)),
      100,
    )?.split('\n');
    expect(lines).toHaveLength(1 + 8 + 1);
    expect(lines?.[0]).toMatch(/^facts lost \(10\) +before +now$/);
    expect(lines?.[1]).toMatch(/^Where is 0\? +Paris +Rome$/);
    expect(lines?.[9]).toBe('... and 2 more in the probe file');
  });

  it('cannot steer the terminal, nor leave the window', () => {
    const text = lostFactsText(
      [fact(1, { question: `\u001b]0;title\u0007${'long '.repeat(50)}`, answer: null, before: '\u009b2J' })],
      80,
    );
    for (const control of ['\u001b', '\u0007', '\u009b']) expect(text).not.toContain(control);
    for (const line of text?.split('\n') ?? []) expect(line.length).toBeLessThanOrEqual(80);
  });
});
