import { expect, test } from 'vitest';
import {
  comparedLabel,
  comparisonPage,
  endedText,
  expectedText,
  hasEnded,
  madeText,
  seedsText,
} from '../../src/host/methodTexts.ts';

test('a run of a comparison is called by config, method and seed', () => {
  expect(comparedLabel('support.sft.yaml', { method: 'self_distill', seed: 43 })).toBe(
    'support: self_distill, seed 43',
  );
});

test.each([
  [expectedText(754), 'about 12:34, as its last run'],
  [seedsText(1, undefined), '1 run'],
  [seedsText(9, 3_600), '9 runs, about 1:00:00 of training one after another'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});

test.each([
  [{ started: 3, wanted: 3 }, /^3 runs of a\.sft\.yaml are started; .* "holdfast compare"/],
  [{ started: 1, wanted: 1 }, /^1 run of a\.sft\.yaml is started; [^"]*$/],
  [
    { started: 2, wanted: 6, problem: 'The disk is full.' },
    /^2 of 6 runs of a\.sft\.yaml are started; .* The first that could not be started: The disk is full\. When all/,
  ],
])('what became of %j', (made, text) => {
  expect(madeText('a.sft.yaml', made)).toMatch(text);
});

test.each([
  [['finished', 'finished'], 'All 2 runs of a.sft.yaml that were to be compared have ended.'],
  [
    ['finished', 'failed', 'lost'],
    'All 3 runs of a.sft.yaml that were to be compared have ended, 2 of them before the last step.',
  ],
] as const)('%j: %s', (statuses, text) => {
  expect(endedText('a.sft.yaml', statuses)).toBe(text);
  expect(statuses.every(hasEnded)).toBe(true);
});

test.each(['starting', 'running', 'paused', 'unknown'] as const)(
  'a run that is %s has not ended',
  (status) => {
    expect(hasEnded(status)).toBe(false);
  },
);

test('a comparison is a page whose block nothing that a model says can end', () => {
  const page = comparisonPage('a_b.sft.yaml', 'held 1.000\n````\n# no heading\n', 'holdfast compare x y');
  expect(page.split('\n')).toEqual([
    ...['# Methods compared: a\\_b.sft.yaml', ''],
    ...['`````text', 'held 1.000', '````', '# no heading', '`````', ''],
    ...['The same in a terminal, at any time:', '', '```sh', 'holdfast compare x y', '```', '', ''],
  ]);
});
