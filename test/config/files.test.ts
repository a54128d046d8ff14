import { expect, test } from 'vitest';
import { namedKind, resolvePath } from '../../src/config/files.ts';

test.each([
  ['/a/b', 'c.jsonl', '/a/b/c.jsonl'],
  ['/a/b', './c/../d', '/a/b/d'],
  ['/a/b', '../../../..', '/'],
  ['/a/b/', 'c//d/', '/a/b/c/d'],
  ['/a/b', '/x/./y', '/x/y'],
  ['/a/b', '~/c', '/a/b/~/c'],
  ['/', 'c', '/c'],
  // On POSIX a backslash is a letter; a Windows path stays one wherever it is read.
  ['/a/b', 'c\\d', '/a/b/c\\d'],
  ['/a/b', 'C:\\x\\..\\y', 'C:\\y'],
  ['C:\\a\\b', 'c/d', 'C:\\a\\b\\c\\d'],
  ['C:\\a\\b', '..\\..\\..\\c', 'C:\\c'],
  ['C:\\a\\b', '\\c', 'C:\\c'],
  ['C:\\a\\b', 'D:/x', 'D:\\x'],
  ['\\\\server\\share\\a', '..\\..\\b', '\\\\server\\share\\b'],
  ['C:\\a', '\\\\server\\share\\b', '\\\\server\\share\\b'],
])('from %s, %s is %s', (folder, path, expected) => {
  expect(resolvePath(folder, path)).toBe(expected);
});

test.each([
  [['model_name_or_path'], 'folder'],
  [['train_file'], 'file'],
  [['train_file', 12, 'path'], 'file'],
  [['probes', 'sets', 0, 'file'], 'file'],
  [['self_distill', 'teacher'], 'folder'],
  [['probes', 'file'], undefined],
  // A key that only looks like that path.
  [['probes.sets[0].file'], undefined],
])('%j names a %s', (path, expected) => {
  expect(namedKind(path)).toBe(expected);
});

test('the words of a teacher are no folders', () => {
  const path = ['self_distill', 'teacher'];
  expect(['snapshot', 'base', 'old/base'].map((value) => namedKind(path, value))).toEqual([
    undefined,
    undefined,
    'folder',
  ]);
});
