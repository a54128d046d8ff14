import { describe, expect, it } from 'vitest';
import { shortTime } from '../../src/host/timestamps.ts';

// The reader's language and time zone decide the rest; what must stand in it in every one of them is tested.

/** Numbers of this system's way of writing, as they stand in a time. */
const numbersIn = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);

describe('a short time', () => {
  const now = new Date(2026, 10, 21, 12, 0);

  it('is hour and minute of today', () => {
    expect(numbersIn(shortTime(new Date(2026, 10, 21, 7, 23).toISOString(), now))).toEqual([7, 23]);
  });

  it('has the day where it is another one of this year', () => {
    const numbers = numbersIn(shortTime(new Date(2026, 9, 13, 7, 23).toISOString(), now));
    expect(numbers).toEqual(expect.arrayContaining([13, 7, 23]));
    expect(numbers).not.toContain(2026);
    // The same day of another month is another day.
    const october = numbersIn(shortTime(new Date(2026, 9, 21, 7, 23).toISOString(), now));
    expect(october).toEqual(expect.arrayContaining([21, 7, 23]));
  });

  it('has the year where it is another one', () => {
    expect(numbersIn(shortTime(new Date(2025, 11, 31, 7, 23).toISOString(), now))).toEqual(
      expect.arrayContaining([31, 2025, 7, 23]),
    );
    expect(numbersIn(shortTime(new Date(2025, 10, 21, 7, 23).toISOString(), now))).toContain(2025);
    expect(numbersIn(shortTime(new Date(2027, 0, 1, 7, 23).toISOString(), now))).toContain(2027);
  });

  it('decides by the reader’s day and year, not by those of Greenwich', () => {
    const [evening, night] = [new Date(2026, 11, 31, 23, 59), new Date(2027, 0, 1, 0, 1)];
    expect(numbersIn(shortTime(evening.toISOString(), night))).toContain(2026);
    const morning = numbersIn(shortTime(night.toISOString(), new Date(2027, 0, 1, 23, 59)));
    expect(morning).not.toContain(2027);
    expect(morning.length).toBe(2);
  });

  it.each(['', 'yesterday', '2026-02-32T00:00:00Z'])('%j is no time, and stays as it is', (text) => {
    expect(shortTime(text, now)).toBe(text);
  });
});
