import { expect, test } from 'vitest';
import { countProblem, nameProblem, partName, splitChoices, splitText } from '../../src/host/splitChoices.ts';

test('shares come with the counts they give, the usual one first', () => {
  expect(splitChoices(1_234)).toEqual([
    { label: '10 %', description: '123 rows to evaluate on, 1,111 to train on', count: 123 },
    { label: '5 %', description: '62 rows to evaluate on, 1,172 to train on', count: 62 },
    { label: '20 %', description: '247 rows to evaluate on, 987 to train on', count: 247 },
  ]);
});

test.each([2, 3, 5, 10, 11])('of %d rows no share leaves one side empty', (rows) => {
  for (const { count } of splitChoices(rows)) {
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(rows);
  }
});

test.each([
  ['1', undefined],
  ['1999', undefined],
  ['2000', 'Write a number of rows from 1 to 1,999.'],
  ['0', 'Write a number of rows from 1 to 1,999.'],
  ['-1', 'Write a number of rows from 1 to 1,999.'],
  ['1e2', 'Write a number of rows from 1 to 1,999.'],
  ['', 'Write a number of rows from 1 to 1,999.'],
])('%j of 2,000 rows', (text, problem) => {
  expect(countProblem(text, 2_000)).toBe(problem);
});

test('parts are called after the file', () => {
  expect(partName('policies.v2.jsonl', 'train')).toBe('policies.v2.train.jsonl');
  expect(partName('rows', 'eval', 3)).toBe('rows.eval-3.jsonl');
});

test.each([
  ['new.jsonl', undefined],
  ['old.jsonl', '`old.jsonl` exists already: write another name.'],
  ['../new.jsonl', 'Write a name without a folder: the file goes beside the training file.'],
  ['a\\b.jsonl', 'Write a name without a folder: the file goes beside the training file.'],
  [' ', 'Write a name.'],
])('a new file called %j', (name, problem) => {
  expect(nameProblem(name, (taken) => taken === 'old.jsonl')).toBe(problem);
});

test('what was done can be taken back', () => {
  expect(splitText('a.jsonl', { train: 90, evaluation: 10 })).toBe(
    'Of 100 rows of a.jsonl, 10 (10.0 %) are set aside to evaluate on; Undo in the config takes it back, and a.jsonl stays as it is.',
  );
});
