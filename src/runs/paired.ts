import type { ProbeFact } from '../protocol/runFiles.ts';
import { holm } from './holm.ts';
import { mcnemarExact } from './mcnemar.ts';

/** One run's answers, as far as the pairing needs them. */
export interface PairedRun {
  readonly id: string;
  /** Undefined if not known; then the run is paired with every other. */
  readonly seed: number | undefined;
  /** Undefined if not known; then the run is in no pair. */
  readonly facts: readonly ProbeFact[] | undefined;
}

/** Two runs on the held facts that both were asked. */
export interface PairedTest {
  readonly first: string;
  readonly second: string;
  /** Held facts asked of both. */
  readonly shared: number;
  /** Facts only the first run got right, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided exact McNemar. */
  readonly p: number;
  /** The same, after Holm's correction over all pairs returned together. */
  readonly adjustedP: number;
}

/**
 * Every two runs of one seed against each other: facts of different seeds belong to different base models and are not pairs
 * (DESIGN 6). Runs that share no held fact are no pair either.
 */
export function comparePairs(runs: readonly PairedRun[]): PairedTest[] {
  const tests = runs.flatMap((first, index) =>
    runs
      .slice(index + 1)
      .flatMap((second) => (areComparable(first, second) ? [compareTwo(first, second)] : [])),
  );
  const meaningful = tests.filter((test) => test.shared > 0);
  const adjusted = holm(meaningful.map((test) => test.p));
  return meaningful.map((test, index) => ({ ...test, adjustedP: adjusted[index] ?? test.p }));
}

function areComparable(first: PairedRun, second: PairedRun): boolean {
  return first.seed === undefined || second.seed === undefined || first.seed === second.seed;
}

function compareTwo(first: PairedRun, second: PairedRun): Omit<PairedTest, 'adjustedP'> {
  const answers = heldAnswers(second.facts);
  let [shared, onlyFirst, onlySecond] = [0, 0, 0];
  for (const [id, correct] of heldAnswers(first.facts)) {
    const other = answers.get(id);
    if (other === undefined) continue;
    shared += 1;
    if (correct && !other) onlyFirst += 1;
    if (!correct && other) onlySecond += 1;
  }
  const p = mcnemarExact(onlyFirst, onlySecond);
  return { first: first.id, second: second.id, shared, onlyFirst, onlySecond, p };
}

/** Whether each held fact was right, by probe set and id: two sets may use the same ids. */
function heldAnswers(facts: readonly ProbeFact[] = []): Map<string, boolean> {
  const held = facts.filter((fact) => fact.set === 'held');
  return new Map(held.map((fact) => [JSON.stringify([fact.source, fact.id]), fact.correct]));
}
