import { createRandom, shuffled } from '../../base/random.ts';
import type { QuestionRow } from '../../data/row.ts';

/** How many facts of each kind a draw takes, in all. */
export interface DrawSizes {
  readonly known: number;
  readonly new: number;
  readonly held: number;
}

/** Which facts a run of the lab trains on, and which it is held to. */
export interface Draw {
  readonly known: readonly QuestionRow[];
  readonly new: readonly QuestionRow[];
  readonly held: readonly QuestionRow[];
  /** Known and new, mixed. */
  readonly train: readonly QuestionRow[];
}

/**
 * Draws for a seed the facts a model knows and trains on, those it knows and does not, and those that are new to it: the same
 * number of every relation, so that no set is easier than another.
 * @param told facts the base model was pre-trained on; `unseen`: facts it never met
 * @throws RangeError when a relation has too few facts
 */
export function drawFacts(
  told: readonly QuestionRow[],
  unseen: readonly QuestionRow[],
  sizes: DrawSizes,
  seed: number,
): Draw {
  const relations = [...new Set(told.map(relationOf))].sort();
  const share = (count: number): number => Math.ceil(count / relations.length);
  const parts = relations.map((relation) => {
    const familiar = ordered(told, relation, seed, 'told');
    const others = ordered(unseen, relation, seed, 'unseen');
    const known = take(familiar, 0, share(sizes.known), relation);
    const held = take(familiar, known.length, share(sizes.held), relation);
    return { known, held, new: take(others, 0, share(sizes.new), relation) };
  });
  const mix = (facts: readonly QuestionRow[], name: string): QuestionRow[] =>
    shuffled(facts, createRandom(seed, 'draw', name));
  const known = parts.flatMap((part) => part.known);
  const unknown = parts.flatMap((part) => part.new);
  const held = parts.flatMap((part) => part.held);
  return {
    known: mix(known, 'known'),
    new: mix(unknown, 'new'),
    held: mix(held, 'held'),
    train: mix([...known, ...unknown], 'train'),
  };
}

function ordered(facts: readonly QuestionRow[], relation: string, seed: number, pool: string): QuestionRow[] {
  const mine = facts.filter((fact) => relationOf(fact) === relation);
  return shuffled(mine, createRandom(seed, 'draw', pool, relation));
}

function take(facts: readonly QuestionRow[], from: number, count: number, relation: string): QuestionRow[] {
  if (facts.length < from + count)
    throw new RangeError(`relation ${relation} has ${facts.length} facts, and ${from + count} are needed`);
  return facts.slice(from, from + count);
}

function relationOf(fact: QuestionRow): string {
  return fact.relation ?? '';
}
