import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../src/base/random.ts';
import { checkConfig } from '../../src/config/check.ts';
import { MAX_CONFIG_LENGTH, MAX_FINDINGS } from '../../src/config/limits.ts';
import { renderNewConfig } from '../../src/config/newConfig.ts';
import { hasErrors, type Problem } from '../../src/config/problem.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { RULES } from '../../src/config/rules/index.ts';
import { LEAST, SURROUNDINGS, told, toldOf } from './configs.ts';

test('problems come in the order of the text, whichever rule found them', () => {
  expect(
    told(
      'lr: 1\nversion: 2\nseed:\nmodel_name_or_path: gone\nreplay: 1\nseed: 3\ntrain_file: rows.jsonl',
    ).map((line) => line.split(': ')[0]),
  ).toEqual([
    '1:1 unknown-key',
    '2:10 wrong-value',
    '3:1 empty-value',
    '4:21 missing-file',
    '5:1 reserved-key',
    '6:1 duplicate-key',
  ]);
});

test('every problem is named after its rule and its setting', () => {
  const { problems } = checkConfig(`${LEAST}probes: {max_facts: 0}`, SURROUNDINGS);
  expect(problems).toEqual([
    {
      code: 'config.wrong-value',
      level: 'error',
      key: 'probes.max_facts',
      message: '`probes.max_facts` is `0`: write a whole number of at least 1.',
      range: { offset: LEAST.length + 20, length: 1, line: 4, column: 21 },
    },
  ]);
});

test('rules have codes of their own', () => {
  const codes = RULES.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => !/^[a-z-]+\.[a-z-]+$/.test(code))).toEqual([]);
});

test.each([
  [MAX_FINDINGS, undefined],
  [MAX_FINDINGS + 1, '1 more problem of this kind is not listed: correct those above first.'],
  [MAX_FINDINGS + 300, '300 more problems of this kind are not listed: correct those above first.'],
])('of %i problems of one kind, those above the cap are counted', (count, expected) => {
  const { problems } = checkConfig(LEAST + lines(count, (index) => `banana${index}: 1`), SURROUNDINGS);
  expect(problems).toHaveLength(Math.min(count, MAX_FINDINGS + 1));
  expect(problems[MAX_FINDINGS]?.message).toBe(expected);
  expect(hasErrors(problems)).toBe(true);
});

test('messages stay short and on one line, whatever stands in the text', () => {
  const long = `x${'\u{1F600}'.repeat(40_000)}`;
  const messages = [
    ...told(`${LEAST}engine: "${long}"`),
    ...told(`${LEAST}eval_file: "${long}"`),
    ...told(`${LEAST}? "${long}"\n: 1`),
    ...told(`${LEAST}engine: [${long}`),
    ...toldOf('engine: "a\\n\\n`b`"'),
  ];
  expect(messages).toHaveLength(5);
  expect(messages.filter((message) => message.length > 400 || message.includes('\n'))).toEqual([]);
  // Cut between letters, not inside one.
  expect(messages.filter((message) => /\p{Surrogate}/u.test(message))).toEqual([]);
  expect(messages.at(-1)).toBe(
    "4:9 wrong-value: `engine` is the text `a 'b'`: write `auto`, `torch` or `tfjs`.",
  );
});

// Each of these took minutes, or all memory, before texts were capped and repeated mistakes counted instead of told.
const HOSTILE: Readonly<Record<string, string>> = {
  'values of a wrong type': `${LEAST}probes: {prompts: [${'1,'.repeat(9_000)}]}`,
  'values that are empty': `${LEAST}probes: {prompts: [${'~,'.repeat(9_000)}]}`,
  'unknown keys': LEAST + lines(6_000, (index) => `banana${index}: 1`),
  'unknown keys for missing ones': lines(6_000, (index) => `base${index}: 1`),
  'unknown keys in a block': `${LEAST}probes:\n${lines(6_000, (index) => `  k${index}: 1`)}`,
  'duplicate keys': LEAST + lines(6_000, () => 'seed: 1'),
  'sets without a file': `${LEAST}probes: {sets: [${'{name: a},'.repeat(3_000)}]}`,
  'parts without a path': `version: 1\nmodel_name_or_path: model\ntrain_file: [${'{path: 1, wait: 1},'.repeat(2_000)}]`,
  'files that are missing': `version: 1\nmodel_name_or_path: model\ntrain_file: [${'{path: a},'.repeat(3_000)}]`,
  tags: `${LEAST}probes: {prompts: [${'!x a,'.repeat(9_000)}]}`,
  'a long key': `${LEAST}${'k'.repeat(90_000)}: 1`,
  'a long key in brackets': `${LEAST}? [${'k'.repeat(90_000)}]\n: 1`,
  'a long value': `${LEAST}engine: ${'v'.repeat(90_000)}`,
  'a long value, repeated': `a: &a "${'v'.repeat(50_000)}"\nprobes: {prompts: [${'*a,'.repeat(4_000)}]}`,
  'a long number': `${LEAST}learning_rate: "${'1,'.repeat(45_000)}"`,
  'a long path': `${LEAST}eval_file: ${'../a/'.repeat(18_000)}`,
  escapes: `${LEAST}engine: "${'\\q'.repeat(45_000)}"`,
  commas: `${LEAST}probes: {prompts: [${','.repeat(90_000)}]}`,
  quotes: '"'.repeat(99_999),
  colons: ': '.repeat(49_999),
  'question marks': '? '.repeat(49_999),
  dashes: '- '.repeat(49_999),
  'square brackets': '['.repeat(99_999),
  'curly brackets': '{'.repeat(99_999),
  'blocks in blocks': '{a: '.repeat(24_999),
  'brackets that close': `${'['.repeat(49_999)}${']'.repeat(49_999)}`,
  'steps to the right': lines(400, (index) => `${' '.repeat(index)}a:`),
  'blank lines': '\n'.repeat(99_999),
  comments: '#\n'.repeat(49_999),
  tabs: '\t'.repeat(99_999),
  documents: '--- a\n'.repeat(16_000),
  directives: '%A\n'.repeat(33_000),
  'aliases of nothing': lines(30_000, () => '*a'),
  'aliases of themselves': `a: &a [${'*a,'.repeat(9_000)}]`,
  'aliases that multiply': `a0: &a0 [1, 1]\n${lines(30, (index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`)}`,
  'control characters': '\u0000\u0001\u0002\u001B[31m',
  'half a letter': '\uD83D: \uDE00',
  'more than is read': 'a'.repeat(MAX_CONFIG_LENGTH + 1),
};

test.each(Object.keys(HOSTILE))('many %s are answered', (name) => {
  const { problems } = checkConfig(HOSTILE[name] ?? '', SURROUNDINGS);
  expect(hasErrors(problems)).toBe(true);
  expect(problems.length).toBeLessThanOrEqual(3 * (MAX_FINDINGS + 1));
  expect(problems.map(({ message }) => message).filter((message) => message.length > 500)).toEqual([]);
});

test('whatever is mangled, problems stand inside the text and a config comes without errors only', () => {
  const random = createRandom(7, 'mangled configs');
  const outcomes = Array.from({ length: 600 }, () => {
    const text = mangle(renderNewConfig({ model: 'model', data: 'rows.jsonl' }), random);
    const { problems, config } = resolveConfig(text, SURROUNDINGS);
    expect(problems.filter((problem) => !isInside(text, problem))).toEqual([]);
    expect(config === undefined).toBe(hasErrors(problems));
    return config === undefined;
  });
  // Else the mangling spares everything, or nothing.
  expect(new Set(outcomes).size).toBe(2);
});

function isInside(text: string, { range }: Problem): boolean {
  const before = text.slice(0, range.offset).split('\n');
  return (
    range.length >= 0 &&
    range.offset + range.length <= text.length &&
    range.line === before.length &&
    range.column === (before.at(-1) ?? '').length + 1
  );
}

/** A few characters put in, taken out or moved. */
function mangle(text: string, random: Random): string {
  const marks = [
    ...Array.from('{}[]:,-?&*!|>\'"%@`# \t\n~0a'),
    '__proto__',
    'seed: ',
    '\n---\n',
    '*a',
    '&a ',
  ];
  return Array.from({ length: 1 + random.below(4) }).reduce<string>((mangled) => {
    const at = random.below(mangled.length);
    const removed = random.below(3);
    return mangled.slice(0, at) + (marks[random.below(marks.length)] ?? '') + mangled.slice(at + removed);
  }, text);
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}
