import type { RunConfig } from '../../protocol/runConfig.ts';
import type { TokenFacts } from '../facts.ts';
import { rowsPerEpoch } from './steps.ts';

/** A training file in tokens, and how often its rows appear per epoch. */
export interface WeightedTokens {
  readonly facts: Pick<TokenFacts, 'rows' | 'lengths' | 'first_counted' | 'counted' | 'shared_prefix'>;
  readonly weight: number;
}

/** A row after max_length. Tokens. */
export interface RowTokens {
  readonly length: number;
  /** Those that the loss counts: the completion with its end token, or all but the first. */
  readonly counted: number;
  /** Before the first one that counts. */
  readonly prompt: number;
}

/** Training rows in tokens, as a run meets them. */
export interface TrainingTokens {
  /** Rows of one epoch, weights of the files counted in; those without a counted token are left out, as a run does. */
  readonly rowsPerEpoch: number;
  /** Every row once. */
  readonly distinctRows: number;
  /** Of all rows, or of a sample, the longest first; each as likely as the others. Never empty, unless there is no row. */
  readonly rows: readonly RowTokens[];
  /** Tokens of a row on average, weights counted in; 0 without rows. */
  readonly meanLength: number;
  /** Of those, tokens that the loss counts. */
  readonly meanCounted: number;
  readonly longest: number;
  /** Share of the tokens that lie in a beginning which an earlier row has too, 0..1. */
  readonly sharedPrefix: number;
  /** Whether only some of the rows were looked at, so that the longest may be longer. */
  readonly isSampled: boolean;
}

/** Facts of probe sets in tokens. */
export interface ProbeTokens {
  /** Of the longest question. */
  readonly longest: number;
  /** Of a question with its answer, as few-shot prompts show them. */
  readonly mean: number;
}

/** Probe sets together; nothing cuts them. undefined without a row. */
export function probeTokens(
  files: readonly Pick<TokenFacts, 'lengths' | 'first_counted'>[],
): ProbeTokens | undefined {
  const lengths = files.flatMap((file) => file.lengths);
  if (lengths.length === 0) return undefined;
  const questions = files.flatMap((file) => file.first_counted);
  return { longest: questions.reduce((most, length) => Math.max(most, length), 0), mean: meanOf(lengths) };
}

/** The training files of a config after its max_length. */
export function tokensAt(
  files: readonly WeightedTokens[],
  { max_length: most }: Pick<RunConfig, 'max_length'>,
): TrainingTokens {
  const cut = files.map((file) => cutFile(file, most));
  const sum = (of: (file: CutFile) => number): number => cut.reduce((total, file) => total + of(file), 0);
  const perEpoch = sum((file) => file.perEpoch);
  const mean = (of: (row: RowTokens) => number): number =>
    sum(({ perEpoch: rows, kept }) => rows * meanOf(kept.map(of))) / Math.max(1, perEpoch);
  const rows = cut.flatMap(({ kept }) => kept).sort((a, b) => b.length - a.length);
  return {
    rowsPerEpoch: perEpoch,
    distinctRows: sum((file) => file.distinct),
    rows,
    meanLength: mean(({ length }) => length),
    meanCounted: mean(({ counted }) => counted),
    longest: rows[0]?.length ?? 0,
    sharedPrefix: sum(({ perEpoch: count, shared }) => count * shared) / Math.max(1, perEpoch),
    isSampled: files.some(({ facts }) => facts.rows > facts.lengths.length),
  };
}

interface CutFile {
  readonly kept: readonly RowTokens[];
  readonly perEpoch: number;
  readonly distinct: number;
  readonly shared: number;
}

function cutFile({ facts, weight }: WeightedTokens, most: number): CutFile {
  const all = facts.lengths.map((length, index) =>
    cutRow(length, facts.first_counted[index] ?? 0, facts.counted[index] ?? 0, most),
  );
  const kept = all.filter(({ counted }) => counted > 0);
  // A sample stands for its file: what it lost, the file loses in proportion.
  const distinct = all.length === 0 ? 0 : Math.round((facts.rows * kept.length) / all.length);
  return { kept, distinct, perEpoch: rowsPerEpoch(distinct, weight), shared: facts.shared_prefix };
}

/** Rows are cut from the right, where the counted tokens are. */
function cutRow(length: number, first: number, counted: number, most: number): RowTokens {
  const lost = Math.max(0, length - most);
  return {
    length: length - lost,
    counted: Math.max(0, Math.min(counted - lost, length - lost - first)),
    prompt: Math.min(first, length - lost),
  };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
