import { describe, expect, it, test } from 'vitest';
import { parseRows } from '../../src/data/parseRows.ts';
import { answersOf, isAsking, questionOf } from '../../src/data/wording.ts';

const parse = (record: object) => {
  const { rows, problems } = parseRows(JSON.stringify(record), 'f');
  return rows[0] ?? problems[0]?.message;
};
const turns = (...said: [role: string, content: string][]) => ({
  kind: 'chat',
  id: 'f:1',
  messages: said.map(([role, content]) => ({ role, content })),
});

describe('conversations, however they are written', () => {
  const expected = turns(['system', 's'], ['user', 'q'], ['assistant', 'a']);
  it.each<[string, object]>([
    ['messages', { messages: expected.messages }],
    [
      'prompt and completion as messages',
      { prompt: expected.messages.slice(0, 2), completion: expected.messages.slice(2) },
    ],
    ['alpaca', { instruction: 'q', input: '', output: 'a', system: 's' }],
    [
      'sharegpt',
      {
        system: 's',
        conversations: [
          { from: 'human', value: 'q' },
          { from: 'gpt', value: 'a' },
        ],
      },
    ],
  ])('%s', (_, record) => {
    const row = parse(record);
    expect(row).toEqual(expected);
    if (typeof row !== 'object' || !isAsking(row)) throw new Error('not a row that asks');
    expect([questionOf(row), answersOf(row)]).toEqual(['q', ['a']]);
  });
});

test('alpaca: input stands below the instruction, history before both', () => {
  expect(parse({ instruction: 'i', input: 'n', output: 'a', history: [['q1', 'a1']] })).toEqual(
    turns(['user', 'q1'], ['assistant', 'a1'], ['user', 'i\nn'], ['assistant', 'a']),
  );
});

test('several turns are trained on, not asked', () => {
  const row = parse(turns(['user', 'a'], ['assistant', 'b'], ['user', 'c'], ['assistant', 'd']));
  expect(typeof row === 'object' && isAsking(row)).toBe(false);
});

test('plain prompt/completion is what it was', () => {
  expect(parse({ prompt: 'p', completion: ' c' })).toEqual({ kind: 'completion', id: 'f:1', prompt: 'p', completion: ' c' });
});

test.each<[object, string]>([
  [{ messages: 'x' }, '"messages" must be a list of messages'],
  [{ messages: [7] }, '"messages[0]" must be an object with role and content'],
  [{ messages: [{ role: 'tool', content: 'x' }] }, '"messages[0]" has the role "tool": it must be system, user or assistant'],
  [{ messages: [{ role: 'user' }] }, '"messages[0]" must have a text as content'],
  [{ messages: [{ role: 'user', content: 'x' }] }, 'must end with what the assistant says'],
  [{ messages: [] }, 'must end with what the assistant says'],
  [turns(['user', 'x'], ['assistant', ' ']), 'has an empty assistant turn'],
  [turns(['user', ''], ['assistant', 'x']), 'has an empty user turn'],
  [turns(['user', 'x'], ['assistant', ''], ['user', 'x'], ['assistant', 'a']), 'has an empty assistant turn'],
  [
    { prompt: [{ role: 'user', content: 'x' }], completion: [{ role: 'bot', content: 'x' }] },
    '"completion[0]" has the role "bot": it must be system, user or assistant',
  ],
  [turns(['assistant', 'x']), 'has no user turn'],
  [turns(['user', 'x'], ['system', 's'], ['assistant', 'a']), 'has a system message that is not the first'],
  [{ instruction: '', output: 'a' }, '"instruction" is empty'],
  [{ instruction: 'i', output: 'a', input: 3 }, '"input" must be a string'],
  [{ instruction: 'i', output: 'a', history: ['x'] }, '"history" must be a list of [question, answer] pairs'],
  [{ conversations: {} }, '"conversations" must be a list of turns'],
  [{ conversations: [], system: 5 }, '"system" must be a string'],
  [
    { conversations: [{ from: 'bot', value: 'x' }] },
    '"conversations[0]" is from "bot": it must be human, user, gpt, assistant, system',
  ],
  [{ conversations: [{ from: 'human', value: 1 }] }, '"conversations[0]" must have a text as value'],
])('%j: %s', (record, problem) => {
  expect(parse(record)).toBe(problem);
});
