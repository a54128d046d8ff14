import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileChatTemplate, cutConversation, type ChatTemplate } from '../../src/data/chatTemplate.ts';
import { chatTokens, encodeRow, IGNORE_INDEX, type ITokenizer } from '../../src/data/encode.ts';
import type { ChatMessage, ChatRow } from '../../src/data/row.ts';
import { tokenizerOf } from './tokenizers.ts';

/** What transformers' apply_chat_template gives (scripts/golden/chat_templates.py). */
const golden = JSON.parse(
  readFileSync(new URL('../fixtures/chat-templates.json', import.meta.url), 'utf8'),
) as {
  templates: Record<string, string>;
  cases: {
    template: string;
    conversation: string;
    messages: ChatMessage[];
    whole: string;
    prompt: string;
    /** By tokenizer; `mask` says which tokens the template itself marks as the assistant's. */
    tokens: Record<string, { ids: number[]; mask?: number[] }>;
  }[];
};

function templateOf(name: string): ChatTemplate {
  const template = compileChatTemplate(golden.templates[name] ?? '', { bos_token: '<s>', eos_token: '</s>' });
  if ('problem' in template) throw new Error(template.problem);
  return template;
}

describe.each(golden.cases)('$template, $conversation', ({ template: name, messages, whole, prompt, tokens }) => {
  const template = templateOf(name);
  it('is worded as transformers words it', () => {
    expect(template.render(messages, false)).toEqual({ text: whole });
    expect(template.render(messages.slice(0, -1), true)).toEqual({ text: prompt });
  });

  it('is cut into what is given and what is said', () => {
    const pieces = cutConversation(messages, template);
    if (typeof pieces === 'string') throw new Error(pieces);
    expect(pieces.map(({ text }) => text).join('')).toBe(whole.trimEnd());
    const said = pieces.filter(({ isAnswer }) => isAnswer).map(({ text }) => text);
    const answers = messages.filter(({ role }) => role === 'assistant').map(({ content }) => content.trim());
    expect(said.map((text) => text.replace(/<[^>]*>/g, '').trim())).toEqual(answers);
  });

  it.each(Object.entries(tokens))('has the tokens of transformers (%s)', (tokenizerName, { ids, mask }) => {
    const tokenizer = tokenizerOf(tokenizerName, golden.templates[name]);
    const settings = { max_length: 1_000, completion_only_loss: true, prompt_template: '{question}' };
    const row = encodeRow({ kind: 'chat', id: 'r', messages }, tokenizer, settings);
    if (typeof row === 'string') throw new Error(row);
    expect(row.input_ids).toEqual(ids);
    const counted = row.labels.map((label) => (label === IGNORE_INDEX ? 0 : 1));
    if (mask !== undefined) expect(counted).toEqual(mask);
  });
});

describe('what a template refuses', () => {
  it('is said in half a sentence', () => {
    const messages: ChatMessage[] = [
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' },
      { role: 'assistant', content: 'c' },
    ];
    expect(cutConversation(messages, templateOf('inst'))).toBe(
      "cannot be put into the model's chat template (Roles must alternate.)",
    );
    expect(compileChatTemplate('{% if %}', {})).toHaveProperty('problem');
  });

  it('a template that words questions only is refused', () => {
    const template = compileChatTemplate('{{ messages[0].content }}:', {});
    if ('problem' in template) throw new Error(template.problem);
    const messages: ChatMessage[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'c' },
    ];
    expect(cutConversation(messages, template)).toMatch(/^loses an answer in the chat template/);
  });

  it('a template that asks for the date is told the same one for ever', () => {
    const template = compileChatTemplate("\n{{ strftime_now('%d %b %Y, %Y-%m-%d, %Q') }}\n", {});
    if ('problem' in template) throw new Error(template.problem);
    expect(template.render([], false)).toEqual({ text: '\n26 Jul 2024, 2024-07-26, %Q' });
  });

  it('a template that rewrites earlier turns cannot be cut', () => {
    const template = compileChatTemplate('{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}', {});
    if ('problem' in template) throw new Error(template.problem);
    const messages: ChatMessage[] = ['a', 'b', 'c', 'd'].map((content, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content,
    }));
    expect(cutConversation(messages, template)).toMatch(/^cannot be cut into turns/);
  });
});

describe('a conversation as tokens', () => {
  /** One token per character; the end-of-turn marker is one, 2 ends a text and 1 begins it. */
  const plain: ITokenizer = {
    encodeStart: (text) => [1, ...plain.encodeRest(text)],
    encodeRest: (text) => (text.match(/<\|im_end\|>|<\/s>|[^]/gu) ?? []).map((part) => (part.length > 2 ? 3 : (part.codePointAt(0) ?? 0))),
    eosTokenId: 2,
    encodeRendered: (text) => plain.encodeRest(text),
    isSpecial: (id) => id < 4,
  };
  const row: ChatRow = {
    kind: 'chat',
    id: 'r',
    messages: [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'no' },
    ],
  };
  const settings = { max_length: 1_000, completion_only_loss: true, prompt_template: 'Q {question}\n' };
  const counted = (ids: readonly number[], labels: readonly number[]): string =>
    ids.map((id, t) => (labels[t] === IGNORE_INDEX ? '' : id < 4 ? `<${id}>` : String.fromCodePoint(id))).join('');

  it('counts every answer with its end of turn, and nothing else; no token begins it twice', () => {
    const encoded = encodeRow(row, { ...plain, chat: templateOf('chatml') }, settings);
    if (typeof encoded === 'string') throw new Error(encoded);
    expect(counted(encoded.input_ids, encoded.labels)).toBe('yes<3>no<3>');
    expect(encoded.input_ids).not.toContain(1);
    expect(encoded.input_ids.at(-1)).toBe(3);
  });

  it('counts everything where the completion is not all that counts', () => {
    const encoded = encodeRow(row, { ...plain, chat: templateOf('chatml') }, { ...settings, completion_only_loss: false });
    if (typeof encoded === 'string') throw new Error(encoded);
    expect(encoded.labels).toEqual(encoded.input_ids);
  });

  it.each([
    [true, undefined, true],
    [false, undefined, false],
    [false, true, true],
    [true, false, false],
  ])('completion_only_loss %s and assistant_only_loss %s: answers only %s', (ofAll, ofChats, expected) => {
    const encoded = encodeRow(
      row,
      { ...plain, chat: templateOf('chatml') },
      { ...settings, completion_only_loss: ofAll, assistant_only_loss: ofChats },
    );
    if (typeof encoded === 'string') throw new Error(encoded);
    expect(encoded.labels.includes(IGNORE_INDEX)).toBe(expected);
    // Other rows have no assistant.
    const completion = { kind: 'completion', id: 'c', prompt: 'a b', completion: 'c' } as const;
    const other = encodeRow(completion, plain, {
      ...settings,
      completion_only_loss: ofAll,
      assistant_only_loss: ofChats,
    });
    if (typeof other === 'string') throw new Error(other);
    expect(other.labels.includes(IGNORE_INDEX)).toBe(ofAll);
  });

  it('ends an answer that its template leaves open', () => {
    const open = compileChatTemplate('{% for m in messages %}{{ m.content }}|{% endfor %}', {});
    if ('problem' in open) throw new Error(open.problem);
    const pieces = chatTokens(row, plain, open);
    expect(typeof pieces === 'string' ? pieces : pieces.at(-1)?.ids.at(-1)).toBe(2);
  });

  it('without a template: one question and one answer are a question row, more cannot be worded', () => {
    const short: ChatRow = { ...row, messages: [{ role: 'system', content: 'S' }, ...row.messages.slice(0, 2)] };
    const encoded = encodeRow(short, plain, settings);
    if (typeof encoded === 'string') throw new Error(encoded);
    expect(counted(encoded.input_ids, encoded.input_ids)).toBe('<1>Q S\nq\nyes<2>');
    expect(counted(encoded.input_ids, encoded.labels)).toBe('yes<2>');
    expect(encodeRow(row, plain, settings)).toMatch(/several turns, and the model has no chat template: use/);
  });
});
