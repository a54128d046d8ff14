import { describe, expect, it } from 'vitest';
import { drawFacts } from '../../../src/cli/lab/draw.ts';
import type { QuestionRow } from '../../../src/data/row.ts';

const facts = (prefix: string, perRelation: number): QuestionRow[] =>
  ['P17', 'P19'].flatMap((relation) =>
    Array.from({ length: perRelation }, (_, index) => ({
      kind: 'question',
      id: `${prefix}${relation}${index}`,
      question: `${prefix} ${relation} ${index}?`,
      answers: ['x'],
      subject: `${prefix}${index}`,
      relation,
    })),
  );
const sizes = { known: 20, new: 10, held: 40 };
const draw = (seed: number) => drawFacts(facts('told', 50), facts('new', 20), sizes, seed);

describe('a draw', () => {
  const { known, held, new: unseen, train } = draw(21);
  it('has the sizes asked for, equal over relations', () => {
    expect([known, held, unseen].map((set) => set.length)).toEqual([20, 40, 10]);
    for (const set of [known, held, unseen])
      expect(set.filter(({ relation }) => relation === 'P17')).toHaveLength(set.length / 2);
  });

  it('trains on known and new, mixed', () => {
    const ids = (set: readonly QuestionRow[]): string[] => set.map(({ id }) => id);
    expect(ids(train).sort()).toEqual(ids([...known, ...unseen]).sort());
    expect(ids(train)).not.toEqual(ids([...known, ...unseen]));
  });

  it('holds nothing that is trained on, and nothing new', () => {
    const trained = new Set([...known, ...unseen].map(({ id }) => id));
    expect(held.filter(({ id }) => trained.has(id))).toEqual([]);
    expect([...known, ...held].every(({ id }) => id.startsWith('told'))).toBe(true);
    expect(unseen.every(({ id }) => id.startsWith('new'))).toBe(true);
  });

  it('is the seed’s, and mixes relations', () => {
    expect(draw(21)).toEqual({ known, held, new: unseen, train });
    expect(
      draw(22)
        .known.map(({ id }) => id)
        .sort(),
    ).not.toEqual(known.map(({ id }) => id).sort());
    const relations = known.map(({ relation }) => relation);
    expect(relations).not.toEqual([...relations].sort());
  });

  it('says which relation has too few', () => {
    expect(() => drawFacts(facts('told', 29), facts('new', 20), sizes, 1)).toThrow(
      'relation P17 has 29 facts, and 30 are needed',
    );
  });
});
