import { isBlock } from '../path.ts';
import { isNumber, namesIn, type Convert } from './convert.ts';

/** What stands still and what moves, as `freeze.groups` and `freeze.trainable_groups`: regular expressions over parameter names. */

/** More would not fit into a pattern, and no model has them. */
const MOST_LAYERS = 50;

/** Beginnings of parameter names. */
export const prefixes: Convert = (value) => namesIn(value)?.map((prefix) => `^${escapeForRegExp(prefix)}`);

/** Whole names of modules. */
export const modules: Convert = (value) => namesIn(value)?.map((name) => `^${escapeForRegExp(name)}\\.`);

/** One regular expression, found anywhere in a name. */
export const expression: Convert = (value) =>
  typeof value === 'string' && value !== '' ? [value] : undefined;

/**
 * Regular expressions from a name's beginning, in which a point is a point (Axolotl, utils/freeze.py). A range of rows behind one
 * (`weight$[:32000]`) has no counterpart.
 */
export const unfrozen: Convert = (value) => {
  const patterns = namesIn(Array.isArray(value) ? value : [value]);
  if (patterns === undefined || patterns.some((pattern) => /\[\d*:?\d*\]$/.test(pattern))) return undefined;
  return patterns.map((pattern) =>
    `${pattern.startsWith('^') ? '' : '^'}${pattern}`.replace(/(?<!\\)\.(?!\+)/g, '\\.'),
  );
};

/**
 * Which layers move: minus n, the first n; n, the last n, which cannot be told without knowing how many there are (LLaMA-Factory,
 * model/adapter.py). `freeze_trainable_modules` beside it narrows them down to parts of a layer.
 */
export const trainableLayers: Convert = (count, siblings) => {
  if (siblings.use_llama_pro === true || !isNumber(count) || !Number.isInteger(count) || count >= 0)
    return undefined;
  const parts = namesIn(siblings.freeze_trainable_modules ?? 'all') ?? [];
  if (-count > MOST_LAYERS) return undefined;
  const extra = (namesIn(siblings.freeze_extra_modules ?? '') ?? []).map(escapeForRegExp);
  const last = -count - 1;
  const inside =
    parts.length === 1 && parts[0] === 'all'
      ? [`layers 0-${last}`]
      : parts.map((part) => `\\.${anyUpTo(last)}\\.${escapeForRegExp(part)}`);
  return [...inside, ...extra];
};

/** What moves again although it is frozen; only where everything else is (ms-swift, utils/torch_utils.py) is that a list of ours. */
export function thawed(convert: Convert): Convert {
  return (value, siblings) => (siblings.freeze_parameters_ratio === 1 ? convert(value, siblings) : undefined);
}

/** A LoRA that is asked for with a word or a block. */
export const adapter: Convert = (value) => {
  if (value === 'lora' || isBlock(value)) return {};
  return value === 'full' || value === 'none' ? null : undefined;
};

function anyUpTo(last: number): string {
  const numbers = Array.from({ length: last + 1 }, (_, index) => index);
  return last === 0 ? '0' : `(${numbers.join('|')})`;
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
