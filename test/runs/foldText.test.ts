import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeEventLine } from '../../src/protocol/decode.ts';
import { MAX_LINE_BYTES } from '../../src/protocol/limits.ts';
import { createEventReader, foldRun, type Reading } from '../../src/runs/foldText.ts';
import { foldEvents, transcript } from './events.ts';

const wire = (name: string): string => readFileSync(new URL(`../wire/${name}`, import.meta.url), 'utf8');
const readIn = (text: string, size: number): Reading => {
  const reader = createEventReader();
  for (let at = 0; at < text.length; at += size) reader.read(text.slice(at, at + size));
  return reader.read('');
};
const events = transcript(['hello'], ['started'], ['stepped', { step: 1 }], ['stopped', { step: 1 }]);
const text = events.map(encodeEventLine).join('');

describe('reading in pieces', () => {
  it.each(['full-run.jsonl', 'disorder.jsonl', 'future.jsonl', 'torn.jsonl'])(
    'gives the same for %s',
    (name) => {
      const whole = createEventReader().read(wire(name));
      for (const size of [1, 7, 100, 4_096]) expect(readIn(wire(name), size)).toEqual(whole);
    },
  );

  it('waits for the rest of a torn line', () => {
    const reader = createEventReader();
    const cut = text.length - 20;
    const torn = reader.read(text.slice(0, cut));
    expect([torn.state.status, torn.brokenLines]).toEqual(['running', 0]);
    expect(torn.pending).toBe(cut - 1 - text.lastIndexOf('\n', cut - 1));
    expect(reader.read(text.slice(cut))).toMatchObject({ state: { status: 'stopped' }, pending: 0 });
  });

  it('leaves earlier readings as they were', () => {
    const reader = createEventReader();
    const first = reader.read(text);
    reader.read(encodeEventLine({ ...transcript(['warned'])[0], seq: 9 } as (typeof events)[0]));
    expect(first.state).toEqual(foldEvents(events));
  });
});

describe('a line that is no event', () => {
  const check = (line: string, firstProblem: string): void =>
    it(`is counted, not fatal: ${line.slice(0, 30)}`, () => {
      const reading = createEventReader().read(`${line}\n${text}${line}\n`);
      expect(reading).toMatchObject({ brokenLines: 2, unknownEvents: 0, state: { status: 'stopped' } });
      expect(reading.firstProblem).toContain(firstProblem);
    });
  check('', 'line 1 not JSON');
  check('Traceback (most recent call last):', 'line 1 not JSON: Traceback');
  check('{"type":"hello"}', 'line 1 hello');
  check(`{"type":"${'x'.repeat(2 * MAX_LINE_BYTES)}"}`, 'line 1 longer than 1000000 characters');
});

it('counts types it does not know', () => {
  const reading = createEventReader().read(`{"type":"sharded","seq":0}\n${text}`);
  expect(reading).toMatchObject({ unknownEvents: 1, brokenLines: 0, firstProblem: undefined });
});

it('skips an endless line as it comes, and reads on after it', () => {
  const reader = createEventReader();
  const piece = 'x'.repeat(300_000);
  for (let count = 1; count <= 10; count++) expect(reader.read(piece).pending).toBe(count * piece.length);
  expect(reader.read(`\n${text}`)).toMatchObject({
    brokenLines: 1,
    pending: 0,
    state: { status: 'stopped' },
  });
});

it('keeps a line of exactly the longest length', () => {
  const padded = (length: number): string => {
    const bare = encodeEventLine(events[0] as (typeof events)[0]).trimEnd();
    return `${bare}${' '.repeat(length - bare.length)}\n`;
  };
  expect(createEventReader().read(padded(MAX_LINE_BYTES)).brokenLines).toBe(0);
  expect(createEventReader().read(padded(MAX_LINE_BYTES + 1)).brokenLines).toBe(1);
});

it('folds a whole text without its torn end', () => {
  expect(foldRun(`${text}{"seq":99`)).toEqual(foldEvents(events));
});
