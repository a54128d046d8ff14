import { LONGEST_PATTERN } from '../../data/parameterGroups.ts';
import { isBlock } from '../path.ts';
import { isNumber, namesIn, type Convert } from './convert.ts';

/** What stands still and what moves, as `freeze.groups` and `freeze.trainable_groups`: regular expressions over parameter names. */

/** Where nobody knows how many there are: no model has more. */
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
 * Which layers move: minus n, the first n; n, the last n, which only the model's depth tells (LLaMA-Factory, model/adapter.py).
 * `freeze_trainable_modules` beside it narrows them down to parts of a layer.
 */
export const trainableLayers: Convert = (count, siblings, depth) => {
  if (siblings.use_llama_pro === true || !isNumber(count)) return undefined;
  const [first, last] = layersOf(count, depth) ?? [];
  if (first === undefined || last === undefined) return undefined;
  const parts = namesIn(siblings.freeze_trainable_modules ?? 'all') ?? [];
  const extra = (namesIn(siblings.freeze_extra_modules ?? '') ?? []).map(escapeForRegExp);
  const inside =
    parts.length === 1 && parts[0] === 'all'
      ? [`layers ${first}-${last}`]
      : parts.map((part) => `\\.${anyOf(first, last)}\\.${escapeForRegExp(part)}`);
  const patterns = [...inside, ...extra];
  return patterns.some(({ length }) => length > LONGEST_PATTERN) ? undefined : patterns;
};

/** How many layers move, the last ones, in a run without adapters; all, where they are not so many (mlx-lm, lora.py). */
export const lastLayers: Convert = (count, siblings, depth) => {
  if (count === -1) return null;
  const isWanted = siblings.fine_tune_type === 'full' && isNumber(count) && count > 0;
  const [first, last] = (isWanted ? layersOf(count, depth) : undefined) ?? [];
  if (first === undefined || last === undefined) return undefined;
  return { freeze: { trainable_groups: [`layers ${first}-${last}`] } };
};

/** The first and the last of `count` layers from the end; from the beginning where `count` is negative. */
function layersOf(count: number, depth: number | undefined): readonly [number, number] | undefined {
  if (!Number.isInteger(count) || count === 0) return undefined;
  if (count > 0) return depth === undefined ? undefined : [Math.max(0, depth - count), depth - 1];
  const many = Math.min(-count, depth ?? Infinity);
  return many > MOST_LAYERS && depth === undefined ? undefined : [0, many - 1];
}

/** What moves again although it is frozen; only where everything else is (ms-swift, utils/torch_utils.py) is that a list of ours. */
export function thawed(convert: Convert): Convert {
  return (value, siblings) => (siblings.freeze_parameters_ratio === 1 ? convert(value, siblings) : undefined);
}

/** A LoRA that is asked for with a word or a block. */
export const adapter: Convert = (value) => {
  if (value === 'lora' || isBlock(value)) return {};
  return value === 'full' || value === 'none' ? null : undefined;
};

function anyOf(first: number, last: number): string {
  const all = alternatives(first, last);
  return all.length === 1 ? all.join('') : `(${all.join('|')})`;
}

/**
 * The numbers from `first` to `last` by their digits, so that a hundred of them are still a short pattern: 7 to 35 are [7-9], [1-2]\d and
 * 3[0-5].
 */
function alternatives(first: number, last: number): string[] {
  const [firstTen, lastTen] = [Math.floor(first / 10), Math.floor(last / 10)];
  const inTen = (ten: number, from: number, to: number): string =>
    `${ten === 0 ? '' : ten}${digits(from, to)}`;
  if (firstTen === lastTen) return [inTen(firstTen, first % 10, last % 10)];
  // Numbers below ten have no first digit, so they are never one of several whole tens.
  const isHeadWhole = first % 10 === 0 && first > 0;
  const isTailWhole = last % 10 === 9;
  const [from, to] = [isHeadWhole ? firstTen : firstTen + 1, isTailWhole ? lastTen : lastTen - 1];
  return [
    ...(isHeadWhole ? [] : [inTen(firstTen, first % 10, 9)]),
    ...(from > to ? [] : alternatives(from, to).map((ten) => `${ten}\\d`)),
    ...(isTailWhole ? [] : [inTen(lastTen, 0, last % 10)]),
  ];
}

function digits(from: number, to: number): string {
  if (from === to) return `${from}`;
  return from === 0 && to === 9 ? '\\d' : `[${from}-${to}]`;
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
