import { describe, expect, it } from 'vitest';
import { parseRows } from '../../src/data/parseRows.ts';

describe('rows of every format, in both containers', () => {
  const records = [
    [{ text: 'abc' }, { kind: 'text', text: 'abc' }],
    [{ prompt: 'p', completion: ' c' }, { kind: 'completion', prompt: 'p', completion: ' c' }],
    [{ question: 'q?', answers: ['a', 'b'], subject: 's', relation: 'P19' }, { kind: 'question', question: 'q?', answers: ['a', 'b'], subject: 's', relation: 'P19' }],
    [{ question: 'q?', answers: ['a'] }, { kind: 'question', question: 'q?', answers: ['a'] }],
  ] as const;
  it.each(records)('%j', (record, row) => {
    expect(parseRows(JSON.stringify(record), 'f.jsonl')).toEqual({ rows: [{ ...row, id: 'f.jsonl:1' }], problems: [] });
    expect(parseRows(JSON.stringify([record], undefined, 2), 'f.json')).toEqual({ rows: [{ ...row, id: 'f.json:1' }], problems: [] });
  });
});

it.each([
  ['', 0],
  ['\n\n  \n', 0],
  ['[]', 0],
  ['\uFEFF{"text": "a"}\r\n{"text": "b"}\r\n', 2],
])('%j has %d rows and no problem', (text, count) => {
  expect(parseRows(text, 'f')).toMatchObject({ rows: { length: count }, problems: [] });
});

it.each([
  ['{"text": "a"}\nhello\n', 2, /^not JSON: hello$/],
  ['[{"text": "a"}, 3]', 2, /^must be an object$/],
  ['["a", ', 1, /^not JSON/],
  ['{"text": 5}', 1, /^"text" must be a string$/],
  ['{"text": "  "}', 1, /^"text" is empty$/],
  ['{"prompt": "p", "completion": ""}', 1, /^"completion" is empty$/],
  ['{"question": "q", "answers": []}', 1, /^"answers" must be a list of non-empty strings$/],
  ['{"question": "q", "answers": ["a", 3]}', 1, /^"answers" must be a list/],
  ['{"input": "x", "output": "y"}', 1, /^has the keys input, output, which is no known row format: messages, prompt\/completion, EntityQuestions, alpaca, sharegpt, text$/],
  ['{}', 1, /^has the keys \(none\)/],
  ['null', 1, /^must be an object$/],
])('%j: line %d', (text, line, message) => {
  const { problems } = parseRows(text, 'f');
  expect(problems).toEqual([{ line, message: expect.stringMatching(message) as unknown }]);
});

it('ids name the line, so that one bad row does not move the others', () => {
  const { rows } = parseRows('{"text": "a"}\nbroken\n{"text": "b"}\n', 'data.jsonl');
  expect(rows.map((row) => row.id)).toEqual(['data.jsonl:1', 'data.jsonl:3']);
});
