import { isTeacherWord } from '../../../protocol/runConfig.ts';
import { TORCH } from '../constants.ts';
import { layOut } from '../layout.ts';
import { FLOAT } from '../parts.ts';
import { evaluationBatch, probingBatch } from '../question.ts';
import type { TorchRun } from './run.ts';
import { logitBytes } from './step.ts';

/** What another phase needs beyond a training step. When the base is asked, nothing else is there yet but the model. */
export function beyondSteps(run: TorchRun, inStep: number, optimizer: number, kept: number): number {
  const { self_distill: distill } = run.config;
  // Only a snapshot is taken when there is optimizer state already.
  const withTeacher = caching(run) + (distill?.teacher === 'snapshot' ? optimizer : 0) + kept;
  const withAll = evaluating(run) + optimizer + kept;
  return Math.max(0, Math.max(probing(run), withTeacher, withAll) - (inStep + optimizer + kept));
}

/** The teacher is asked in passes of so many tokens. */
const TOKENS_PER_PASS = 4_096;
/** Most slots of a batch of questions. */
const MOST_SLOTS = 65_536;
/** Most logits of an evaluation that are there at one time. */
const MOST_LOGITS = 32 * 2 ** 20;

/** Asking what the base knows: keys and values of all layers, and the logits of every last token. */
function probing(run: TorchRun): number {
  const asked = probingBatch(run);
  if (asked === undefined) return 0;
  const { widths, number, pieces } = run;
  const rows = Math.min(asked.rows, Math.max(1, Math.floor(MOST_SLOTS / asked.longest)));
  const cached = 2 * pieces.layers.length * widths.keys;
  // What a layer keeps lies between what it lets go, as in a training step.
  const lost = run.device === 'cpu' ? TORCH.lostBetween : 0;
  const slots = (1 + lost) * asked.longest * number * (cached + insideLayer(run));
  return rows * (slots + widths.vocab * (number + FLOAT));
}

function evaluating(run: TorchRun): number {
  const batch = evaluationBatch(run);
  const { cells } = layOut(batch, run.tokens.sharedPrefix, run.config.padding_free);
  const logits = Math.min(MOST_LOGITS, batch.counted * run.widths.vocab) * FLOAT;
  return cells * run.number * insideLayer(run) + 2 * logits;
}

/** The teacher goes over all rows, and is held against itself; another model than the student is there as a whole. */
function caching(run: TorchRun): number {
  if (!run.hasTeacher) return 0;
  const { tokens, number, pieces, config } = run;
  const isOther = !isTeacherWord(config.self_distill?.teacher ?? 'base');
  const cells = Math.min(TOKENS_PER_PASS, tokens.distinctRows * tokens.meanLength);
  const logits = logitBytes({ ...run, batch: evaluationBatch(run) });
  return cells * number * insideLayer(run) + logits + (isOther ? number * pieces.all : 0);
}

/** Numbers per token that a layer needs at one time without gradients: the feed-forward block is the widest place. */
function insideLayer({ widths }: TorchRun): number {
  const { hidden, queries, keys, inner } = widths;
  return Math.max(3 * hidden + 3 * inner, 3 * hidden + 3 * queries + 2 * keys);
}
