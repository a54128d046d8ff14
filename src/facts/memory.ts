import { habitsOf } from './habits.ts';
import { keyOf, type Question } from './question.ts';

/** A question and what is known of it. Times in milliseconds of the service's clock. */
export interface Remembered {
  readonly question: Question;
  /** undefined: not known, or there is none. An old answer stays until a newer one is there. */
  answer: unknown;
  /** Of what the answer was found in. */
  identity: string | undefined;
  /** Whether it was ever looked for to the end; until then the identity means nothing. */
  isLookedFor: boolean;
  /** Until then the answer is taken for good. */
  freshUntil: number;
  /** Until then nobody looks again, whatever happens. */
  restsUntil: number;
  /** Being looked for. */
  isBusy: boolean;
  /** Of what it is found in, something changed while it was being looked for. */
  isTouched: boolean;
  /** Given up when another question takes its place. */
  search: AbortController | undefined;
}

export interface Memory {
  /** Remembers the question from now on, if it does not yet. */
  readonly of: (question: Question) => Remembered;
  readonly all: () => readonly Remembered[];
}

/** Questions with their answers; of every kind the ones that were asked last (HABITS says how many). */
export function createMemory(): Memory {
  const byKind = new Map<string, Map<string, Remembered>>();
  return {
    of: (question) => {
      const kept = byKind.get(question.kind) ?? new Map<string, Remembered>();
      byKind.set(question.kind, kept);
      const key = keyOf(question);
      const found = kept.get(key) ?? newly(question);
      kept.delete(key);
      kept.set(key, found);
      forgetOldest(kept, habitsOf(question).most);
      return found;
    },
    all: () => [...byKind.values()].flatMap((kept) => [...kept.values()]),
  };
}

function newly(question: Question): Remembered {
  return {
    question,
    answer: undefined,
    identity: undefined,
    isLookedFor: false,
    freshUntil: -Infinity,
    restsUntil: -Infinity,
    isBusy: false,
    isTouched: false,
    search: undefined,
  };
}

function forgetOldest(kept: Map<string, Remembered>, most: number): void {
  for (const [key, { search }] of kept) {
    if (kept.size <= most) return;
    search?.abort();
    kept.delete(key);
  }
}
