import { expect, test } from 'vitest';
import type { Knowledge } from '../../src/data/knowledge.ts';
import { parseRows } from '../../src/data/parseRows.ts';
import { probedRecords, type ProbedText } from '../../src/data/probedRecords.ts';
import { isAsking, questionOf } from '../../src/data/wording.ts';

const LINES =
  '{"prompt":"a","completion":"1", "note": 7}\n\nno JSON\n{"text":"asks nothing"}\n{"prompt":"b","completion":"2"}\n';
const ARRAY = '[{"prompt": "c", "completion": "3"}, {"prompt": "d", "completion": "4"}]';

/** What a probe would have written of these files. */
const judged = (files: readonly ProbedText[], ...kinds: Knowledge[]) =>
  files
    .flatMap(({ name, text }) => parseRows(text, name).rows.filter(isAsking))
    .map((row, index) => ({ id: row.id, question: questionOf(row), knowledge: kinds[index] ?? ('maybe' as const) }));

test('records stand as they were written, every key kept, unreadable lines and text left out', () => {
  const files = [{ name: 'rows.jsonl', text: LINES }];
  const rows = judged(files, 'known', 'new');
  expect(probedRecords(files, rows, 'known')).toEqual(['{"prompt":"a","completion":"1", "note": 7}']);
  expect(probedRecords(files, rows, 'new')).toEqual(['{"prompt":"b","completion":"2"}']);
  expect(probedRecords(files, rows, 'maybe')).toEqual([]);
});

test('files of one name are told apart by their order', () => {
  const files = [
    { name: 'rows.jsonl', text: LINES },
    { name: 'rows.jsonl', text: ARRAY },
  ];
  const rows = judged(files, 'known', 'new', 'new', 'known');
  expect(probedRecords(files, rows, 'known')).toEqual([
    '{"prompt":"a","completion":"1", "note": 7}',
    '{"prompt":"d","completion":"4"}',
  ]);
});

test.each([
  ['a row was added', `${LINES}{"prompt":"e","completion":"5"}\n`],
  ['a row was taken out', LINES.split('\n').slice(0, 3).join('\n')],
  ['rows moved down', `\n${LINES}`],
  ['a question was reworded', LINES.replace('"b"', '"bee"')],
])('%s since: nothing is written that nobody has judged', (_what, text) => {
  const rows = judged([{ name: 'rows.jsonl', text: LINES }], 'known', 'known');
  expect(probedRecords([{ name: 'rows.jsonl', text }], rows, 'known')).toBeUndefined();
});
