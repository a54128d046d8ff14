import { expect, test } from 'vitest';
import { told, toldOf } from '../configs.ts';

test.each([
  ['seed: "3', '4:9 syntax: `seed: "3` cannot be read as YAML: add the missing quote, bracket or colon.'],
  [
    'seed: [3',
    '4:9 syntax: `seed: [3` cannot be read as YAML: line it up with the keys of its block, or close its bracket.',
  ],
  ['seed 3', '4:1 syntax: `seed 3` cannot be read as YAML: add the missing quote, bracket or colon.'],
  [
    'seed 3\nmax_length: 9',
    '4:1 syntax: `seed 3` cannot be read as YAML: write `key: value`, with a colon and a space.',
  ],
  [
    'seed: a: b',
    '4:7 syntax: `seed: a: b` cannot be read as YAML: put the value in quotes if it contains a colon, or line the next line up with this one.',
  ],
  [
    'probes:\n\tsets: auto',
    '5:1 syntax: `sets: auto` cannot be read as YAML: indent with spaces instead of a tab.',
  ],
  ['seed: @3', '4:7 syntax: `seed: @3` cannot be read as YAML: put the value in quotes.'],
  ['seed: !foo 3', '4:7 syntax: `seed: !foo 3` cannot be read as YAML: delete the tag that starts with `!`.'],
  [
    '---\nseed: 3',
    '4:1 syntax: `---` cannot be read as YAML: keep one config per file, without a second `---`.',
  ],
  ['seed: *x', '4:7 syntax: The alias `*x` points to nothing: write the value itself.'],
  ['? [seed]\n: 3', '4:3 syntax: A list, block or alias stands where a key belongs: write a plain word.'],
])('%j is no YAML', (added, expected) => {
  expect(toldOf(added)).toEqual([expected]);
});

test.each([
  ['- seed: 3', '1:1 syntax: The config is a list, not settings: write lines like `learning_rate: 5.0e-5`.'],
  ['seed', '1:1 syntax: The config is `seed`, not settings: write lines like `learning_rate: 5.0e-5`.'],
  ['0', '1:1 syntax: The config is `0`, not settings: write lines like `learning_rate: 5.0e-5`.'],
])('%j is no block of settings', (text, expected) => {
  expect(told(text)).toEqual([expected]);
});

test('a line that cannot be read is complained about once, the rest is still checked', () => {
  expect(toldOf('sed: @3\nlr: 3')).toEqual([
    expect.stringMatching(/^4:6 syntax: /),
    expect.stringMatching(/^5:1 unknown-key: /),
  ]);
});

test('what may stand behind the broken place is not called missing', () => {
  expect(told('version: 1\ntrain_file: [rows.jsonl')).toEqual([expect.stringMatching(/^2:\d+ syntax: /)]);
});
