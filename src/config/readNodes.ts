import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { MAX_NESTING } from '../protocol/limits.ts';
import { MAX_VALUES } from './limits.ts';
import { formatPath, type Path } from './path.ts';
import type { Fix } from './problem.ts';
import type { Range } from './range.ts';

/** Where one setting stands. */
export interface Entry {
  readonly path: Path;
  /** Undefined for items of a list, which have no key. */
  readonly key: Range | undefined;
  /** Of an empty value: its key's, or the empty place itself in a list. */
  readonly value: Range;
}

/** A key that its block holds already; the first one counts. */
export interface Duplicate {
  readonly path: Path;
  readonly range: Range;
  /** 1-based. */
  readonly firstLine: number;
}

/** Something that is YAML and yet cannot be a config. */
export interface Fault {
  readonly message: string;
  readonly range: Range;
  /** Best first. */
  readonly fixes?: readonly Fix[];
}

/** What a tree of YAML nodes says: plain data (aliases followed), and where every value of it stands. */
export interface Reading {
  readonly value: unknown;
  /** By dotted path. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly duplicates: readonly Duplicate[];
  readonly faults: readonly Fault[];
}

/** Offsets of the text, end exclusive, to a range. */
export type Locate = (start: number, end: number) => Range;

interface Walk {
  readonly locate: Locate;
  readonly entries: Map<string, Entry>;
  readonly duplicates: Duplicate[];
  readonly faults: Fault[];
  readonly anchors: Map<string, Node>;
  visited: number;
  tooMuch: boolean;
}

/**
 * Reads the nodes itself instead of by `toJS`, because that throws on alias bombs and unknown anchors and forgets the
 * positions.
 */
export function readNodes(root: unknown, locate: Locate): Reading {
  const walk: Walk = {
    locate,
    entries: new Map(),
    duplicates: [],
    faults: [],
    anchors: new Map(),
    visited: 0,
    tooMuch: false,
  };
  const value = readNode(walk, root, []);
  return { value, entries: walk.entries, duplicates: walk.duplicates, faults: walk.faults };
}

function readNode(walk: Walk, node: unknown, path: Path): unknown {
  if (isTooMuch(walk, node, path)) return null;
  if (isAlias(node)) return readAlias(walk, node, path);
  if (isMap(node)) {
    remember(walk, node);
    return readBlock(walk, node.items, path);
  }
  if (isSeq(node)) {
    remember(walk, node);
    return node.items.map((item, index) => readValue(walk, item, [...path, index], undefined));
  }
  if (!isScalar(node)) return null;
  remember(walk, node);
  return plainValue(node);
}

function readAlias(walk: Walk, alias: Node & { readonly source: string }, path: Path): unknown {
  const anchored = walk.anchors.get(alias.source);
  if (anchored !== undefined) return readNode(walk, anchored, path);
  const message = `The alias \`*${alias.source}\` points to nothing: write the value itself.`;
  walk.faults.push({ message, range: rangeOf(walk, alias) });
  return null;
}

function readBlock(walk: Walk, pairs: readonly unknown[], path: Path): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const pair of pairs) {
    if (!isPair(pair)) continue;
    if (pair.key !== null && !isScalar(pair.key)) {
      const range = rangeOf(walk, pair.key);
      walk.faults.push({
        message: 'A list, block or alias stands where a key belongs: write a plain word.',
        range,
      });
      continue;
    }
    const key = pair.key === null ? '' : String(plainValue(pair.key) ?? '');
    const keyRange = rangeOf(walk, pair.key);
    const first = values.has(key) ? walk.entries.get(formatPath([...path, key])) : undefined;
    if (first !== undefined) {
      walk.duplicates.push({
        path: [...path, key],
        range: keyRange,
        firstLine: (first.key ?? first.value).line,
      });
      continue;
    }
    values.set(key, readValue(walk, pair.value, [...path, key], keyRange));
  }
  // fromEntries defines own properties, so that a key named __proto__ is a key like any other.
  return Object.fromEntries(values);
}

function readValue(walk: Walk, node: unknown, path: Path, key: Range | undefined): unknown {
  if (walk.tooMuch) return null;
  const own = rangeOf(walk, node);
  walk.entries.set(formatPath(path), { path, key, value: own.length === 0 && key !== undefined ? key : own });
  return readNode(walk, node, path);
}

function isTooMuch(walk: Walk, node: unknown, path: Path): boolean {
  walk.visited += 1;
  if (walk.visited <= MAX_VALUES && path.length <= MAX_NESTING) return false;
  if (!walk.tooMuch) {
    const what =
      path.length > MAX_NESTING
        ? `is nested deeper than ${MAX_NESTING} levels`
        : `holds more than ${MAX_VALUES} values`;
    walk.faults.push({
      message: `The config ${what}: keep settings only.`,
      range: rangeOf(walk, node),
    });
  }
  walk.tooMuch = true;
  return true;
}

function remember(walk: Walk, node: Node & { readonly anchor?: string }): void {
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
}

/** Dates, symbols and whatever else a YAML version may make of a word stay the word. */
function plainValue(scalar: Scalar): string | number | boolean | null {
  const { value } = scalar;
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain || value === null ? value : (scalar.source ?? '');
}

function rangeOf(walk: Walk, node: unknown): Range {
  const range = isNodeLike(node) ? node.range : undefined;
  return walk.locate(range?.[0] ?? 0, range?.[1] ?? 0);
}

function isNodeLike(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}
