import { describe, expect, it } from 'vitest';
import { decodeEventLine, encodeEventLine } from '../../src/protocol/decode.ts';
import { MAX_NESTING, MAX_STRING_LENGTH, parseCapped } from '../../src/protocol/limits.ts';
import { encodeJson } from '../../src/protocol/numbers.ts';
import { protocolProblem } from '../../src/protocol/version.ts';

const stopped = { seq: 3, time: '2026-01-01T00:00:00.000Z', type: 'stopped', step: 4, reason: 'x' };

describe('one line', () => {
  it.each([
    [JSON.stringify(stopped), 'event'],
    [JSON.stringify({ ...stopped, later: { more: 1 } }), 'event'],
    [JSON.stringify({ ...stopped, type: 'teleported' }), 'unknown'],
    [JSON.stringify({ ...stopped, step: -1 }), 'broken'],
    [JSON.stringify({ ...stopped, step: 'four' }), 'broken'],
    ['{"type": "stopped", "step": NaN}', 'broken'],
    ['library banner', 'broken'],
    ['null', 'broken'],
    ['[]', 'broken'],
    ['', 'broken'],
  ])('%s is %s', (line, kind) => {
    expect(decodeEventLine(line).kind).toBe(kind);
  });

  it('keeps fields it does not know, and comes back as it was', () => {
    const line = JSON.stringify({ ...stopped, later: { more: 1 } });
    const decoded = decodeEventLine(line);
    if (decoded.kind !== 'event') throw new Error(decoded.kind);
    expect(JSON.parse(encodeEventLine(decoded.event))).toEqual(JSON.parse(line));
  });
});

it.each([
  [NaN, '"NaN"'],
  [Infinity, '"Infinity"'],
  [{ a: [-Infinity, 1] }, '{"a":["-Infinity",1]}'],
])('%j on the wire', (value, text) => {
  expect(encodeJson(value)).toBe(text);
});

describe('caps', () => {
  it.each([
    ['deep nesting', '['.repeat(MAX_NESTING + 1) + ']'.repeat(MAX_NESTING + 1), /nested deeper than/],
    ['absurd nesting', '['.repeat(400_000) + ']'.repeat(400_000), /./],
    ['a long string', JSON.stringify('x'.repeat(MAX_STRING_LENGTH + 1)), /holds a string of/],
    ['a long line', JSON.stringify(Array.from({ length: 400_000 }, () => 1.5)), /longer than/],
  ])('%s', (_name, text, message) => {
    expect(parseCapped(text)).toEqual({ problem: expect.stringMatching(message) as unknown });
  });
  it('what is within them passes', () => {
    expect(parseCapped('['.repeat(MAX_NESTING) + ']'.repeat(MAX_NESTING))).toHaveProperty('value');
  });
});

it.each([
  ['1.0', false],
  ['1.7', false],
  ['2.0', true],
  ['', true],
])('protocol %j is a problem: %s', (version, isProblem) => {
  expect(protocolProblem(version) !== undefined).toBe(isProblem);
});
