import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { encodeCompletion } from '../../src/data/encode.ts';
import { readTokenizer } from '../../src/data/tokenizer.ts';
import { filesOf, tokenizerOf } from './tokenizers.ts';

const { answers } = JSON.parse(
  readFileSync(new URL('../fixtures/chat-templates.json', import.meta.url), 'utf8'),
) as { answers: { prompt: string; completion: string; ids: number[] }[] };

test.each(answers)('SentencePiece puts no second blank before an answer: %j', ({ prompt, completion, ids }) => {
  const tokenizer = tokenizerOf('sentencepiece');
  const row = encodeCompletion('r', { prompt, completion }, tokenizer, 100, true);
  expect(row.input_ids).toEqual([...ids, tokenizer.eosTokenId]);
});

describe.each(['byte-level', 'sentencepiece'])('token by token (%s)', (name) => {
  const tokenizer = tokenizerOf(name);
  it('the texts make up the whole', () => {
    const text = 'Where  was\nÉmilie 東京 🙂?';
    const texts = tokenizer.tokenTexts(tokenizer.encodeRendered(text));
    expect(texts.join('').trimStart()).toBe(text);
    expect(texts).toContain('🙂');
    expect(texts).toContain('');
  });
  it('special tokens go by their name, broken characters are shown as such', () => {
    const ids = tokenizer.encodeRendered('é</s>');
    expect(tokenizer.tokenTexts(ids).slice(-2)).toEqual(['é', '</s>']);
    expect(tokenizer.tokenTexts(ids.slice(0, -2)).at(-1)).toBe('\uFFFD');
  });
});

describe('the chat template of a folder', () => {
  const rendered = (instead: Readonly<Record<string, string>>): unknown => {
    const tokenizer = readTokenizer(filesOf('byte-level', instead), 'base');
    if ('problem' in tokenizer) throw new Error(tokenizer.problem);
    return tokenizer.chat?.render([], false);
  };
  const config = (chatTemplate: unknown): Record<string, string> => ({
    'tokenizer_config.json': JSON.stringify({
      bos_token: { content: '<s>' },
      eos_token: '</s>',
      chat_template: chatTemplate,
    }),
  });
  const named = [null, { name: 'tool_use', template: 'no' }, { name: 'default', template: '{{ eos_token }}' }];
  it.each<[string, Record<string, string>, unknown]>([
    ['none', {}, undefined],
    ['none that is a text', config(5), undefined],
    ['a text, which may name the tokens', config('{{ bos_token }}'), { text: '<s>' }],
    ['several by name', config(named), { text: '</s>' }],
    ['a file of its own', { ...config('no'), 'chat_template.jinja': 'yes' }, { text: 'yes' }],
  ])('%s', (_, instead, expected) => {
    expect(rendered(instead)).toEqual(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ['no Jinja', '{% if %}', /the chat template of base is no Jinja template \(.+\): take/],
    ['none called default', [null, 3], /the chat template of base is a list without a template called default: take/],
  ])('%s: in the way of conversations only', (_, template, problem) => {
    expect(rendered(config(template))).toEqual({ problem: expect.stringMatching(problem) as unknown });
  });
});

test.each<[Record<string, string>, RegExp]>([
  [{ 'tokenizer.json': '[]' }, /^base\/tokenizer\.json is not a JSON object: copy/],
  [{ 'tokenizer.json': '{"added_tokens": [null]}' }, /^base\/tokenizer\.json could not be read \(.+\): save/],
  [{ 'tokenizer_config.json': 'x' }, /^base\/tokenizer_config\.json is not a JSON object: copy/],
  [{ 'tokenizer_config.json': '{}' }, /^base\/tokenizer\.json names no end-of-sequence token: set eos_token/],
])('%j is refused in one sentence', (instead, problem) => {
  expect(readTokenizer(filesOf('byte-level', instead), 'base')).toEqual({
    problem: expect.stringMatching(problem) as unknown,
  });
});

test.each([
  [2, undefined],
  [[2, 9_999], undefined],
  [9_999, 'base/tokenizer.json names no end-of-sequence token: set eos_token in tokenizer_config.json.'],
])('an end token by its id, %j, is one of the vocabulary', (id, problem) => {
  const instead = {
    'tokenizer_config.json': '{}',
    'generation_config.json': JSON.stringify({ eos_token_id: id }),
    'config.json': '{}',
  };
  const tokenizer = readTokenizer(filesOf('byte-level', instead), 'base');
  expect('problem' in tokenizer ? tokenizer.problem : undefined).toBe(problem);
});

describe.each(['byte-level', 'sentencepiece'])('a vocabulary with gaps in its ids (%s)', (name) => {
  const whole = tokenizerOf(name);
  const FAR = whole.size + 7;
  const read = filesOf(name);
  const json = JSON.parse(read('tokenizer.json') ?? '') as { added_tokens: unknown[] };
  const far = { id: FAR, content: '<|far|>', special: true, normalized: false };
  const others = { single_word: false, lstrip: false, rstrip: false };
  json.added_tokens.push({ ...far, ...others });
  const tokenizer = readTokenizer(filesOf(name, { 'tokenizer.json': JSON.stringify(json) }), name);
  if ('problem' in tokenizer) throw new Error(tokenizer.problem);

  it('makes a tokenizer of the same tokens', () => {
    const text = 'Where was Émilie?';
    expect(tokenizer.encodeStart(text)).toEqual(whole.encodeStart(text));
    expect(tokenizer.newlineTokenIds).toEqual(whole.newlineTokenIds);
    expect(tokenizer.encodeRendered('<|far|>')).toEqual([FAR]);
    expect(tokenizer.size).toBe(FAR + 1);
  });
  it('an id without a token says nothing', () => {
    const ids = tokenizer.encodeRendered('yes');
    expect(tokenizer.decode([whole.size, ...ids, FAR - 1, FAR])).toBe(whole.decode(ids));
    expect(tokenizer.decode([whole.size])).toBe('');
    expect(tokenizer.decode([FAR + 100])).toBe('');
  });
});
