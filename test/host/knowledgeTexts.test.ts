import { describe, expect, test } from 'vitest';
import { knowledgeMessage, knowledgePage, probeProgressText } from '../../src/host/knowledgeTexts.ts';
import type { ProbedFile, ProbedRow } from '../../src/protocol/runFiles.ts';
import { fileOf } from './knownRun.ts';

test.each([
  [undefined, 'starting the engine'],
  [{ phase: 'loading', done: 0, total: 1 }, 'loading the model'],
  [
    { phase: 'probing', done: 1_200, total: 2_400 },
    'asking the base what it knows: 1,200 of 2,400 questions',
  ],
  [{ phase: 'downloading', done: 10, total: 20 }, 'downloading: 50.0 %'],
  [{ phase: 'loading', done: 0, total: 38 }, 'loading the model'],
  [
    { phase: 'waiting', done: 0, total: 1, waitingFor: '/home/ada/.holdfast/runs/20260101-a' },
    'waiting for the device, which works for 20260101-a',
  ],
] as const)('progress %j', (progress, text) => {
  expect(probeProgressText(progress)).toBe(text);
});

test('the message has n and shares of each class, and the advice', () => {
  const counts = { known: 250, maybe: 50, new: 1_000 };
  expect(knowledgeMessage('a.sft.yaml', counts, { advice: 'Do it.', isKept: false })).toBe(
    'Of 1,300 rows of a.sft.yaml, the base model has 250 known (19.2 %), 50 maybe (3.8 %) and 1,000 new (76.9 %). Do it.',
  );
  expect(knowledgeMessage('a.sft.yaml', counts, { advice: 'Do it.', isKept: true })).toContain(
    '(76.9 %), as an earlier probe found. Do it.',
  );
});

const row = (over: Partial<ProbedRow>): ProbedRow => ({
  id: 'rows.jsonl:1',
  question: 'Where?',
  answers: ['Here'],
  knowledge: 'new',
  said: ['There', 'Nowhere'],
  ...over,
});
const page = (rows: ProbedRow[], over: Partial<ProbedFile> = {}): string =>
  knowledgePage('a.sft.yaml', fileOf().config, { definition: 1, prompts: null, rows, ...over });

describe('the page of rows', () => {
  test('has a table for each class that has rows, with what was accepted and said', () => {
    const text = page([row({}), row({ id: 'rows.jsonl:2', knowledge: 'known', said: ['Here'] })]);
    expect(text).toContain('under 3 prompts of 4 exemplars each');
    expect(text).toContain(
      '## New: 1 of 2\n\nright under no prompt, 0.500 of the rows (95 % interval 0.095 to 0.905)',
    );
    expect(text).toContain('| rows.jsonl:1 | Where? | Here | There / Nowhere |');
    expect(text).toContain('## Maybe: 0 of 2');
    expect(text.match(/^\| --- /gm)).toHaveLength(2);
  });

  test('says under how many wordings', () => {
    expect(page([row({})], { prompts: ['Q: {question}'] })).toContain('under 1 wording.');
  });

  test.each([
    ['the end of a cell', 'a | b', 'a \\| b'],
    ['lines', 'a\nb\r\nc', 'a b c'],
    ['HTML', '<img src=x onerror=y>', '\\<img src=x onerror=y\\>'],
    ['links', '[x](command:y) https://z', '\\[x\\](command:y) https\\://z'],
    ['images and code', '![x](y) `z` \\', '!\\[x\\](y) \\`z\\` \\\\'],
    ['nothing', ' \n', '(nothing)'],
  ])('other people’s text stays text: %s', (_what, question, expected) => {
    const lines = page([row({ question })]).split('\n');
    const shown = lines.find((line) => line.startsWith('| rows.jsonl:1 |')) ?? '';
    expect(shown.replaceAll('\u200B', '')).toBe(`| rows.jsonl:1 | ${expected} | Here | There / Nowhere |`);
  });

  test('stays short enough to be read', () => {
    const text = page(Array.from({ length: 1_500 }, (_, i) => row({ id: `rows.jsonl:${i}` })));
    expect(text.match(/^\| rows/gm)).toHaveLength(1_000);
    expect(text).toContain('500 more are not shown.');
  });
});
