import { isBlock, type Block } from '../path.ts';
import type { PeerKey } from './trainer.ts';

/** How values of other trainers become ours; each is a PeerKey's `convert`. */
export type Convert = NonNullable<PeerKey['convert']>;

/** A switch that is called by its opposite. */
export const inverted: Convert = (value) => (typeof value === 'boolean' ? !value : undefined);

/** A share of all steps, which ours tell from a number of steps by being below 1. */
export const share: Convert = (value) => (isNumber(value) && value >= 0 && value < 1 ? value : undefined);

/** A switch that is off is what happens here anyway, and one that is on has no counterpart. */
export const onlyOff: Convert = (value) => (value === false ? null : undefined);

/** A number that does nothing at 0, and has no counterpart above. */
export const onlyZero: Convert = (value) => (value === 0 ? null : undefined);

/** Another word for the same thing; words that are not in the table cannot be converted. */
export function words(table: Readonly<Record<string, unknown>>): Convert {
  return (value) => {
    const word = typeof value === 'string' ? value.toLowerCase() : String(value);
    return isScalar(value) && Object.hasOwn(table, word) ? table[word] : undefined;
  };
}

/** Not converted, because without effect there, where the setting `key` beside it has one of `values`. */
export function unless(
  key: string,
  values: readonly unknown[],
  convert: Convert = (value) => value,
): Convert {
  return (value, siblings, depth) =>
    Object.hasOwn(siblings, key) && values.includes(siblings[key]) ? null : convert(value, siblings, depth);
}

/** Optimizers that are `adamw` here, without underscores. */
const ADAMW = [
  'adam',
  'adamw',
  'adamwhf',
  'adamwtorch',
  'adamwtorchfused',
  'adamwtorchxla',
  'adamwtorchnpufused',
  'adamwapexfused',
  'adamwanyprecision',
  'pagedadamw',
  'pagedadamw32bit',
];
/** Those that keep their state in 8 bits. */
const ADAMW_8BIT = [
  'adam8bit',
  'adamw8bit',
  'adamwbnb8bit',
  'adamwtorch8bit',
  'aoadamw8bit',
  'pagedadam8bit',
  'pagedadamw8bit',
];

/** Words (adamw_bnb_8bit) and classes (bitsandbytes.optim.PagedAdamW8bit). Weight decay is decoupled in all that are told apart. */
export const optimizer: Convert = (value) => {
  if (typeof value !== 'string') return undefined;
  const name = (value.split('.').at(-1) ?? '').toLowerCase().replace(/_/g, '');
  if (ADAMW.includes(name)) return 'adamw';
  return ADAMW_8BIT.includes(name) ? 'adamw_8bit' : undefined;
};

/** Words (cosine), functions (cosine_decay) and classes (...get_cosine_schedule_with_warmup). */
export const schedule: Convert = (value) => {
  const name = typeof value === 'string' ? (value.split('.').at(-1) ?? '').toLowerCase() : '';
  const table: Readonly<Record<string, string>> = {
    linear: 'linear',
    linear_schedule: 'linear',
    cosine: 'cosine',
    cosine_decay: 'cosine',
    get_cosine_schedule_with_warmup: 'cosine',
    constant: 'constant',
    constant_with_warmup: 'constant_with_warmup',
  };
  return Object.hasOwn(table, name) ? table[name] : undefined;
};

/** To `bf16`. */
export const precision = words({
  bfloat16: true,
  bf16: true,
  'torch.bfloat16': true,
  float32: false,
  fp32: false,
  'torch.float32': false,
  auto: null,
});

/** Packed rows see nothing of each other here either, so that not packing is no different. */
export const packing: Convert = (value) => (value === true ? true : onlyOff(value, {}));

const TRACKERS = ['tensorboard', 'wandb', 'trackio'];

/** One tracker or a list; the ones that are known here, or none. */
export const reportTo: Convert = (value) => {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  if (names.every((name) => name === 'none')) return [];
  return names.every((name) => typeof name === 'string' && TRACKERS.includes(name)) ? names : undefined;
};

/** Modules with an adapter: `all` is what happens here anyway; of dotted names the last part tells. */
export const adapterModules: Convert = (value) => {
  const names = namesIn(value);
  if (names === undefined || names.length === 0) return undefined;
  if (names.every((name) => /^(all|all-linear|all_linear|default|auto)$/i.test(name))) return null;
  return names.map((name) => name.split('.').at(-1) ?? name);
};

/**
 * Data sets to `train_file`: names or paths, one, several, or several behind commas; of blocks in a list the local files before the name. What
 * chooses among rows (`#500`, `:subset`) is left off.
 */
export const trainFile: Convert = (value) => {
  if (isBlock(value)) return undefined;
  const entries: readonly unknown[] = Array.isArray(value) ? value : (splitCommas(value) ?? [value]);
  const paths = entries.flatMap(pathsOf);
  const [first] = paths;
  if (first === undefined || paths.length < entries.length) return undefined;
  return paths.length === 1 ? first : paths.map((path) => ({ path }));
};

/** To `eval_file`, which is one. */
export const evalFile: Convert = (value, siblings) => {
  const file = trainFile(value, siblings);
  return typeof file === 'string' ? file : undefined;
};

function pathsOf(entry: unknown): readonly string[] {
  if (typeof entry === 'string')
    return entry === '' ? [] : [entry.replace(/#\d+$/, '').replace(/(?<=\w{2}):[\w/]+$/, '')];
  if (!isBlock(entry)) return [];
  for (const key of ['data_files', 'path', 'path_or_dataset_id', 'repo_id', 'disk_path']) {
    const named = Object.hasOwn(entry, key) ? namesIn(entry[key]) : undefined;
    if (named !== undefined && named.length > 0) return named;
  }
  return [];
}

/** One name, names behind commas, or a list of names; undefined for anything else. */
export function namesIn(value: unknown): readonly string[] | undefined {
  const items: readonly unknown[] | undefined = Array.isArray(value) ? value : splitCommas(value);
  return items?.every((item) => typeof item === 'string') === true ? items : undefined;
}

function splitCommas(value: unknown): string[] | undefined {
  if (typeof value !== 'string') return undefined;
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The setting beside it, or what the trainer takes without it. */
export function numberBeside(siblings: Block, key: string, otherwise: number): number | undefined {
  if (!Object.hasOwn(siblings, key) || siblings[key] === null) return otherwise;
  const value = siblings[key];
  return isNumber(value) ? value : undefined;
}

/** Finite ones only. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Without the digits that binary fractions add: 0.9 / (1 - 0.9) is 9. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** A number of steps between checkpoints; here they only count with that strategy. */
export const savedEvery: Convert = (steps) =>
  isNumber(steps) ? { save_strategy: 'steps', save_steps: steps } : undefined;

/** [beta1, beta2]. */
export const bothBetas: Convert = (value) =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber)
    ? { adam_beta1: value[0], adam_beta2: value[1] }
    : undefined;
