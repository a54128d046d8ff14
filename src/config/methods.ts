import { FreezeSchema, SelfDistillSchema, type RunConfig } from '../protocol/runConfig.ts';

/** A way to train on the same data: what it makes of a config's two blocks. A new method is one entry of METHODS. */
export interface Method {
  readonly name: string;
  /** Follows "name: ". */
  readonly description: string;
  readonly blocks: (config: RunConfig) => Pick<RunConfig, 'self_distill' | 'freeze'>;
}

const distilled = (config: RunConfig): NonNullable<RunConfig['self_distill']> =>
  config.self_distill ?? SelfDistillSchema.parse({});
const only = (group: string): NonNullable<RunConfig['freeze']> =>
  FreezeSchema.parse({ trainable_groups: [group] });

export const METHODS: readonly Method[] = [
  { name: 'sft', description: 'plain fine-tuning of all parameters', blocks: () => ({}) },
  {
    name: 'self_distill',
    description: 'self-distillation, as the config has it or with its defaults',
    blocks: (config) => ({ self_distill: distilled(config) }),
  },
  {
    name: 'self_distill_completion',
    description: 'self-distillation on completion positions only',
    blocks: (config) => ({ self_distill: { ...distilled(config), positions: 'completion' } }),
  },
  {
    name: 'control',
    description: 'plain fine-tuning after the warm-up of self-distillation (kd_weight 0)',
    blocks: (config) => ({ self_distill: { ...distilled(config), kd_weight: 0 } }),
  },
  {
    name: 'freeze',
    description: 'the freeze block of the config, or attention only',
    blocks: (config) => ({ freeze: config.freeze ?? only('attention') }),
  },
  {
    name: 'attention_only',
    description: 'only attention is trained',
    blocks: () => ({ freeze: only('attention') }),
  },
  {
    name: 'ffn_only',
    description: 'only the feed-forward parts are trained',
    blocks: () => ({ freeze: only('ffn') }),
  },
  {
    name: 'self_distill_attention',
    description: 'self-distillation of which only attention is trained',
    blocks: (config) => ({ self_distill: distilled(config), freeze: only('attention') }),
  },
];

/** What a comparison begins with where nobody says otherwise: plain fine-tuning, and the two cures. */
export const USUAL_METHODS: readonly string[] = ['sft', 'self_distill', 'attention_only'];

export const METHOD_NAMES: readonly string[] = METHODS.map(({ name }) => name);

export function findMethod(name: string): Method | undefined {
  return METHODS.find((method) => method.name === name);
}

/** `config` under another method: everything but the two blocks stays. */
export function withMethod(config: RunConfig, method: Method): RunConfig {
  const others = { ...config };
  delete others.self_distill;
  delete others.freeze;
  return { ...others, ...method.blocks(config) };
}

/** `config` with another seed, for weights, prompts and row order alike. */
export function withSeed(config: RunConfig, seed: number): RunConfig {
  return { ...config, seed, data_seed: seed };
}

/** `count` seeds from `first` on, within what a seed may be. */
export function countedSeeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (first + index) % 2 ** 32);
}

/** One run of a comparison. */
export interface MethodRun {
  readonly method: string;
  readonly seed: number;
  readonly config: RunConfig;
}

/** `config` under every method and seed; runs of one seed stand together, so that they can be compared first. */
export function methodRuns(
  config: RunConfig,
  methods: readonly Method[],
  seeds: readonly number[],
): MethodRun[] {
  return seeds.flatMap((seed) =>
    methods.map((method) => ({
      method: method.name,
      seed,
      config: withSeed(withMethod(config, method), seed),
    })),
  );
}

/**
 * The methods that make sense for a config: adapters stand beside weights that are all frozen, so with `lora` none that freezes;
 * and of methods that make one and the same run of it only one, the usual one first.
 */
export function methodsFor(config: RunConfig): Method[] {
  const rank = ({ name }: Method): number =>
    METHOD_NAMES.indexOf(name) + (USUAL_METHODS.includes(name) ? 0 : METHODS.length);
  const blocksOf = (method: Method): string => JSON.stringify(method.blocks(config));
  return METHODS.filter((method) => {
    if (config.lora !== undefined && method.blocks(config).freeze !== undefined) return false;
    return !METHODS.some((other) => rank(other) < rank(method) && blocksOf(other) === blocksOf(method));
  });
}
