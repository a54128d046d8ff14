import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { encodeCompletion, encodeText, countedTokens, IGNORE_INDEX, type ITokenizer } from '../../src/data/encode.ts';
import { isAccepted, knowledgeFrom, majorityShare, normaliseQuestion, withoutTrained } from '../../src/data/knowledge.ts';
import type { QuestionRow } from '../../src/data/row.ts';
import { fewShotPrompts, fill, joinAnswer, wordRow } from '../../src/data/wording.ts';

const row = (subject: string, answer: string, relation = 'P19'): QuestionRow => ({
  kind: 'question',
  id: `${subject}/${relation}`,
  question: `Where was ${subject} born?`,
  answers: [answer],
  subject,
  relation,
});

it.each([
  ['Q: {question}\nA:', 'Q: Where was Ada born?\nA:', ' London'],
  ['{question}\n', 'Where was Ada born?\n', 'London'],
  ['{question} {question}', 'Where was Ada born? Where was Ada born?', ' London'],
])('the template %j', (template, prompt, completion) => {
  expect(wordRow(row('Ada', 'London'), template)).toEqual({ prompt, completion });
});

it('a prompt/completion row is taken as it is', () => {
  expect(wordRow({ kind: 'completion', id: '1', prompt: 'p', completion: 'c' }, 'Q: {question}')).toEqual({ prompt: 'p', completion: 'c' });
});

it('questions with special replacement patterns stay as they are', () => {
  expect(fill('Q: {question}', "what is $& and $' in {question}?")).toBe("Q: what is $& and $' in {question}?");
  expect(joinAnswer('A:', 'x')).toBe(' x');
});

describe('few-shot prompts', () => {
  const pool = Array.from({ length: 30 }, (_, index) => row(`Person ${index}`, `City ${index}`, index < 20 ? 'P19' : 'P20'));
  const target = pool[0]!;
  it('use other rows of the same relation, others each time, and never the row itself', () => {
    const prompts = fewShotPrompts(target, pool, 3, 4, createRandom(1));
    expect(new Set(prompts).size).toBe(3);
    for (const prompt of prompts) {
      expect(prompt.match(/\nA: |^A: /g)).toHaveLength(4);
      expect(prompt.endsWith(`Q: ${target.question}\nA:`)).toBe(true);
      expect(prompt).not.toContain('City 0\n');
      for (const other of pool.slice(20)) expect(prompt).not.toContain(`${other.answers[0] ?? ''}\n`);
    }
    expect(fewShotPrompts(target, pool, 3, 4, createRandom(1))).toEqual(prompts);
  });
  it.each([0, 1, 2])('work with a pool of %d', (size) => {
    expect(fewShotPrompts(target, pool.slice(0, size), 2, 4, createRandom(1))).toHaveLength(2);
  });
});

it.each([
  [[true, true], 'known'],
  [[true, false], 'maybe'],
  [[false, false], 'new'],
  [[], 'new'],
])('right under %j is %s', (correct, expected) => {
  expect(knowledgeFrom(correct)).toBe(expected);
});

it.each([
  [' London', true],
  [' London\nQ: next', true],
  [' Londonderry', false],
  ['', false],
])('the answer %j: %s', (answer, expected) => {
  expect(isAccepted(answer, row('Ada', 'London'))).toBe(expected);
});

it.each([
  ['Where was Ada born?', 'where was ada born'],
  ['  Where   was\tAda born ?! ', 'where was ada born'],
  ['ＷHERE', 'where'],
])('%j normalises to %j', (question, expected) => {
  expect(normaliseQuestion(question)).toBe(expected);
});

it('held facts share neither subject and relation nor question with training', () => {
  const probes = [row('Ada', 'x'), row('ada', 'x'), row('Ada', 'x', 'P20'), row('Bob', 'x'), { ...row('Eve', 'x', 'P1'), question: 'where was CARL born' }];
  const left = withoutTrained(probes, [row('Ada', 'London'), row('Carl', 'Rome')]);
  // "Ada" under P20 has the trained question's words, so it goes too; Bob stays.
  expect(left.map((probe) => probe.subject)).toEqual(['Bob']);
});

it('the majority answer is what guessing would score', () => {
  expect(majorityShare([row('a', 'x'), row('b', 'x'), row('c', 'y'), row('d', 'z')])).toEqual({ answer: 'x', share: 0.5 });
  expect(majorityShare([])).toBeUndefined();
});

describe('labels', () => {
  /** One token per byte; 1 begins a sequence, 0 ends it. */
  const tokenizer: ITokenizer = {
    encodeStart: (text) => [1, ...Buffer.from(text)],
    encodeRest: (text) => [...Buffer.from(text)],
    encodeRendered: (text) => [...Buffer.from(text)],
    isSpecial: () => false,
  eosTokenId: 0,
  };
  const wording = { prompt: 'ab', completion: 'c' };
  const I = IGNORE_INDEX;
  it.each([
    [100, true, [1, 97, 98, 99, 0], [I, I, I, 99, 0], 0, 2],
    [100, false, [1, 97, 98, 99, 0], [1, 97, 98, 99, 0], 0, 4],
    [4, true, [1, 97, 98, 99], [I, I, I, 99], 1, 1],
    [3, true, [1, 97, 98], [I, I, I], 2, 0],
    [1, true, [1], [I], 4, 0],
  ])('max_length %d, completion only %s', (maxLength, completionOnly, input_ids, labels, truncated, counted) => {
    const encoded = encodeCompletion('x', wording, tokenizer, maxLength, completionOnly);
    expect(encoded).toMatchObject({ input_ids, labels, truncated });
    expect(countedTokens(encoded)).toBe(counted);
  });
  it('a text row counts every token but its first', () => {
    const encoded = encodeText('x', 'ab', tokenizer, 100);
    expect(encoded).toMatchObject({ input_ids: [1, 97, 98, 0], labels: [1, 97, 98, 0], promptLength: 0 });
    expect(countedTokens(encoded)).toBe(3);
  });
});
