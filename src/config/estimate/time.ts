import { typicalBatches } from './batch.ts';
import { SPEED } from './constants.ts';
import { forwardFlops, passFlops, type Engine } from './flops.ts';
import { derive, type Derived, type MemoryQuestion } from './question.ts';
import { estimateSteps, type RowCounts, type StepsEstimate } from './steps.ts';

/** How long a run takes. Seconds. */
export interface TimeEstimate {
  readonly seconds: number;
  /** Between these it most likely is. */
  readonly low: number;
  readonly high: number;
  readonly secondsPerStep: number;
  /** Where it is from: the last run like this one on this device; constants measured on a processor; or a guess. */
  readonly basis: 'last run' | 'measured constants' | 'rough';
  /** Whether it is from measurements of this kind of device. */
  readonly isMeasured: boolean;
}

export interface TimeQuestion extends MemoryQuestion {
  readonly engine: Engine;
  /** Rows that the base model knows; undefined: not asked yet. */
  readonly knownRows?: number | undefined;
  /** Of the processor; the TypeScript engine uses one. */
  readonly cores: number;
  /** Seconds per step of the last run like this one here; undefined: there is none. */
  readonly lastSecondsPerStep?: number | undefined;
}

/** Steps, and what a run does besides: asking the base, the teacher, evaluations. A warm-up of unknown length is not in it. */
export function estimateSeconds(question: TimeQuestion): TimeEstimate {
  const { config, tokens, knownRows, lastSecondsPerStep } = question;
  const run = derive(question);
  const rows: RowCounts = { perEpoch: tokens.rowsPerEpoch, distinct: tokens.distinctRows, known: knownRows };
  const steps = estimateSteps(config, rows);
  const own = stepSeconds(run, question);
  const secondsPerStep = lastSecondsPerStep ?? own;
  // Whoever was faster or slower in a step than these constants say is so in everything else.
  const pace = own > 0 ? secondsPerStep / own : 1;
  const training = secondsPerStep * (steps.steps + (steps.snapshotSteps ?? 0));
  const besides = pace * (SPEED[question.engine].start + besidesSeconds(run, steps, question));
  const seconds = training + besides;
  const basis = basisOf(question);
  return {
    seconds,
    low: seconds / SPREAD[basis],
    high: seconds * SPREAD[basis],
    secondsPerStep,
    basis,
    isMeasured: basis !== 'rough',
  };
}

/** A factor that most runs keep within; 'measured constants' by the test of measured.json, other processors being other ones. */
const SPREAD = { 'last run': 1.25, 'measured constants': 2, rough: 5 } as const;

function basisOf({ lastSecondsPerStep, device }: TimeQuestion): TimeEstimate['basis'] {
  if (lastSecondsPerStep !== undefined) return 'last run';
  return device === 'cpu' ? 'measured constants' : 'rough';
}

/** One optimizer step: products by their operations, and on a processor gradients and update by the numbers that move. */
function stepSeconds(run: Derived, question: TimeQuestion): number {
  const { config, engine, device } = question;
  const batches = typicalBatches(run.tokens, config.per_device_train_batch_size, config);
  const flops =
    batches.reduce((sum, batch) => sum + passFlops(run, batch, engine), 0) / Math.max(1, batches.length);
  const products = config.gradient_accumulation_steps * (flops / flopsPerSecond(question));
  const moving = config.lora === undefined ? run.pieces.moving : 0;
  return device === 'cpu' ? products + moving * secondsPerMovingNumber(question) : products;
}

/**
 * How often an engine touches memory for each number that moves: norm, clipping and AdamW in a step (the TypeScript engine also
 * fetches weights from WebAssembly and puts them back), a gradient in its first pass, and in a further one adding it as well.
 */
const TOUCHES = {
  tfjs: { step: 12, firstPass: 3, furtherPass: 6 },
  torch: { step: 10, firstPass: 1, furtherPass: 4 },
} as const;

/** The constant is of steps of one pass. */
function secondsPerMovingNumber(question: TimeQuestion): number {
  const { config, engine } = question;
  const { step, firstPass, furtherPass } = TOUCHES[engine];
  const further = (config.gradient_accumulation_steps - 1) * furtherPass;
  const touches = (step + firstPass + further) / (step + firstPass);
  return (SPEED[engine].secondsPerMovingNumber * touches) / coresOf(question);
}

function flopsPerSecond(question: TimeQuestion): number {
  const { engine, device } = question;
  return device === 'cpu' ? SPEED[engine].flopsPerCore * coresOf(question) : GUESSED_FLOPS[device];
}

function coresOf({ engine, cores }: TimeQuestion): number {
  return engine === 'tfjs' ? 1 : Math.min(MOST_CORES, Math.max(1, cores));
}

/** More than these wait for memory, in products of such sizes. */
const MOST_CORES = 16;

/** What one GPU of these years keeps up in such runs, within a factor of five. */
const GUESSED_FLOPS = { cuda: 50e12, mps: 3e12 };

/** Probing, evaluating and caching the teacher: forward passes alone. */
function besidesSeconds(run: Derived, steps: StepsEstimate, question: TimeQuestion): number {
  const { config, tokens } = question;
  const { sets, prompts, num_prompts: times, num_fewshot: shots, max_facts: most } = config.probes;
  const asked = tokens.rows.some(({ prompt }) => prompt > 1) ? tokens.distinctRows : 0;
  const held = (sets === 'auto' ? 1 : sets.length) * most;
  const shown = prompts === undefined ? shots + 1 : 1;
  const row = Math.max(1, tokens.meanLength);
  const answer = Math.max(1, tokens.meanCounted);
  const probed = (asked + held) * (prompts?.length ?? times);
  const probing = forwardFlops(run, probed * (row * shown + answer), probed * answer);
  const facts = asked + held;
  // The last evaluation really decodes: twice the work.
  const evaluating = (steps.evaluations + 1) * forwardFlops(run, facts * row, facts * answer);
  const distilled = run.positions === 'all' ? row : answer;
  const caching = run.hasTeacher
    ? forwardFlops(
        run,
        tokens.distinctRows * row,
        question.engine === 'tfjs' ? tokens.distinctRows * distilled : 0,
      )
    : 0;
  return (probing + evaluating + caching) / flopsPerSecond(question);
}
