import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeNotes, readNotes } from '../../src/launch/notes.ts';
import { scratch } from '../folder/bundle.ts';

const notesOf = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'notes.json'), 'utf8'));

test('a label and a pin are kept, each without the other being forgotten', () => {
  const folder = scratch();
  expect(readNotes(folder)).toEqual({});
  changeNotes(folder, { label: 'Größe 😀 "x"' });
  changeNotes(folder, { pinned: true });
  expect(readNotes(folder)).toEqual({ label: 'Größe 😀 "x"', pinned: true });
  changeNotes(folder, { label: 'other', pinned: false });
  expect(readNotes(folder)).toEqual({ label: 'other', pinned: false });
  expect(readdirSync(folder)).toEqual(['notes.json']);
});

test.each(['', '   '])('the label %j takes the label away, and nothing else', (label) => {
  const folder = scratch();
  changeNotes(folder, { label: 'Mine', pinned: true });
  changeNotes(folder, { label });
  expect(notesOf(folder)).toEqual({ pinned: true });
});

test('what a later version has noted stays', () => {
  const folder = scratch();
  writeFileSync(join(folder, 'notes.json'), '{"label":"a","tags":["x"],"colour":{"r":1}}');
  changeNotes(folder, { pinned: true });
  expect(notesOf(folder)).toEqual({ label: 'a', tags: ['x'], colour: { r: 1 }, pinned: true });
});

test.each([
  ['torn', '{"label":"a'],
  ['of another kind', '{"label":5}'],
  ['a list', '[]'],
  ['a label of a megabyte', JSON.stringify({ label: 'x'.repeat(1_000_000) })],
  ['too deep', '['.repeat(5_000)],
])('notes that are %s are none, and can be written anew', (_name, text) => {
  const folder = scratch();
  writeFileSync(join(folder, 'notes.json'), text);
  expect(readNotes(folder)).toEqual({});
  changeNotes(folder, { label: 'new' });
  expect(readNotes(folder)).toEqual({ label: 'new' });
});

test('a link that leads out of the folder is neither read nor written through', () => {
  const [folder, elsewhere] = [scratch(), join(scratch(), 'private.json')];
  writeFileSync(elsewhere, '{"label":"private"}');
  symlinkSync(elsewhere, join(folder, 'notes.json'));
  expect(readNotes(folder)).toEqual({});
  changeNotes(folder, { label: 'mine' });
  expect(readNotes(folder)).toEqual({ label: 'mine' });
  expect(readFileSync(elsewhere, 'utf8')).toBe('{"label":"private"}');
});

test('notes that cannot be written are one sentence, and leave nothing behind', () => {
  const folder = scratch();
  mkdirSync(join(folder, 'notes.json'));
  expect(() => changeNotes(folder, { label: 'x' })).toThrow(/^Cannot write .*notes\.json: .*\.$/);
  expect(readdirSync(folder)).toEqual(['notes.json']);
});
