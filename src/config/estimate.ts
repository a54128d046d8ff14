import { parseRows } from '../data/parseRows.ts';
import type { RunConfig } from '../protocol/runConfig.ts';

/** A data file as an estimate needs it. */
export interface DataText {
  /** Short name. */
  readonly name: string;
  readonly text: string;
  /** How often its rows appear per epoch. */
  readonly weight: number;
}

/** How long a run would be. */
export interface LengthEstimate {
  /** Per epoch, weights counted in. */
  readonly rows: number;
  /** Records of the data files that are no rows: a run leaves them out. */
  readonly unreadable: number;
  /** Optimizer steps of the run proper; the warm-up of a teacher comes on top. */
  readonly steps: number;
  /** Tokens that will be trained on, all epochs together; a guess by the length of the texts. */
  readonly tokens: number;
}

/** Characters per token of English text, about, in vocabularies of tens of thousands; small vocabularies need more tokens. */
const CHARACTERS_PER_TOKEN = 4;

/** How long a run of `config` over these files would be. */
export function estimateLength(config: RunConfig, files: readonly DataText[]): LengthEstimate {
  const parsed = files.map(({ name, text, weight }) => ({ weight, text, ...parseRows(text, name) }));
  const rows = parsed.reduce((sum, file) => sum + file.weight * file.rows.length, 0);
  const unreadable = parsed.reduce((sum, file) => sum + file.problems.length, 0);
  const characters = parsed.reduce((sum, file) => sum + file.weight * file.text.length, 0);
  const steps = stepsOf(config, rows);
  const perStep = config.per_device_train_batch_size * config.gradient_accumulation_steps;
  const epochs = rows === 0 ? 0 : (steps * perStep) / rows;
  return { rows, unreadable, steps, tokens: Math.round((epochs * characters) / CHARACTERS_PER_TOKEN) };
}

/** Optimizer steps, the last one of an epoch possibly smaller; as the engines count them. */
function stepsOf(config: RunConfig, rows: number): number {
  if (config.max_steps > 0) return config.max_steps;
  const perStep = config.per_device_train_batch_size * config.gradient_accumulation_steps;
  return Math.max(1, Math.ceil(config.num_train_epochs * Math.max(1, Math.ceil(rows / perStep))));
}

/** What one core does with the TypeScript engine: 1.05 M parameters, 64 rows of 19 tokens, a step in 0.39 s (bench, `methods`). */
const FLOPS_PER_SECOND = 20e9;
/** Forward and backward pass, per parameter and token (Kaplan et al. 2020, section 2.1). */
const FLOPS_PER_PARAMETER_AND_TOKEN = 6;

/** Seconds of training on the TypeScript engine, evaluations not counted; a guess within a factor of two or three. */
export function roughSeconds(parameters: number, { tokens }: LengthEstimate): number {
  return (FLOPS_PER_PARAMETER_AND_TOKEN * parameters * tokens) / FLOPS_PER_SECOND;
}
