import type { RunConfig } from '../../protocol/runConfig.ts';
import type { RowTokens, TrainingTokens } from './tokens.ts';

/** Rows of one forward pass, in tokens. */
export interface BatchTokens {
  readonly rows: readonly RowTokens[];
  /** Each of them stands for so many: 1, unless a batch is so large that a part of it says enough. */
  readonly times: number;
  /** Padded to the longest. */
  readonly cells: number;
  readonly longest: number;
  /** Tokens that the loss counts. */
  readonly counted: number;
  /** Positions that predict a token: where self-distillation on all positions counts. */
  readonly predicting: number;
}

/** Rows that are sorted by length together (Hugging Face's group_by_length): 50 batches of them. */
const WINDOW = 50;

/** Of a larger batch so many rows are looked at: an estimate must not keep a key press waiting. */
const MOST_ROWS = 1_024;

export function batchOf(rows: readonly RowTokens[], times = 1): BatchTokens {
  const longest = rows.reduce((most, { length }) => Math.max(most, length), 0);
  return {
    rows,
    times,
    longest,
    cells: times * rows.length * longest,
    counted: times * rows.reduce((sum, { counted }) => sum + counted, 0),
    predicting: times * rows.reduce((sum, { length }) => sum + Math.max(0, length - 1), 0),
  };
}

/** A batch of `count` rows, of which `place` says the position in the sorted list: 0 the first, 1 behind the last. */
function spread(rows: readonly RowTokens[], count: number, place: (share: number) => number): BatchTokens {
  const shown = Math.min(count, MOST_ROWS);
  const picked = Array.from({ length: shown }, (_, index) =>
    pick(rows, Math.floor(place((index + 0.5) / shown) * rows.length)),
  );
  return batchOf(picked, count / shown);
}

/**
 * The batch of a run that needs most memory. With group_by_length the longest rows of a window meet in one batch; over many
 * windows one of them holds the longest row of all. Without it one batch holds that row, among rows as they come.
 */
export function heaviestBatch(
  tokens: TrainingTokens,
  size: number,
  { group_by_length: isGrouped }: Pick<RunConfig, 'group_by_length'>,
): BatchTokens {
  const { rows } = tokens;
  const count = Math.min(size, Math.max(1, Math.ceil(tokens.rowsPerEpoch)));
  if (rows.length === 0) return batchOf([]);
  const share = isGrouped ? Math.min(1, Math.max(count / tokens.rowsPerEpoch, 1 / WINDOW)) : 1;
  const { longest } = tokens;
  return { ...spread(rows, count, (place) => place * share), longest, cells: count * longest };
}

/**
 * What an average batch is, over an epoch: rows of like length together with group_by_length, else as they come.
 * @returns batches whose means are those of an epoch; empty without rows
 */
export function typicalBatches(
  tokens: TrainingTokens,
  size: number,
  { group_by_length: isGrouped }: Pick<RunConfig, 'group_by_length'>,
): readonly BatchTokens[] {
  const { rows } = tokens;
  const count = Math.min(size, Math.max(1, Math.ceil(tokens.rowsPerEpoch)));
  if (rows.length === 0) return [];
  const batches = Math.min(MOST_BATCHES, Math.max(1, Math.floor(rows.length / count)));
  return Array.from({ length: batches }, (_, batch) =>
    // Together: neighbours in the sorted list. As they come: spread evenly over it.
    spread(rows, count, (share) => (isGrouped ? (batch + share) / batches : share)),
  );
}

/** Enough for a mean; a hint waits for it. */
const MOST_BATCHES = 20;

function pick(rows: readonly RowTokens[], index: number): RowTokens {
  return rows[Math.min(rows.length - 1, index)] ?? { length: 0, counted: 0, prompt: 0 };
}
