import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { createArrayCutter } from '../../src/facts/read/arrayCutter.ts';
import { MAX_RECORD_BYTES, type Cutter, type OnRecord } from '../../src/facts/read/cutter.ts';
import { createLineCutter } from '../../src/facts/read/lineCutter.ts';

/** What a cutter makes of a text that comes in chunks of random lengths. */
function cut<Some extends Cutter>(
  make: (onRecord: OnRecord) => Some,
  text: string,
  seed: number,
): { readonly records: readonly (string | undefined)[]; readonly cutter: Some } {
  const random = createRandom(seed, 'chunks');
  const records: (string | undefined)[] = [];
  const cutter = make((bytes) => records.push(bytes?.toString('utf8')));
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length;) {
    const to = from + random.below(7);
    cutter.add(bytes.subarray(from, to));
    from = Math.min(to, bytes.length);
  }
  cutter.end();
  return { records, cutter };
}

test('lines are the same however they come', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed, 'lines');
    const lines = Array.from({ length: random.below(8) }, () => 'é😀x'.repeat(random.below(4)));
    const text = lines.join('\n');
    const expected = text.endsWith('\n') || text === '' ? text.split('\n').slice(0, -1) : text.split('\n');
    expect(cut(createLineCutter, text, seed).records, JSON.stringify(text)).toEqual(expected);
  }
});

function randomValue(seed: number, depth: number): unknown {
  const random = createRandom(seed, 'value');
  const inner = (index: number): unknown => randomValue(seed * 7 + index + 1, depth + 1);
  switch (random.below(depth > 3 ? 4 : 6)) {
    case 0:
      return random.below(1_000);
    case 1:
      return ['"', '\\', '],', '}{', '\\"', '[', 'é😀', ''][random.below(8)];
    case 2:
      return null;
    case 3:
      return random.below(2) === 0;
    case 4:
      return Array.from({ length: random.below(4) }, (_item, index) => inner(index));
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, (_item, index) => [`"${index}`, inner(index)]),
      );
  }
}

describe('an array', () => {
  test('is cut into its items, however it comes', () => {
    for (let seed = 0; seed < 300; seed++) {
      const items = Array.from({ length: seed % 5 }, (_item, index) => randomValue(seed * 31 + index, 0));
      const text = ` ${JSON.stringify(items, undefined, seed % 3)} \n`;
      const { records, cutter } = cut(createArrayCutter, text, seed);
      expect(cutter.isWhole(), text).toBe(true);
      expect(
        records.map((record): unknown => JSON.parse(record ?? '')),
        text,
      ).toEqual(items);
    }
  });

  test('that is damaged is not whole, or has an item that is no JSON, exactly where it is no JSON itself', () => {
    let damaged = 0;
    for (let seed = 0; seed < 2_000; seed++) {
      const random = createRandom(seed, 'damage');
      const items = Array.from({ length: 1 + (seed % 3) }, (_item, index) =>
        randomValue(seed * 17 + index, 1),
      );
      const text = JSON.stringify(items);
      const at = random.below(text.length);
      const other = ['', ',', ']', '[', '}', '{', '"', '\\', ' '][random.below(9)] ?? '';
      const changed = text.slice(0, at) + other + text.slice(at + random.below(2));
      const { records, cutter } = cut(createArrayCutter, changed, seed);
      const isArray = Array.isArray(valueOf(changed));
      if (!isArray) damaged += 1;
      const isTaken = cutter.isWhole() && records.every((record) => valueOf(record ?? '') !== undefined);
      expect(isTaken, changed).toBe(isArray);
    }
    expect(damaged).toBeGreaterThan(500);
  });
});

test('a record that is too long is told without its bytes, and leaves nothing behind', () => {
  const long = 'x'.repeat(MAX_RECORD_BYTES / 8);
  const told: [number | undefined, number][] = [];
  const cutter = createLineCutter((bytes, length) => told.push([bytes?.length, length]));
  for (let chunk = 0; chunk < 9; chunk++) cutter.add(Buffer.from(long));
  cutter.add(Buffer.from('\nshort\n'));
  cutter.end();
  expect(told).toEqual([
    [undefined, 9 * long.length],
    [5, 5],
  ]);
});

/** undefined where it is no JSON. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
