import { expect, test } from 'vitest';
import { MAX_CONFIG_LENGTH } from '../../src/config/limits.ts';
import { keyRange, parseConfigText, valueRange } from '../../src/config/parse.ts';
import type { Path } from '../../src/config/path.ts';
import type { Range } from '../../src/config/range.ts';

const CONFIG = `# title
seed: 3
probes:
  sets:
    - {name: general, file: "a b.jsonl"}
    - name: own
      file: own.jsonl   # mine

prompt_template: |
  Ask: {question}
  now

data_seed:
`;

/** \`line:column text\`, the text with its line breaks escaped. */
function place(text: string, { offset, length, line, column }: Range): string {
  return `${line}:${column} ${text.slice(offset, offset + length).replaceAll('\n', '\\n')}`;
}

test.each<[Path, string, string]>([
  [['seed'], '2:1 seed', '2:7 3'],
  [
    ['probes'],
    '3:1 probes',
    '4:3 sets:\\n    - {name: general, file: "a b.jsonl"}\\n    - name: own\\n      file: own.jsonl',
  ],
  [['probes', 'sets', 0], '5:7 {name: general, file: "a b.jsonl"}', '5:7 {name: general, file: "a b.jsonl"}'],
  [['probes', 'sets', 0, 'file'], '5:23 file', '5:29 "a b.jsonl"'],
  [['probes', 'sets', 1], '6:7 name: own', '6:7 name: own\\n      file: own.jsonl'],
  [['probes', 'sets', 1, 'file'], '7:7 file', '7:13 own.jsonl'],
  [['prompt_template'], '9:1 prompt_template', '9:18 |\\n  Ask: {question}\\n  now'],
  // Nothing stands there: its key does.
  [['data_seed'], '13:1 data_seed', '13:1 data_seed'],
  // Not in the text: the nearest block around it.
  [
    ['probes', 'sets', 0, 'prompts', 2],
    '5:7 {name: general, file: "a b.jsonl"}',
    '5:7 {name: general, file: "a b.jsonl"}',
  ],
  [['gone'], '1:1 ', '1:1 '],
])('the place of %j', (path, key, value) => {
  const parsed = parseConfigText(CONFIG);
  expect(place(CONFIG, keyRange(parsed, path))).toBe(key);
  expect(place(CONFIG, valueRange(parsed, path)).replace(/\s+# mine/, '')).toBe(value);
});

test.each([
  ['', {}],
  ['# nothing\n', {}],
  ['---\n', {}],
  ['{}', {}],
  ['seed: 3', { seed: 3 }],
  ['\uFEFFseed: 3', { seed: 3 }],
  ['seed: 3\r\nmax_length: 4\r\n', { seed: 3, max_length: 4 }],
  ['{"seed": 3, "engine": "tfjs"}', { seed: 3, engine: 'tfjs' }],
  ['a: 5e-5\nb: 1e3\nc: 5.0e-5\nd: "5e-5"', { a: 5e-5, b: 1000, c: 5e-5, d: '5e-5' }],
  ['a: yes\nb: true\nc: ~\nd:\ne: ""', { a: 'yes', b: true, c: null, d: null, e: '' }],
  ['a: 2026-01-01\nb: 0o17\nc: 1_000', { a: '2026-01-01', b: 15, c: '1_000' }],
  ['a: &x [1, 2]\nb: *x', { a: [1, 2], b: [1, 2] }],
  // An anchor counts for what comes after it; the later of two wins.
  ['a: &x 1\nb: *x\nc: &x 2\nd: *x', { a: 1, b: 1, c: 2, d: 2 }],
  ['seed: 1\nseed: 2', { seed: 1 }],
  ['1: a\ntrue: b', { 1: 'a', true: 'b' }],
])('%j', (text, value) => {
  const parsed = parseConfigText(text);
  expect(parsed.problems).toEqual([]);
  expect(parsed.value).toEqual(value);
});

test('ranges do not count a byte order mark', () => {
  const parsed = parseConfigText('\uFEFFseed: 3');
  expect(valueRange(parsed, ['seed'])).toEqual({ offset: 6, length: 1, line: 1, column: 7 });
});

test('an alias takes its value from one place and stands in another', () => {
  const parsed = parseConfigText('a: &x {b: 1}\nc: *x');
  expect(place(parsed.text, valueRange(parsed, ['c']))).toBe('2:4 *x');
  expect(place(parsed.text, valueRange(parsed, ['c', 'b']))).toBe('1:11 1');
});

test('a key named __proto__ is data', () => {
  const { value } = parseConfigText('__proto__: {polluted: 1}');
  expect(Object.keys(value ?? {})).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test.each([
  [
    `seed: 3 # ${'x'.repeat(1_000_000)}`,
    `1:1 The config is 1000010 characters long, at most ${MAX_CONFIG_LENGTH} are read: keep data in data files.`,
  ],
  ['['.repeat(40), '1:34 The config is nested deeper than 32 levels: keep settings only.'],
  ['a: &a [*a]', '1:8 The config is nested deeper than 32 levels: keep settings only.'],
  [`a: [${'1, '.repeat(60_000)}]`, '1:179999 The config holds more than 60000 values: keep settings only.'],
  ['\n'.repeat(410_000), '400001:1 The config holds more than 400000 words and signs: keep settings only.'],
  ['- 1', '1:1 The config is a list, not settings: write lines like `learning_rate: 5.0e-5`.'],
])('%#: not even read', (text, expected) => {
  const { value, problems } = parseConfigText(text);
  expect(value).toBeUndefined();
  expect(problems.map(({ range, message }) => `${range.line}:${range.column} ${message}`)).toEqual([
    expected,
  ]);
});

test('what can be read of a broken text is kept', () => {
  const { value, problems } = parseConfigText('seed: 3\nmax_length: @\nengine: tfjs');
  expect(problems).toHaveLength(1);
  expect(value).toMatchObject({ seed: 3, engine: 'tfjs' });
});
