import { expect, test } from 'vitest';
import { formatPath, isWithin, valueAt, withValueAt } from '../../src/config/path.ts';

test.each([
  [[], ''],
  [['seed'], 'seed'],
  [['probes', 'sets', 0, 'file'], 'probes.sets[0].file'],
  // Unlike the path above, so that no two paths look alike.
  [['probes.sets[0].file'], '["probes.sets[0].file"]'],
  [['probes', ''], 'probes[""]'],
])('%j is written %s', (path, expected) => {
  expect(formatPath(path)).toBe(expected);
});

test.each([
  ['probes', 'probes', true],
  ['probes.sets', 'probes', true],
  ['probes.sets[0].file', 'probes.sets', true],
  ['probes', 'probes.sets', false],
  ['probes_more', 'probes', false],
])('%s within %s: %s', (key, ancestor, expected) => {
  expect(isWithin(key, ancestor)).toBe(expected);
});

test.each([
  [{ a: [{ b: 0 }] }, ['a', 0, 'b'], 0],
  [{ a: null }, ['a'], null],
  [{ a: null }, ['a', 'b'], undefined],
  [{ a: [1] }, ['a', 'length'], undefined],
  [{ a: 'text' }, ['a', 'length'], undefined],
  // What every object inherits is not in the config.
  [{}, ['constructor'], undefined],
  [{ a: {} }, ['a', '__proto__'], undefined],
])('of %j the value at %j is %j', (value, path, expected) => {
  expect(valueAt(value, path)).toBe(expected);
});

test.each([
  [{ a: 1 }, ['b'], { a: 1, b: 9 }],
  [{ a: 1 }, ['a'], { a: 9 }],
  [{}, ['a', 'b'], { a: { b: 9 } }],
  [{ a: null }, ['a', 'b'], { a: { b: 9 } }],
  [{ a: [1, 2] }, ['a', 1], { a: [1, 9] }],
  // A value in the way stays: it is a problem of its own.
  [{ a: 5 }, ['a', 'b'], { a: 5 }],
])('%j with 9 at %j is %j', (value, path, expected) => {
  const before = JSON.stringify(value);
  expect(withValueAt(value, path, 9)).toEqual(expected);
  expect(JSON.stringify(value)).toBe(before);
});
