import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../src/base/random.ts';
import type { DataFacts } from '../../src/config/facts.ts';
import { majorityShare } from '../../src/data/knowledge.ts';
import { parseRows } from '../../src/data/parseRows.ts';
import { isAsking } from '../../src/data/wording.ts';
import { scratch } from '../folder/bundle.ts';
import { answerTo } from './asking.ts';

const ROOT = join(import.meta.dirname, '..', '..');

async function factsOf(content: string | Uint8Array, name = 'rows.jsonl'): Promise<DataFacts> {
  const path = join(scratch(), name);
  writeFileSync(path, content);
  const facts = await answerTo('data', { path });
  if (facts === undefined) throw new Error('a file that is there has facts');
  return facts;
}

const lines = (...records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
const asks = (question: string, ...answers: readonly string[]): unknown => ({ question, answers });
const completes = (prompt: string, completion: string): unknown => ({ prompt, completion });
const talks = (...contents: readonly string[]): unknown => ({
  messages: contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content })),
});

test('the data that ships is counted as it is', async () => {
  const path = join(ROOT, 'examples', 'lab', 'train.jsonl');
  const content = readFileSync(path);
  expect(await answerTo('data', { path })).toMatchObject({
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
    rows: 800,
    kinds: { text: 0, completion: 0, question: 800, chat: 0 },
    unreadable: 0,
    duplicates: 0,
    contradictions: 0,
  });
});

test('rows of every kind, and those that are none', async () => {
  const content = `${lines({ text: 'a' }, completes('p', ' c'), asks('q', 'a'), talks('u', 'a'))}\nbroken\n[3]\n`;
  expect(await factsOf(content)).toMatchObject({
    rows: 4,
    kinds: { text: 1, completion: 1, question: 1, chat: 1 },
    unreadable: 2,
    first_unreadable: { line: 6, message: 'not JSON: broken' },
  });
});

test('conversations of several turns, which ask no one thing', async () => {
  const system = { role: 'system', content: 's' };
  const { messages } = talks('u', 'a') as { messages: unknown[] };
  const content = lines(talks('u', 'a'), { messages: [system, ...messages] }, talks('u', 'a', 'v', 'b'));
  const facts = await factsOf(content + lines(talks('u', 'a', 'w', 'c')));
  expect(facts).toMatchObject({ kinds: { chat: 4 }, several_turns: 2, first_several_turns: { line: 3 } });
});

describe('bytes that are not UTF-8', () => {
  const good = { question: 'Größe 東京 \uFFFD?', answers: ['a'] };
  const latin = (record: unknown): Buffer => Buffer.from(JSON.stringify(record), 'latin1');
  const broken = latin({ question: 'müde', answers: ['a'] });
  test.each<readonly [string, Buffer, number, { line: number } | undefined]>([
    ['none', Buffer.from(lines(good, good)), 0, undefined],
    [
      'in some lines',
      Buffer.concat([Buffer.from(lines(good)), broken, Buffer.from('\n'), broken]),
      2,
      { line: 2 },
    ],
    [
      'in an array',
      Buffer.concat([Buffer.from(`[${JSON.stringify(good)},`), broken, Buffer.from(']')]),
      1,
      { line: 2 },
    ],
    [
      'in a line that is no record',
      Buffer.concat([Buffer.from([0xe4, 0x0a]), Buffer.from(lines(good))]),
      1,
      { line: 1 },
    ],
    ['a letter cut in two', Buffer.from(lines(good)).subarray(0, 16), 1, { line: 1 }],
    ['but for a byte order mark', Buffer.from(`\uFEFF${lines(good)}`), 0, undefined],
  ])('%s', async (_name, content, count, first) => {
    const facts = await factsOf(content);
    expect([facts.not_utf8, facts.first_not_utf8]).toEqual([count, first]);
  });
});

describe('rows that say the same', () => {
  test.each<readonly [string, readonly unknown[], number, { line: number; earlier: number } | undefined]>([
    [
      'are counted from the second on',
      [asks('q', 'a'), asks('q', 'a'), asks('q', 'a')],
      2,
      { line: 2, earlier: 1 },
    ],
    ['whatever the case and the mark', [asks('Who?', 'a'), asks('  WHO ', 'a')], 1, { line: 2, earlier: 1 }],
    [
      'in another format',
      [asks('Who?', 'a'), completes('who:', ' a'), talks('Who', 'a')],
      2,
      { line: 2, earlier: 1 },
    ],
    ['but for another answer', [asks('q', 'a'), asks('q', 'A')], 0, undefined],
    ['but for what comes first', [asks('q', 'a', 'b'), asks('q', 'b', 'a')], 0, undefined],
    ['of text', [{ text: 'x' }, { text: 'X' }, { text: ' x' }], 1, { line: 3, earlier: 1 }],
    ['of text and a question of nothing', [{ text: 'a' }, asks('?', 'a')], 0, undefined],
    ['but for what was said before', [talks('u', 'a', 'v', 'b'), talks('w', 'a', 'v', 'b')], 0, undefined],
  ])('%s', async (_name, records, duplicates, first) => {
    const facts = await factsOf(lines(...records));
    expect([facts.duplicates, facts.first_duplicate]).toEqual([duplicates, first]);
  });
});

describe('rows that contradict', () => {
  test.each<readonly [string, readonly unknown[], number, { line: number; earlier: number } | undefined]>([
    ['accept another answer', [asks('q', 'a'), asks('Q?', 'b'), asks('q', 'c')], 2, { line: 2, earlier: 1 }],
    ['but not where one answer is shared', [asks('q', 'a', 'b'), asks('q', 'b', 'c')], 0, undefined],
    [
      'nor where any earlier row accepts it',
      [asks('q', 'a'), asks('q', 'b'), asks('q', 'b')],
      1,
      { line: 2, earlier: 1 },
    ],
    ['in another format', [asks('q', 'a'), completes('q', ' b')], 1, { line: 2, earlier: 1 }],
    ['but not texts', [{ text: 'a' }, { text: 'b' }], 0, undefined],
    [
      'nor conversations of several turns',
      [talks('u', 'a', 'v', 'b'), talks('u', 'a', 'v', 'c')],
      0,
      undefined,
    ],
    [
      'nor where the system says something else',
      [
        {
          messages: [
            { role: 'system', content: 'Be short.' },
            { role: 'user', content: 'q' },
            { role: 'assistant', content: 'a' },
          ],
        },
        talks('q', 'b'),
      ],
      0,
      undefined,
    ],
  ])('%s', async (_name, records, contradictions, first) => {
    const facts = await factsOf(lines(...records));
    expect([facts.contradictions, facts.first_contradiction]).toEqual([contradictions, first]);
  });
});

test('the commonest answer is named with its share of the rows that ask', async () => {
  const records = [
    asks('q1', 'no'),
    asks('q2', 'yes'),
    asks('q3', 'yes', 'yes'),
    completes('p', ' yes '),
    { text: 'yes' },
  ];
  expect((await factsOf(lines(...records))).majority).toEqual({ answer: 'yes', share: 0.75 });
  expect(await factsOf(lines({ text: 'yes' }))).not.toHaveProperty('majority');
  const { majority } = await factsOf(lines(asks('q', 'x'.repeat(1_000))));
  expect(majority?.answer).toMatch(/^x{199}…$/);
});

describe('files that are none of rows', () => {
  test.each<readonly [string, string | Uint8Array, Partial<DataFacts>]>([
    ['empty', '', { rows: 0, unreadable: 0, bytes: 0 }],
    ['blank', '\n \n\t\r\n\u00a0\n\u3000', { rows: 0, unreadable: 0 }],
    ['a byte order mark alone', '\uFEFF', { rows: 0, unreadable: 0 }],
    ['an empty array', ' [ ] ', { rows: 0, unreadable: 0 }],
    ['NUL bytes', '\0\0\0\n\0\n', { rows: 0, unreadable: 2 }],
    ['half a file', '{"text": "a"}\n{"text": "b', { rows: 1, unreadable: 1 }],
    ['half an array', '[{"text": "a"},', { rows: 0, unreadable: 1 }],
    ['a word', 'hello', { rows: 0, unreadable: 1 }],
  ])('%s', async (_name, content, expected) => {
    const facts = await factsOf(content);
    expect(facts).toMatchObject(expected);
    expect(facts).not.toHaveProperty('problem');
  });

  test.each<readonly [string, Uint8Array, RegExp]>([
    [
      'UTF-16',
      Buffer.from('\uFEFF{"text": "a"}\n{"text": "b"}\n', 'utf16le'),
      / is written in UTF-16, .*: save it as UTF-8\.$/,
    ],
    [
      'UTF-16 without its mark',
      Buffer.from('{"text": "a"}\n{"text": "b"}\n', 'utf16le'),
      / is written in UTF-16, .*: save it as UTF-8\.$/,
    ],
    [
      'an array of UTF-16 the other way round',
      Buffer.from('[{"text": "a"}]', 'utf16le').swap16(),
      / is written in UTF-16, .*: save it as UTF-8\.$/,
    ],
    ['gzip', Buffer.from('1f8b0800000000000003', 'hex'), / is compressed \(gzip\), .*: unpack it\.$/],
    ['Parquet', Buffer.from('PAR1 and so on'), / is a Parquet file: write its rows as JSON Lines, /],
  ])('%s is named with its cure', async (_name, content, problem) => {
    expect(await factsOf(content)).toMatchObject({
      rows: 0,
      problem: expect.stringMatching(problem) as unknown,
    });
  });
});

test('Windows line ends and a byte order mark are no part of a row', async () => {
  expect(await factsOf('\uFEFF{"text": "a"}\r\n\r\n{"text": "b"}\r\n')).toMatchObject({
    rows: 2,
    unreadable: 0,
  });
});

test('a line that is too long is one unreadable record, and those after it are read', async () => {
  const path = join(scratch(), 'rows.jsonl');
  writeFileSync(path, `{"text": "a"}\n{"text": "${'x'.repeat(17 * 1024 ** 2)}"}\n{"text": "b"}\n`);
  expect(await answerTo('data', { path })).toMatchObject({
    rows: 2,
    unreadable: 1,
    first_unreadable: { line: 2, message: 'is longer than 16 MB: cut it into several rows' },
  });
});

test('an array of any size is read item by item; one item may be too long', async () => {
  const path = join(scratch(), 'rows.json');
  writeFileSync(path, `[{"text": "a"}, {"text": "${'],'.repeat(9 * 1024 ** 2)}"}, {"text": "b"}]`);
  expect(await answerTo('data', { path })).toMatchObject({
    rows: 2,
    unreadable: 1,
    first_unreadable: { line: 2, message: 'is longer than 16 MB: cut it into several rows' },
  });
});

describe('an array', () => {
  test.each([
    '[]',
    ' [ ] ',
    '\uFEFF[{"text": "a"}]\r\n',
    '\uFEFF\uFEFF[{"text": "a"}]',
    '\u00a0[{"text": "a"}]',
    '[{"text": "a"}]\u00a0',
    '[{"text": "]"}, {"text": "\\"]"}, {"text": "\\\\"}]',
    '[{"text": "a,b"}, [1, [2]], {"a": {"b": [{}]}}]',
    '[{"text": "a"},]',
    '[,{"text": "a"}]',
    '[{"text": "a"} {"text": "b"}]',
    '[{"text": "a"}',
    '[{"text": "a"}}',
    '[{"text": "a"]}',
    '[{"text": "a"}] [',
    '[{"text": "a"}]\n{"text": "b"}',
    '[{"text": "a"}, {"text": ]',
    '["a',
    '[',
    '[1, "x", null, true, [], {}]',
    '[[[[]]]]',
    '[}',
  ])('%j is counted as parseRows counts it', async (content) => {
    const { rows, problems } = parseRows(content, 'rows.json');
    const facts = await factsOf(content, 'rows.json');
    expect(facts).toMatchObject({ rows: rows.length, unreadable: problems.length });
    expect(facts.first_unreadable).toEqual(problems[0]);
  });
});

test('of a file that is not there nothing is known', async () => {
  expect(await answerTo('data', { path: join(scratch(), 'rows.jsonl') })).toBeUndefined();
});

/** Pieces that data files are made of, whole and broken. */
const PIECES = [
  '{"text": "a"}',
  '{"text": "\\u0000"}',
  '{"prompt": "p", "completion": " c"}',
  '{"question": "Who?", "answers": ["x", "y"]}',
  '{"question": "who", "answers": ["z"]}',
  '{"messages": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}]}',
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    '\\',
    '\n',
    '\r\n',
    '\n\n',
    ' ',
    '\t',
    '\0',
    '\u00a0',
    '\uFEFF',
    '\u2028',
    'é',
    '😀',
    '1',
  ],
];

function randomBytes(random: Random): Buffer {
  const isText = random.below(4) > 0;
  const start = random.below(3) === 0 ? ['['] : [];
  const parts = Array.from({ length: random.below(60) }, () =>
    isText || random.below(2) > 0
      ? Buffer.from(PIECES[random.below(PIECES.length)] ?? '')
      : Buffer.from([random.below(256), random.below(256)]),
  );
  return Buffer.concat([...start.map((text) => Buffer.from(text)), ...parts]);
}

test('whatever the bytes, the counts are those of parseRows', async () => {
  const path = join(scratch(), 'rows.jsonl');
  for (let seed = 0; seed < 400; seed++) {
    const content = randomBytes(createRandom(seed, 'bytes'));
    writeFileSync(path, content);
    const { rows, problems } = parseRows(content.toString('utf8'), 'rows.jsonl');
    const facts = await answerTo('data', { path });
    expect(facts, `seed ${seed}`).toMatchObject({
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: content.length,
      rows: rows.length,
      unreadable: problems.length,
      ...(problems[0] === undefined ? {} : { first_unreadable: problems[0] }),
    });
    expect(facts?.majority?.share, `seed ${seed}`).toBe(majorityShare(rows.filter(isAsking))?.share);
    expect(facts?.duplicates, `seed ${seed}`).toBeLessThanOrEqual(rows.length);
  }
});

test('the same rows in an array and in lines have the same facts', async () => {
  for (let seed = 0; seed < 100; seed++) {
    const random = createRandom(seed, 'containers');
    const records = Array.from({ length: random.below(30) }, (): unknown =>
      JSON.parse(PIECES[random.below(6)] ?? 'null'),
    );
    const told = (facts: DataFacts): unknown => ({ ...facts, sha256: '', bytes: 0 });
    expect(told(await factsOf(JSON.stringify(records, undefined, 1), 'rows.json')), `seed ${seed}`).toEqual(
      told(await factsOf(lines(...records))),
    );
  }
});
