import type { Entry, ParsedConfig } from '../parse.ts';
import { isBlock, valueAt, type Path } from '../path.ts';
import type { Range } from '../range.ts';
import { numberText, show } from '../wording.ts';

/** A setting as an outline shows it. */
export interface DocumentSymbolNode {
  /** Its key; of an item of a list, its position from 1 with what names it. */
  readonly name: string;
  /** Its value in a few words; empty for blocks and lists. */
  readonly detail: string;
  readonly kind: 'block' | 'list' | 'value';
  /** From its key to the end of its value. */
  readonly range: Range;
  /** Its key, or the first line of an item: inside `range`. */
  readonly selection: Range;
  readonly children: readonly DocumentSymbolNode[];
}

/** Nobody looks through more of them, and an editor that is given them stands still. */
const MOST_SYMBOLS = 1_000;

/** The settings of a config as a tree, in the order of the text; of a text that is no real config, the first. */
export function symbolsOf(parsed: ParsedConfig): DocumentSymbolNode[] {
  return childrenOf(parsed, [], undefined, byParent(parsed));
}

/** Entries by the block or list they are in; a Map remembers the order. */
function byParent({ entries }: ParsedConfig): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of [...entries.values()].slice(0, MOST_SYMBOLS)) {
    const parent = JSON.stringify(entry.path.slice(0, -1));
    const group = groups.get(parent);
    if (group === undefined) groups.set(parent, [entry]);
    else group.push(entry);
  }
  return groups;
}

type Groups = ReturnType<typeof byParent>;

function childrenOf(
  parsed: ParsedConfig,
  path: Path,
  around: Range | undefined,
  groups: Groups,
): DocumentSymbolNode[] {
  const inside = (groups.get(JSON.stringify(path)) ?? []).filter(
    // What an alias repeats stands elsewhere.
    (entry) => around === undefined || contains(around, rangeOf(entry)),
  );
  return inside.map((entry) => symbolOf(parsed, entry, groups));
}

function symbolOf(parsed: ParsedConfig, entry: Entry, groups: Groups): DocumentSymbolNode {
  const value = valueAt(parsed.value, entry.path);
  const kind = Array.isArray(value) ? 'list' : isBlock(value) ? 'block' : 'value';
  const range = rangeOf(entry);
  return {
    name: nameOf(entry.path, value),
    detail:
      kind === 'value' && value !== null
        ? show(isNumber(value) ? numberText(value) : value).slice(1, -1)
        : '',
    kind,
    range,
    selection: entry.key ?? { ...range, length: lineLength(parsed.text, range) },
    children: kind === 'value' ? [] : childrenOf(parsed, entry.path, range, groups),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function nameOf(path: Path, value: unknown): string {
  const step = path.at(-1);
  if (typeof step !== 'number') return step === undefined || step === '' ? '""' : step;
  const named = [valueAt(value, ['name']), valueAt(value, ['path'])].find((name) => typeof name === 'string');
  return named === undefined ? String(step + 1) : `${step + 1}: ${show(named).slice(1, -1)}`;
}

/** Of an alias, only as far as its key: its value may stand before it. */
function rangeOf({ key, value }: Entry): Range {
  if (key === undefined) return value;
  const end = Math.max(key.offset + key.length, value.offset + value.length);
  return value.offset < key.offset ? key : { ...key, length: end - key.offset };
}

function contains(outer: Range, inner: Range): boolean {
  return outer.offset <= inner.offset && inner.offset + inner.length <= outer.offset + outer.length;
}

function lineLength(text: string, { offset, length }: Range): number {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end === -1 ? offset + length : Math.min(offset + length, end)).trimEnd().length;
}
