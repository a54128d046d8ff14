import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateRun, type RunEstimate } from '../../../src/config/estimate/index.ts';
import { modelShape } from '../../../src/config/estimate/shape.ts';
import { tokensAt, type WeightedTokens } from '../../../src/config/estimate/tokens.ts';
import { RunConfigSchema, type RunConfigInput } from '../../../src/protocol/runConfig.ts';

/** A real run, and all that an estimate of it is made from; bench/estimates makes them. Bytes, seconds. */
export interface Measured {
  readonly name: string;
  readonly engine: 'tfjs' | 'torch';
  /** Whether constants were fitted on it; the others test them. */
  readonly fitted: boolean;
  /** What differs from a config's defaults; paths are left out. */
  readonly config: Partial<RunConfigInput>;
  readonly model_config: Readonly<Record<string, unknown>>;
  readonly tokens: WeightedTokens['facts'];
  /** Most memory the engine's process had resident at one time. */
  readonly peak_bytes: number;
  /** The same by what the engine had last told. */
  readonly peaks: Readonly<Record<string, number>>;
  /** Median over the steps of the run proper but the first; others wanted the processor too, see `load`. */
  readonly seconds_per_step: number;
  /** What it used of the processor, all threads together; what others used meanwhile is not in it. */
  readonly processor_seconds_per_step: number;
  readonly steps: number;
  /** From the first event to the last. */
  readonly seconds: number;
  readonly checkpoint_bytes: number;
  readonly cache_bytes: number;
  /** Processes that wanted the processor, over the last minute: above its cores, seconds are not the run's own. */
  readonly load: number;
}

/** What bench/estimates has measured. */
export interface Campaign {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** Of the torch engine. */
  readonly versions: unknown;
  readonly runs: readonly Measured[];
}

export function readCampaign(): Campaign {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'measured.json'), 'utf8')) as Campaign;
}

/** The estimate of a run that was measured, from nothing but what an editor would know before it. */
export function estimateOf(run: Measured, cores: number): RunEstimate {
  const shape = modelShape({ config: run.model_config, tensors: [] });
  if (shape === undefined) throw new Error(`${run.name}: config.json does not say enough`);
  const config = RunConfigSchema.parse({
    version: 1,
    model_name_or_path: 'model',
    train_file: 'rows.jsonl',
    ...run.config,
  });
  const tokens = tokensAt([{ facts: run.tokens, weight: 1 }], config);
  return estimateRun({ config, shape, tokens, engine: run.engine, device: 'cpu', cores });
}

/** Of a step, against what it used of the processor: the TypeScript engine keeps one core busy, the torch engine all. */
export function stepErrorOf(run: Measured, cores: number): number {
  const { secondsPerStep } = estimateOf(run, cores).time;
  return errorOf(secondsPerStep * (run.engine === 'torch' ? cores : 1), run.processor_seconds_per_step);
}

export function memoryErrorOf(run: Measured, cores: number): number {
  return errorOf(estimateOf(run, cores).memory.total, run.peak_bytes);
}

/** How far an estimate is from what was measured: 0.1 is 10 % too high, -0.1 10 % too low. */
export function errorOf(estimated: number, measured: number): number {
  return estimated / measured - 1;
}
