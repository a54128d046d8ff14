import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TokenFacts, TokensQuestion } from '../../src/config/facts.ts';
import { countedTokens, encodeRow, IGNORE_INDEX } from '../../src/data/encode.ts';
import { parseRows } from '../../src/data/parseRows.ts';
import { readTokenizer } from '../../src/data/tokenizer.ts';
import { scratch } from '../folder/bundle.ts';
import { answerTo } from './asking.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BASE = join(ROOT, 'examples', 'lab', 'base');
const TRAIN = join(ROOT, 'examples', 'lab', 'train.jsonl');
const WORDING = { prompt_template: '{question}', completion_only_loss: true, assistant_only_loss: undefined };

async function tokensOf(ask: Partial<TokensQuestion> & { readonly content?: string }): Promise<TokenFacts> {
  const { content, ...rest } = ask;
  const path = content === undefined ? TRAIN : join(scratch(), 'rows.jsonl');
  if (content !== undefined) writeFileSync(path, content);
  const facts = await answerTo('tokens', { path, model: BASE, ...WORDING, ...rest });
  if (facts === undefined) throw new Error('a file that is there has facts');
  return facts;
}

test.each([true, false])(
  'every row is encoded as a run does; answers only: %s',
  async (completion_only_loss) => {
    const tokenizer = readTokenizer((name) => textOf(join(BASE, name)), BASE);
    if ('problem' in tokenizer) throw new Error(tokenizer.problem);
    const encoded = parseRows(readFileSync(TRAIN, 'utf8'), 'train.jsonl').rows.map((row) => {
      const settings = { prompt_template: '{question}', completion_only_loss, max_length: 1e6 };
      const found = encodeRow(row, tokenizer, settings);
      if (typeof found === 'string') throw new Error(found);
      return found;
    });
    const facts = await tokensOf({ completion_only_loss });
    expect(facts).toMatchObject({
      rows: 800,
      unwordable: 0,
      lengths: encoded.map(({ input_ids }) => input_ids.length),
      counted: encoded.map(countedTokens),
      first_counted: encoded.map(({ labels }) =>
        labels.findIndex((label, at) => at > 0 && label !== IGNORE_INDEX),
      ),
      lines: encoded.map((_row, index) => index + 1),
      empty_completions: 0,
      without_end: 0,
    });
    expect(facts.shared_prefix).toBeGreaterThan(0.1);
    expect(facts.shared_prefix).toBeLessThan(0.9);
  },
);

test('lines that are no rows are passed over, and rows are named by their line', async () => {
  const content = '\n{"text": "one"}\nbroken\n{"text": "one two three"}\n';
  const facts = await tokensOf({ content });
  expect(facts).toMatchObject({ rows: 2, unwordable: 0, lines: [2, 4] });
  expect(facts.lengths[1]).toBeGreaterThan(facts.lengths[0] ?? NaN);
});

test('rows that the model has no words for are counted, and the first is named', async () => {
  const turns = ['u', 'a', 'v', 'b'].map((content, index) => ({
    role: index % 2 ? 'assistant' : 'user',
    content,
  }));
  const content = `{"text": "a"}\n${JSON.stringify({ messages: turns })}\n`;
  expect(await tokensOf({ content })).toMatchObject({
    rows: 1,
    unwordable: 1,
    first_unwordable: {
      line: 2,
      message: expect.stringMatching(/^is a conversation of several turns, /) as unknown,
    },
  });
});

test('a row whose tokens all count begins with its second', async () => {
  const facts = await tokensOf({ content: '{"text": "one two three"}\n' });
  expect(facts.first_counted).toEqual([1]);
  expect(facts.counted).toEqual([(facts.lengths[0] ?? NaN) - 1]);
});

test('what a tokenizer has no token for leaves an empty completion', async () => {
  const model = join(scratch(), 'model');
  cpSync(join(ROOT, 'test', 'fixtures', 'tokenizers', 'byte-level'), model, { recursive: true });
  const json = JSON.parse(readFileSync(join(model, 'tokenizer.json'), 'utf8')) as {
    model: { vocab: Record<string, number>; merges: unknown[] };
  };
  // Without the bytes of `€` and of a blank, both vanish.
  const bytes = new Set(['â', 'Ĥ', '¬', 'Ġ']);
  json.model.vocab = Object.fromEntries(
    Object.entries(json.model.vocab).map(([token, id]) => [bytes.has(token) ? `unused${id}` : token, id]),
  );
  json.model.merges = [];
  writeFileSync(join(model, 'tokenizer.json'), JSON.stringify(json));
  const facts = await tokensOf({
    model,
    content: '{"prompt": "a", "completion": "a"}\n{"prompt": "a", "completion": "€"}\n',
  });
  expect(facts).toMatchObject({ rows: 2, empty_completions: 1, first_empty_completion: { line: 2 } });
});

describe('large files', () => {
  test('are sampled evenly above 20,000 rows', async () => {
    const content = Array.from({ length: 30_000 }, (_item, index) => `{"text": "row ${index % 10}"}\n`).join(
      '',
    );
    const facts = await tokensOf({ content });
    expect(facts.lines).toEqual(Array.from({ length: 15_000 }, (_item, index) => 2 * index + 1));
    expect(facts).toMatchObject({ rows: 30_000, unwordable: 0 });
  });

  test('are looked at whole up to there', async () => {
    const content = Array.from({ length: 20_000 }, (_item, index) => `{"text": "${index % 7}"}\n`).join('');
    expect((await tokensOf({ content })).lines).toHaveLength(20_000);
  });

  test('have about as many rows as the sample says', async () => {
    const content = Array.from({ length: 50_000 }, (_item, index) =>
      index % 5 === 0 ? 'broken\n' : `{"text": "${index % 7}"}\n`,
    ).join('');
    expect(Math.abs((await tokensOf({ content })).rows - 40_000)).toBeLessThan(400);
  });
});

describe('a model without a tokenizer that works', () => {
  test('is told with its cure', async () => {
    const model = join(scratch(), 'model');
    cpSync(BASE, model, { recursive: true });
    rmSync(join(model, 'tokenizer.json'));
    expect(await tokensOf({ model })).toMatchObject({
      rows: 0,
      lengths: [],
      problem: expect.stringMatching(/has no tokenizer\.json: save the tokenizer there/) as unknown,
    });
    writeFileSync(join(model, 'tokenizer.json'), '[1]');
    expect((await tokensOf({ model })).problem).toMatch(/tokenizer\.json is not a JSON object/);
    writeFileSync(
      join(model, 'tokenizer.json'),
      '{"model": {"type": "BPE", "vocab": {"a": 7}, "merges": []}}',
    );
    expect((await tokensOf({ model })).problem).toMatch(
      /: save (it|the tokenizer) again with a current transformers\.$/,
    );
  });
});

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
