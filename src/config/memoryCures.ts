import type { RunConfig } from '../protocol/runConfig.ts';
import { LoraSchema } from '../protocol/torchConfig.ts';
import { aboutBytes } from './approximately.ts';
import { setSettings } from './edits.ts';
import type { MemoryEstimate } from './estimate/memory.ts';
import type { Fix } from './problem.ts';
import type { RuleInput } from './rules/rule.ts';

/** A cure that is enough, and what is needed after it. */
export interface MemoryCure {
  /** What to write, in backticks. */
  readonly words: string;
  /** "about 14 GB" */
  readonly need: string;
  readonly fix: Fix;
}

/** Settings by what is written behind their key, and the config that they make. */
interface Change {
  readonly written: Readonly<Partial<Record<keyof RunConfig, string>>>;
  readonly config: RunConfig;
}

/**
 * What makes a run fit, cheapest first: what changes nothing but time (smaller batches, activations computed twice), then what trains
 * less. Only what is enough by itself is named; where no batch is, both together.
 */
export function memoryCures(input: RuleInput, fits: (memory: MemoryEstimate) => boolean): MemoryCure[] {
  const config = input.about.config();
  if (config === undefined) return [];
  const enough = (changes: readonly Change[]): MemoryCure[] => firstThatFits(changes, input, fits);
  const oneBatch = [...enough(smallerEvaluations(config)), ...enough(smallerBatches(config))];
  const batches = oneBatch.length > 0 ? oneBatch : enough(bothSmaller(config));
  return [...batches, ...otherChanges(config, input).flatMap((change) => enough([change]))];
}

/** Of several sizes of one cure, which need less and less, the mildest. */
function firstThatFits(
  changes: readonly Change[],
  { about, parsed }: RuleInput,
  fits: (memory: MemoryEstimate) => boolean,
): MemoryCure[] {
  const last = changes.at(-1);
  const smallest = last && about.memoryWith(last.config);
  // What does not fit in its smallest form need not be tried in the others.
  if (smallest === undefined || !fits(smallest)) return [];
  for (const { written, config } of changes) {
    const memory = about.memoryWith(config);
    if (memory === undefined || !fits(memory)) continue;
    const lines = Object.entries(written).map(([key, value]) => `${key}: ${value}`);
    const need = `about ${aboutBytes(memory.total)}`;
    const edits = setSettings(
      parsed,
      Object.entries(written).map(([key, value]) => [[key], value]),
    );
    const fix = { title: `Write ${lines.join(' and ')} (${need})`, edits, isCertain: false };
    return [{ words: lines.map((line) => `\`${line}\``).join(' and '), need, fix }];
  }
  return [];
}

/** The same rows in every step, in more and smaller passes. */
function smallerBatches(config: RunConfig): Change[] {
  const { per_device_train_batch_size: size, gradient_accumulation_steps: times } = config;
  const factors = [2, 4, 8, 16, 32, 64, 128, 256].filter((factor) => size % factor === 0);
  return factors.map((factor) =>
    changed(config, {
      per_device_train_batch_size: size / factor,
      gradient_accumulation_steps: times * factor,
    }),
  );
}

/** Probing and evaluating ask several batches at once, and may need more than a step. */
function smallerEvaluations(config: RunConfig): Change[] {
  const sizes = [32, 16, 8, 4, 2, 1].filter((size) => size < config.per_device_eval_batch_size);
  return sizes.map((size) => changed(config, { per_device_eval_batch_size: size }));
}

function bothSmaller(config: RunConfig): Change[] {
  return smallerBatches(config).flatMap((batch) =>
    smallerEvaluations(batch.config)
      .filter(({ config: { per_device_eval_batch_size: size } }) => [16, 4, 1].includes(size))
      .map((evaluation) => ({ ...evaluation, written: { ...batch.written, ...evaluation.written } })),
  );
}

function otherChanges(config: RunConfig, { about }: RuleInput): Change[] {
  const isTorch = about.engine() === 'torch';
  const isGpu = about.place()?.kind === 'cuda';
  const isWhole = config.freeze === undefined && config.lora === undefined;
  const attention = { ...config, freeze: { trainable_groups: ['attention'] } };
  const adapters = { ...config, lora: LoraSchema.parse({}) };
  return [
    ...(isTorch && !config.gradient_checkpointing ? [changed(config, { gradient_checkpointing: true })] : []),
    ...(isTorch && isGpu && config.bf16 === false ? [changed(config, { bf16: true })] : []),
    ...(isWhole ? [{ written: { freeze: '{trainable_groups: [attention]}' }, config: attention }] : []),
    ...(isTorch && isWhole ? [{ written: { lora: '{}' }, config: adapters }] : []),
  ];
}

/** Plain values are written as they are. */
function changed(
  config: RunConfig,
  settings: { readonly [Key in keyof RunConfig]?: Extract<RunConfig[Key], number | boolean> },
): Change {
  const written = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]));
  return { written, config: { ...config, ...settings } };
}
