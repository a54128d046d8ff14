import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { shellWord } from '../../src/base/shellWord.ts';

const NASTY = [
  '',
  ' ',
  'a b',
  "it's",
  "'",
  "''",
  '"',
  '$HOME',
  '${HOME}',
  '$(id)',
  '`id`',
  '\\',
  'C:\\Users\\Ada Lovelace\\x',
  'C:\\x',
  'a\\nb',
  'a\nb',
  'a\r\nb',
  '\ttab\t',
  '~',
  '~/x',
  '*',
  '?',
  '[a]',
  '{a,b}',
  'a;b',
  'a&b',
  'a|b',
  'a>b',
  '<a',
  '#a',
  '!a',
  '!!',
  '^a',
  '--set=learning_rate=5e-5',
  '--set',
  '-n',
  '%PATH%',
  'größe',
  '報告 😀',
  '(a)',
  'a=b',
  'x'.repeat(5_000),
];

describe.skipIf(process.platform === 'win32')('a word for a POSIX shell', () => {
  test('is the word that the program hears', () => {
    const line = ['printf', "'%s\\0'", ...NASTY.map((text) => shellWord(text, 'posix'))].join(' ');
    const heard = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(heard.split('\0').slice(0, -1)).toEqual(NASTY);
  });

  test('in a folder where patterns would match something', () => {
    const line = `printf '%s' ${shellWord('*.json', 'posix')}`;
    expect(execFileSync('sh', ['-c', line], { encoding: 'utf8', cwd: process.cwd() })).toBe('*.json');
  });
});

test.each([
  ['run', 'run'],
  ['/usr/bin/node', '/usr/bin/node'],
  ['--set=a.b=1e-4,2', '--set=a.b=1e-4,2'],
  ['C:\\x', `'C:\\x'`],
  ["it's", `'it'\\''s'`],
])('a POSIX shell is told %s as %s', (text, expected) => {
  expect(shellWord(text, 'posix')).toBe(expected);
});

describe('a word for PowerShell', () => {
  test.each([
    ['C:\\Users\\ada\\x.yaml', 'C:\\Users\\ada\\x.yaml'],
    ['C:\\Program Files\\x', `'C:\\Program Files\\x'`],
    ["it's", `'it''s'`],
    ['$env:HOME', `'$env:HOME'`],
    ['a`b', "'a`b'"],
    ['', `''`],
    ['a;b', `'a;b'`],
  ])('%s is told as %s', (text, expected) => {
    expect(shellWord(text, 'windows')).toBe(expected);
  });

  // Regression: PowerShell takes ‘ ’ ‚ and ‛ for single quotes as well (about_Quoting_Rules; IsSingleQuote of its tokenizer), so each of
  // them ends the word, and what follows is run: a config in a folder called `a’; calc; ’` starts a program.
  test.each(['‘', '’', '‚', '‛'])('%s inside quotes is doubled like the straight one', (quote) => {
    expect(shellWord(`Ada${quote}s x`, 'windows')).toBe(`'Ada${quote}${quote}s x'`);
  });

  // Regression: an unquoted @ at the beginning of a word splats a variable of that name.
  test('@args is quoted', () => {
    expect(shellWord('@args', 'windows')).toBe(`'@args'`);
  });
});
