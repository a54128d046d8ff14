import { describe, expect, it } from 'vitest';
import { plain } from '../../src/host/plain.ts';

/** What a reader sees: without the characters that have no width. */
const seen = (text: string): string => text.replaceAll('\u200B', '');

describe('text of other people', () => {
  it.each(['', 'support', 'Größe 😀 報告', '$5 (five)', 'a [b] (c)', '100 % & <b>'])(
    '%j stays as it is',
    (text) => {
      expect(plain(text)).toBe(text);
    },
  );

  it.each(['$(trash)', '$(sync~spin) now', '[click](command:holdfast.kill)', '$$(x)', ']((', '$($(x)'])(
    '%j means nothing to the editor, and looks the same',
    (text) => {
      const shown = plain(text);
      expect(shown).not.toMatch(/\$\([\w~-]+\)/);
      expect(shown).not.toContain('](');
      expect(shown).not.toContain('$(');
      expect(seen(shown)).toBe(text);
    },
  );

  it.each([
    ['a\nb\r\n\tc', 'a b c'],
    ['  a   b  ', 'a b'],
    ['a\u2028b\u0085c', 'a b c'],
    ['\u001b[31mred\u0000', '[31mred'],
    // Marks of direction would turn what stands after them around.
    ['exe.\u202Egpj', 'exe. gpj'],
    ['a\u2066b\u2069c', 'a b c'],
  ])('%j is on one line', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it('is not too long, and never cut through the middle of a character', () => {
    expect(plain('x'.repeat(300))).toBe('x'.repeat(300));
    expect(plain('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
    expect(plain('😀'.repeat(10), 5)).toBe('😀😀😀😀…');
    expect(plain('abcdef', 6)).toBe('abcdef');
    expect(plain('a\n\n\n\n\nb', 3)).toBe('a b');
  });
});
