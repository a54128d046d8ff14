import { isTeacherWord } from '../../../protocol/runConfig.ts';
import { batchOf } from '../batch.ts';
import { FLOAT } from '../parts.ts';
import { distilledOf, evaluationBatch, type Derived } from '../question.ts';

/** Bytes of the teacher's outputs on the disk, and which they are (src/engines/tfjs/run/teacher.ts). */
export function tfjsTeacherCache(run: Derived): { readonly bytes: number; readonly isHidden: boolean } {
  const { hidden, vocab } = run.widths;
  const vectors =
    distilledOf(batchOf(run.tokens.rows), run.positions) *
    (run.tokens.distinctRows / Math.max(1, run.tokens.rows.length));
  const isHidden = vectors * vocab * FLOAT > MOST_BYTES_OF_PROBABILITIES && vocab > hidden;
  return { bytes: vectors * (isHidden ? hidden : vocab) * FLOAT, isHidden };
}

const MOST_BYTES_OF_PROBABILITIES = 256 * 1024 ** 2;

/**
 * Of a teacher that says hidden states, its head stays; XNNPACK's copy of it too, unless it is tied. Where it is the student's own
 * and stands still, both have one.
 */
export function teacherHeadNumbers(run: Derived): number {
  if (!run.hasTeacher || !tfjsTeacherCache(run).isHidden) return 0;
  const isOwn = isTeacherWord(run.config.self_distill?.teacher ?? 'base');
  if (isOwn && !run.pieces.headMoves) return 0;
  return (run.shape.tied ? 1 : 2) * run.widths.vocab * run.widths.hidden;
}

/** One buffer for what the teacher says of a batch; the largest is that of the self-test. */
export function cacheBuffer(run: Derived): number {
  if (!run.hasTeacher) return 0;
  const { isHidden } = tfjsTeacherCache(run);
  const { hidden, vocab } = run.widths;
  const tested = batchOf(run.tokens.rows.slice(0, MOST_TESTED_ROWS));
  const positions = Math.max(distilledOf(run.batch, run.positions), distilledOf(tested, run.positions));
  return FLOAT * positions * (isHidden ? hidden : vocab);
}

/** Every so-manieth row is asked again, so that there are at least 32 and fewer than twice as many. */
const MOST_TESTED_ROWS = 63;

/** Of caching a teacher, what it said of a batch, read out of WebAssembly's memory; and of another one, not collected yet. */
export function readWhileCaching(run: Derived): number {
  if (!run.hasTeacher) return 0;
  const { isHidden } = tfjsTeacherCache(run);
  const { hidden, vocab } = run.widths;
  return FLOAT * 2 * distilledOf(evaluationBatch(run), run.positions) * (isHidden ? hidden : vocab);
}
