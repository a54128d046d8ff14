import type { BatchTokens } from './batch.ts';

/** How the torch engine lays a batch out (holdfast_torch/model/layout.py). */
export interface Layout {
  /** What is computed, padding included: lines times the longest of them. */
  readonly cells: number;
  readonly longest: number;
  /** Cells that are tokens; of a beginning that rows share, only one row's. */
  readonly tokens: number;
  /** Several rows to a line, each seeing itself alone: that takes a mask. */
  readonly isTree: boolean;
}

/** Lines have one of these lengths, or that of the longest row. */
const LINE_ROOMS = [48, 64, 96, 128, 192, 256, 384, 512];
/** A cell of a line of so many tokens costs twice as much as alone. */
const LINE_DOUBLES_COST = 1_000;
/** Below this saving the padded form is the faster one. */
const LEAST_SAVING = 0.05;

/** @param sharedPrefix share of the tokens that lie in a beginning which an earlier row has too, 0..1 */
export function layOut(batch: BatchTokens, sharedPrefix: number, isPaddingFree: boolean): Layout {
  const lengths = batch.rows.map(({ length }) => length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const { cells, longest, times } = batch;
  const padded = { cells, longest, tokens: times * total, isTree: false };
  if (!isPaddingFree || lengths.length === 0) return padded;
  const shared = sharedPrefix * (total / lengths.length);
  const rooms = LINE_ROOMS.filter((room) => room >= longest);
  const trees = (rooms.length > 0 ? rooms : [longest]).map((room) => fill(lengths, shared, room));
  const tree = trees.reduce((best, one) => (costOf(one) < costOf(best) ? one : best));
  const whole = { ...tree, cells: times * tree.cells, tokens: times * tree.tokens };
  return whole.cells <= (1 - LEAST_SAVING) * cells ? whole : padded;
}

function costOf({ cells, longest }: Layout): number {
  return cells * (1 + longest / LINE_DOUBLES_COST);
}

/** As many rows into a line as have room; the first of each brings the shared beginning with it. */
function fill(lengths: readonly number[], shared: number, room: number): Layout {
  const lines = [0];
  for (const length of lengths) {
    const last = lines.at(-1) ?? 0;
    const more = Math.max(1, length - shared);
    if (last > 0 && last + more <= room) lines[lines.length - 1] = last + more;
    else if (last > 0) lines.push(length);
    else lines[0] = length;
  }
  const longest = lines.reduce((most, line) => Math.max(most, line), 0);
  return {
    cells: lines.length * longest,
    longest,
    tokens: lines.reduce((sum, line) => sum + line, 0),
    isTree: true,
  };
}
