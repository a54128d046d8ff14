import type { RunConfig } from '../../protocol/runConfig.ts';
import { batchOf, heaviestBatch, type BatchTokens } from './batch.ts';
import { piecesOf, type ModelPieces } from './layers.ts';
import type { ModelShape } from './shape.ts';
import type { ProbeTokens, TrainingTokens } from './tokens.ts';
import { widthsOf, type Widths } from './widths.ts';

/** What a run asks of an engine. */
export interface MemoryQuestion {
  readonly config: RunConfig;
  readonly shape: ModelShape;
  /** Names of the parameters that move (data/parameterGroups); with `lora` nobody looks at them. */
  readonly trainable: readonly string[];
  readonly tokens: TrainingTokens;
  /** Of the config's own probe sets; undefined: the shipped one, or not known. */
  readonly probes?: ProbeTokens | undefined;
  readonly device: 'cpu' | 'cuda' | 'mps';
}

/** The same, with what both engines derive from it. */
export interface Derived extends MemoryQuestion {
  readonly widths: Widths;
  readonly pieces: ModelPieces;
  /** The micro-batch that needs most. */
  readonly batch: BatchTokens;
  /** What is distilled at every step; undefined where nothing is. */
  readonly positions: 'all' | 'completion' | undefined;
  /** Whether a teacher is asked at all: kd_weight 0 is the control of a distilled run, and has none. */
  readonly hasTeacher: boolean;
}

export function derive(question: MemoryQuestion): Derived {
  const { config, shape, tokens } = question;
  const distill = config.self_distill;
  const hasTeacher = distill !== undefined && distill.kd_weight > 0;
  return {
    ...question,
    widths: widthsOf(shape),
    pieces: piecesOf(shape, config.lora === undefined ? question.trainable : []),
    batch: heaviestBatch(tokens, config.per_device_train_batch_size, config),
    positions: hasTeacher ? distill.positions : undefined,
    hasTeacher,
  };
}

/** Positions of a batch that the teacher is asked about. */
export function distilledOf(batch: BatchTokens, positions: Derived['positions']): number {
  return positions === undefined ? 0 : projectedOf(batch, positions);
}

/** Positions of a batch whose logits are needed: those with a label and those that are distilled. */
export function projectedOf(batch: BatchTokens, positions: Derived['positions']): number {
  return positions === 'all' ? batch.predicting : batch.counted;
}

/** The longest rows, as many as an evaluation takes at once. */
export function evaluationBatch({ tokens, config }: Pick<Derived, 'tokens' | 'config'>): BatchTokens {
  return batchOf(tokens.rows.slice(0, Math.min(config.per_device_eval_batch_size, tokens.distinctRows)));
}

/** Prompts of one batch while the base model is asked what it knows, and how long they are. Tokens. */
export interface ProbingBatch {
  readonly rows: number;
  readonly longest: number;
}

/** Questions of the shipped probe set, with their answers: about, in vocabularies of tens of thousands. */
const SHIPPED: ProbeTokens = { longest: 24, mean: 24 };
/** What `Q: ... A:` and line ends add to a row of a few-shot prompt, and other wordings to a question. */
const TOKENS_OF_WORDING = 6;
/** Probing takes so many evaluation batches at once (both engines' inquiry settings). */
const EVALUATION_BATCHES = 4;

/** The largest batch of questions; undefined where nothing is asked: texts, and no probe sets. */
export function probingBatch({
  tokens,
  config,
  probes = SHIPPED,
}: Pick<Derived, 'tokens' | 'config' | 'probes'>): ProbingBatch | undefined {
  const asked = tokens.rows.filter(({ prompt }) => prompt > 1);
  const { sets, prompts, num_prompts: times, num_fewshot: shots, max_facts: most } = config.probes;
  const setCount = sets === 'auto' ? 1 : sets.length;
  const held = setCount > 0 ? probes : { longest: 0, mean: 0 };
  const rows = (asked.length > 0 ? tokens.distinctRows : 0) + setCount * most;
  if (rows === 0) return undefined;
  const mean =
    asked.reduce((sum, { prompt, counted }) => sum + prompt + counted, 0) / Math.max(1, asked.length);
  const longest = asked.reduce((sum, { prompt }) => Math.max(sum, prompt), 0);
  const exemplars = prompts === undefined ? shots : 0;
  const own = Math.max(longest, held.longest);
  return {
    rows: Math.min(EVALUATION_BATCHES * config.per_device_eval_batch_size, rows * (prompts?.length ?? times)),
    longest: own + TOKENS_OF_WORDING + exemplars * (Math.max(mean, held.mean) + TOKENS_OF_WORDING),
  };
}
