// For the compiler: the elements that facts.ts makes besides those of HTML.
import type {} from '@vscode-elements/elements';
import { expect, it } from 'vitest';
import type { LostFact } from '../../src/protocol/panelMessages.ts';
import { matching } from '../../webview/views/facts.ts';

const fact = (id: string, question: string, before: string, now?: string): LostFact => ({
  id,
  question,
  before,
  now,
  since: 1,
  source: 'general',
});

const FACTS = [
  fact('a', 'What is the capital of France?', 'Paris', 'Rome'),
  fact('b', 'Where was Ada Lovelace born?', 'London'),
  fact('c', 'What is the capital of Italy?', 'Rome', 'Größe (x)'),
];
const found = (wanted: string): string =>
  matching(FACTS, wanted)
    .map(({ id }) => id)
    .join('');

it.each([
  ['', 'abc'],
  ['   ', 'abc'],
  ['capital', 'ac'],
  ['CAPITAL of', 'ac'],
  ['rome', 'ac'],
  // Every word, wherever it stands.
  ['rome france', 'a'],
  ['london ada', 'b'],
  ['  capital   italy ', 'c'],
  ['gröss', ''],
  ['GRÖßE', 'c'],
  ['apit', 'ac'],
  ['nowhere', ''],
  // What nobody has answered is not found as a word.
  ['undefined', ''],
  // Signs are signs.
  ['(x)', 'c'],
  ['.*', ''],
  ['?', 'abc'],
])('looking for %j finds %j', (wanted, expected) => {
  expect(found(wanted)).toBe(expected);
});

it('keeps the order, and the very list where nothing is looked for', () => {
  expect(matching(FACTS, '')).toBe(FACTS);
  expect(matching(FACTS.toReversed(), 'capital').map(({ id }) => id)).toEqual(['c', 'a']);
  expect(matching([], 'x')).toEqual([]);
});
