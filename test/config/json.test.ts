import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { parseConfigText } from '../../src/config/parse.ts';
import { applyEdits } from '../../src/config/problem.ts';

const told = (text: string): string[] =>
  parseConfigText(text).problems.map(({ range, message }) => `${range.line}:${range.column} ${message}`);

/** After the fixes of every problem, until there is none any more. */
function mended(text: string): string {
  const edits = parseConfigText(text).problems.flatMap(({ fixes }) => fixes?.[0]?.edits ?? []);
  return edits.length === 0 ? text : mended(applyEdits(text, edits));
}

const COMMENT =
  'is a comment, which JSON does not have: delete it, or write the config as `.sft.yaml`, with `#`.';

describe('mistakes that a fix mends', () => {
  test.each<readonly [string, string, readonly string[], string]>([
    [
      'a comma is missing at the end of a line',
      '{\n  "seed": 1\n  "engine": "tfjs"\n}',
      ['2:11 `1` has no comma behind it, and more follows: write one.'],
      '{\n  "seed": 1,\n  "engine": "tfjs"\n}',
    ],
    [
      'in a list, and behind a block',
      '{"freeze": {"groups": ["ffn" "q"]}\n"seed": 1}',
      ['1:24 `"ffn"` has no comma behind it, and more follows: write one.'],
      '{"freeze": {"groups": ["ffn", "q"]},\n"seed": 1}',
    ],
    [
      'a comma too many',
      '{"seed": 1,,\n"engine": "tfjs"}',
      ['1:12 `,` is one too many: delete it.'],
      '{"seed": 1,\n"engine": "tfjs"}',
    ],
    [
      'semicolons',
      '{"seed": 1;\n"engine": "tfjs";}',
      [
        '1:11 `;` stands where a comma belongs: write `,`.',
        '2:17 `;` stands where a comma belongs: write `,`.',
      ],
      '{"seed": 1,\n"engine": "tfjs",}',
    ],
    ['no colon', '{"seed" 1}', ['1:2 `"seed"` has no colon behind it: write `"key": value`.'], '{"seed": 1}'],
    ['an equals sign', '{"seed" = 1}', ['1:9 `=` stands where a colon belongs: write `:`.'], '{"seed" : 1}'],
    [
      'comments',
      '// a\n{"seed": 1, /* b\nc */ "engine": "tfjs" // "d"\n}',
      ['1:1 `// a` ' + COMMENT, '2:13 `/* b c */` ' + COMMENT, '3:23 `// "d"` ' + COMMENT],
      '\n{"seed": 1,  "engine": "tfjs" \n}',
    ],
  ])('%s', (_name, text, problems, after) => {
    expect(told(text)).toEqual(problems);
    expect(mended(text)).toBe(after);
    expect(told(after)).toEqual([]);
    // JSON but for commas at the end, which YAML allows.
    expect(JSON.parse(after.replace(/,(?=\s*})/g, ''))).toEqual(parseConfigText(after).value);
  });
});

const INSIDE = 'or `\\"` for a quote inside';
const OPEN = `on, a quote is never closed on its line: write one where the text ends, ${INSIDE} it.`;

test.each([
  [
    'a text without its closing quote',
    '{"version": 1, "model_name_or_path": "model, "train_file": "rows.jsonl"}',
    '1:38 From `"model, "` ' + OPEN,
  ],
  [
    'one in a list, of which brackets stand outside quotes then',
    '{"version": 1,\n"prompts": ["Q {question}, "A {question}"]\n}',
    '2:13 From `"Q {question}, "` ' + OPEN,
  ],
  [
    'a key without its closing quote',
    '{"version": 1, "train_file: "rows.jsonl",\n"seed": 1}',
    '1:16 From `"train_file: "` ' + OPEN,
  ],
  [
    'quotes inside a text, and a block that YAML takes for a key',
    '{"version": 1, "model_name_or_path": "m", "prompt_template": "say "yes" {question}", "train_file": "rows.jsonl"}',
    '1:62 `"say "` has no comma behind it, and `yes` follows: write one, ' + INSIDE + ' a text.',
  ],
  [
    'quotes at the end of a text',
    '{"version": 1,\n"prompt_template": "say "yes"",\n"seed": 1}',
    '2:20 `"say "` has no comma behind it, and `yes` follows: write one, ' + INSIDE + ' a text.',
  ],
  [
    'texts that touch',
    '{"groups": ["ffn""q"]}',
    '1:13 `"ffn"` has no comma behind it, and `"q"` follows: write one, ' + INSIDE + ' a text.',
  ],
  [
    'a text in a block without a colon behind it',
    '{"prompt_template": "say " "yes" " now"}',
    '1:21 `"say "` has no comma behind it, and `"yes"` follows: write one, ' + INSIDE + ' a text.',
  ],
])('%s: no edit is certain', (_name, text, problem) => {
  expect(told(text)).toEqual([problem]);
  const fixes = parseConfigText(text).problems.flatMap(({ fixes: own = [] }) => own);
  expect(fixes.filter(({ isCertain }) => isCertain)).toEqual([]);
});

test.each([
  ['on the next line', '{"seed": 1\n"engine": "tfjs"}'],
  ['a key behind a blank', '{"seed": 1 "engine": "tfjs"}'],
  ['an item behind a blank', '{"groups": ["ffn" "q"]}'],
  ['a list behind a blank', '{"groups": [1 [2]]}'],
])('what follows %s is sure to want a comma', (_name, text) => {
  const fixes = parseConfigText(text).problems.flatMap(({ fixes: own = [] }) => own);
  expect(fixes).toMatchObject([{ title: 'Add the comma', isCertain: true }]);
});

test.each([
  ['{"seed": 1', '1:1 `{` is never closed: write `}` where it ends.'],
  ['{"a": [1, 2}', '1:12 `}` closes what `[` opens on line 1: write `]`, or close that first.'],
  [
    '{"a": 1}}',
    '1:9 `}` stands behind the bracket that closes the config: delete it, or the bracket too many before it.',
  ],
  ['{"a": "b,\n"c": 1}', '1:7 `"b,` has a quote that is never closed: write one at its end.'],
  ['{"a": "C:\\models"}', '1:10 `\\m` stands for nothing: write two backslashes where one is meant.'],
  ['{"a": "C:\\users"}', '1:10 `\\u` stands for nothing: write two backslashes where one is meant.'],
  ['{"a": 1,\n"b": 2,, \n{}}', '3:1 `{` stands where a key belongs: write `"key": value`.'],
  ['{"a": 1, : 2, @}', '1:10 `:` has no key before it: write `"key": value`.'],
  ['{"a", "b": [}', '1:5 `,` comes before the value of `"a"`: write `"key": value`.'],
])('%s', (text, problem) => {
  expect(told(text).at(-1)).toBe(problem);
});

test.each([
  ['commas at the end', '{"seed": 1, "freeze": {"groups": ["ffn",],},}'],
  ['single quotes', `{"seed": 1, 'engine': 'tfjs'}`],
  ['bare words', '{"seed": 1, engine: tfjs, "train_file": my rows.jsonl}'],
  ['addresses', '{"seed": 1, "train_file": "https://a.b/*c*/ // d"}'],
  ['addresses without quotes', '{"seed": 1, "train_file": https://a.b/c, "engine": "tfjs"}'],
  ['words with an apostrophe', '{"seed": 1, "train_file": it\'s, "engine": "x\' \n // y"}'],
  ['comments of YAML', '{"seed": 1, # "it\'s // old"\n"engine": "tfjs"}'],
  ['escapes', '{"seed": 1, "train_file": "\\"a\\\\b\\u00e9\\n\\x41"}'],
])('%s are read as YAML', (_name, text) => {
  expect(told(text)).toEqual([]);
});

test.each([
  ['"', 'a\n  // b\n  /* c */ d', 'a // b /* c */ d'],
  ["'", "a // b\n  // it''s", "a // b // it's"],
])('a text in %s of several lines is kept, slashes and all', (mark, lines, value) => {
  const parsed = parseConfigText(`{"prompt_template": ${mark}${lines}${mark}, "seed": 1}`);
  expect(parsed.problems).toEqual([]);
  expect(parsed.value).toEqual({ prompt_template: value, seed: 1 });
});

test('a comment is told beside a text of several lines', () => {
  const text = '{"seed": 1, // it\'s\n"prompt_template": "a\n  // b"}';
  expect(told(text)).toEqual(["1:13 `// it's` " + COMMENT]);
});

test('what stands behind comments stands where it stood', () => {
  const { value, entries } = parseConfigText('{"seed": /* or\n2 */ 1, // x\n"engine": "tfjs"}');
  expect(value).toEqual({ seed: 1, engine: 'tfjs' });
  expect(entries.get('engine')?.key).toMatchObject({ line: 3, column: 1 });
});

test('whatever the text, problems and their edits stand in it', () => {
  const random = createRandom(7, 'json');
  const parts = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ';',
    '=',
    '"',
    "'",
    '\\',
    '//',
    '/*',
    '*/',
    '#',
    '\n',
    ' ',
    'a',
    '1',
    '"b"',
    '"c": ',
  ];
  for (let round = 0; round < 3_000; round++) {
    const rest = Array.from({ length: random.below(25) }, () => parts[random.below(parts.length)]).join('');
    const text = `{"seed"${rest}`;
    for (const { range, fixes = [] } of parseConfigText(text).problems) {
      const places = [range, ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.range))];
      for (const { offset, length } of places) {
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset + length).toBeLessThanOrEqual(text.length);
      }
    }
  }
});
