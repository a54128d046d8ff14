import { expect, test } from 'vitest';
import {
  addKey,
  removeSetting,
  renameKey,
  replaceValue,
  setSetting,
  setSettings,
} from '../../src/config/edits.ts';
import { parseConfigText } from '../../src/config/parse.ts';
import type { Path } from '../../src/config/path.ts';
import { applyEdits, type TextEdit } from '../../src/config/problem.ts';

type Edit = (text: string, path: Path) => TextEdit;

const remove: Edit = (text, path) => removeSetting(parseConfigText(text), path);
const set: Edit = (text, path) => setSetting(parseConfigText(text), path, '2');

/** After the edit; whatever it does, the text must still be read. */
function after(text: string, edit: TextEdit): string {
  const changed = applyEdits(text, [edit]);
  expect(parseConfigText(changed).problems).toEqual([]);
  return changed;
}

test.each<[string, Path, string]>([
  ['a: 1  # one\nb: 2\n', ['a'], 'b: 2\n'],
  ['a: 1\r\nb: 2\r\n', ['a'], 'b: 2\r\n'],
  ['a: 1\nb: 2', ['b'], 'a: 1\n'],
  ['a:\n  b: 1\n  c: 2\n', ['a', 'b'], 'a:\n  c: 2\n'],
  ['a: {b: 1, c: 2}\n', ['a', 'b'], 'a: {c: 2}\n'],
  ['a: {b: 1, c: 2}\n', ['a', 'c'], 'a: {b: 1}\n'],
  ['{"a": 1,\n "b": 2}\n', ['a'], '{"b": 2}\n'],
  ['{"a": 1,\n "b": 2}\n', ['b'], '{"a": 1}\n'],
  ['a:\n  - b: 1  # one\n    c: 2\n  - d: 3\n', ['a', 0], 'a:\n  - d: 3\n'],
  ['a:\n  - b: 1\n  - {b: 2}  # two\nc: 3\n', ['a', 1], 'a:\n  - b: 1\nc: 3\n'],
  ['a: [1, 2, 3]\n', ['a', 1], 'a: [1, 3]\n'],
  ['a: [1, 2]\n', ['a', 1], 'a: [1]\n'],
  ['a: [\n  {b: 1},\n  {b: 2}\n]\n', ['a', 1], 'a: [\n  {b: 1}\n]\n'],
  ['{"a": [\n  {"b": 1},\n  {"b": 2}\n]}\n', ['a', 1], '{"a": [\n  {"b": 1}\n]}\n'],
  // What is not there is left out already.
  ['a: 1\n', ['b'], 'a: 1\n'],
])('of %j without %j remains %j', (text, path, expected) => {
  expect(after(text, remove(text, path))).toBe(expected);
});

test.each<[string, Path, string]>([
  ['a: 1  # one\n', ['a'], 'a: 2  # one\n'],
  ['a:  # none\n', ['a'], 'a: 2  # none\n'],
  ['b: 1  # one\n', ['a'], 'b: 1  # one\na: 2\n'],
  ['b: 1\r\nc: 3\r\n', ['a'], 'b: 1\r\nc: 3\r\na: 2\r\n'],
  ['b:\n  c: 1\nd: 3\n', ['b', 'a'], 'b:\n  c: 1\n  a: 2\nd: 3\n'],
  ['b: {c: 1}\n', ['b', 'a'], 'b: {c: 1, a: 2}\n'],
  ['b: {}\n', ['b', 'a'], 'b: {a: 2}\n'],
  ['c: 1\n', ['b', 'a'], 'c: 1\nb: {a: 2}\n'],
  ['{"c": 1}\n', ['b', 'a'], '{"c": 1, "b": {"a": 2}}\n'],
  ['b:\n  - c: 1\n  - c: 3\n', ['b', 0, 'a'], 'b:\n  - c: 1\n    a: 2\n  - c: 3\n'],
  ['b: [{c: 1}, {c: 3}]\n', ['b', 0, 'a'], 'b: [{c: 1, a: 2}, {c: 3}]\n'],
])('%j with 2 at %j is %j', (text, path, expected) => {
  expect(after(text, set(text, path))).toBe(expected);
});

test.each([
  ['engine: tfjs\n', 'engine: torch\n'],
  ['engine: "tfjs"\n', 'engine: torch\n'],
  ['{"engine": "tfjs"}\n', '{"engine": "torch"}\n'],
])('a word in %j is written as the text writes words', (text, expected) => {
  expect(after(text, replaceValue(parseConfigText(text), ['engine'], 'torch'))).toBe(expected);
});

test.each([
  ['a: 1\n', 'b: 1\n'],
  ['"a": 1\n', '"b": 1\n'],
])('the key of %j keeps its quotes', (text, expected) => {
  expect(after(text, renameKey(parseConfigText(text), ['a'], 'b'))).toBe(expected);
});

test('a list that is added to JSON is JSON', () => {
  const text = '{"version": 1}\n';
  const edit = addKey(parseConfigText(text), [], 'freeze', '{trainable_groups: [attention]}');
  expect(after(text, edit)).toBe('{"version": 1, "freeze": {"trainable_groups": ["attention"]}}\n');
});

test.each([
  ['b: 1\n', 'b: 1\na: 2\nc: 3\n'],
  ['c: 1\nb: 1\n', 'c: 3\nb: 1\na: 2\n'],
  ['{"b": 1}\n', '{"b": 1, "a": 2, "c": 3}\n'],
  ['', 'a: 2\nc: 3\n'],
])('several settings are added to %j in their order', (text, expected) => {
  const settings = [[['a'], '2'] as const, [['c'], '3'] as const];
  const edits = setSettings(parseConfigText(text), settings);
  expect(applyEdits(text, edits)).toBe(expected);
  expect(new Set(edits.map(({ range }) => range.offset)).size).toBe(edits.length);
});
