import { describe, expect, test } from 'vitest';
import { splitRows } from '../../src/data/splitRows.ts';

const lines = Array.from({ length: 40 }, (_, i) => `{"prompt": "q${i}",  "completion":"a", "n": ${i}}`);
const TEXT = `${lines.join('\n')}\n`;

test.each([1, 4, 20, 39])('%d of 40 rows are set aside, every record as it was and in its order', (count) => {
  const { train, evaluation } = splitRows(TEXT, { count, seed: 1 });
  expect(evaluation).toHaveLength(count);
  expect(lines.filter((line) => train.includes(line))).toEqual(train);
  expect(lines.filter((line) => evaluation.includes(line))).toEqual(evaluation);
  expect(train.length + evaluation.length).toBe(40);
});

test('the same seed sets the same rows aside, another one others', () => {
  const aside = (seed: number) => splitRows(TEXT, { count: 10, seed }).evaluation;
  expect(aside(3)).toEqual(aside(3));
  expect(aside(3)).not.toEqual(aside(4));
});

test('never all of them', () => {
  expect(splitRows(TEXT, { count: 400, seed: 1 }).train).toHaveLength(1);
});

describe('rows that ask the same stay together', () => {
  const twice = [...lines, ...lines.map((line) => line.replace('"q', '"Q').replace('"a"', '"b"'))].join('\n');
  test.each([1, 2, 9, 40])('%d at most', (count) => {
    const { train, evaluation } = splitRows(twice, { count, seed: 5 });
    const asked = (records: readonly string[]) =>
      new Set(records.map((record) => (JSON.parse(record) as { prompt: string }).prompt.toLowerCase()));
    expect(evaluation).toHaveLength(count - (count % 2));
    expect([...asked(evaluation)].filter((question) => asked(train).has(question))).toEqual([]);
  });
});

test('lists of records, texts, conversations; what is no row is left out', () => {
  const records = [
    { text: 'one' },
    { text: 'two' },
    { messages: [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }] },
    { nothing: 1 },
  ];
  const { train, evaluation } = splitRows(JSON.stringify(records), { count: 1, seed: 2 });
  const all = [...train, ...evaluation].map((record) => JSON.parse(record) as unknown);
  expect(all).toHaveLength(3);
  expect(all).toEqual(expect.arrayContaining(records.slice(0, 3)));
  expect(splitRows('not JSON\n', { count: 1, seed: 1 })).toEqual({ train: [], evaluation: [] });
});
