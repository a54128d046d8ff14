import { lazy } from '../../base/lazy.ts';
import { formatPath, isBlock, patternOf, valueAt, withValueAt, type Block, type Path } from '../path.ts';
import { keysAt, schemaAt } from '../schemaAt.ts';
import { quote } from '../wording.ts';
import { isPeerBlock } from './lookup.ts';
import { meaningOfKey, type Circumstances } from './meaning.ts';
import { isValid, type Meaning, type Setting } from './readEntry.ts';
import { rank, recognise } from './recognise.ts';
import type { Trainer } from './trainer.ts';

/** A setting of theirs that was taken over; dotted. `ours` is empty where a run here does so anyway. */
export interface TakenKey {
  readonly theirs: string;
  readonly ours: readonly string[];
  readonly note?: string;
}

/** A setting of theirs that was not; `why` is a clause that says what to do. */
export interface LeftKey {
  readonly theirs: string;
  readonly why: string;
  /** The file does not say it: its trainer assumes it. */
  readonly isAssumed?: true;
}

/** What became of a whole config. */
export interface Translation {
  /** undefined: nobody's in particular; every trainer's words are understood then. */
  readonly trainer: Trainer | undefined;
  /** A config of ours as plain data, in the schema's order. What is missing in the file is missing here. */
  readonly value: Block;
  readonly taken: readonly TakenKey[];
  readonly left: readonly LeftKey[];
  /** What the file does not say and its trainer would do otherwise than a run here: written out. */
  readonly assumed: readonly TakenKey[];
}

/** One key of theirs, read. */
interface Read {
  readonly path: Path;
  readonly meaning: Meaning;
}

/**
 * A whole config of another trainer as one of ours. Pure and total.
 * @param depth how many layers its model has; undefined: not known
 */
export function translate(config: Block, depth?: number): Translation {
  const known = { ranked: lazy(() => rank(config)), depth };
  const trainer = recognise(config);
  const said = takeOver(oursFirst(readBlock([], config, known)), {});
  const defaults = trainer?.defaults?.(config) ?? {};
  const laid = layUnder(defaults, config);
  const unsaid = Object.keys(defaults)
    .flatMap((key) => readKey([key], laid, known))
    .filter(({ path }) => valueAt(config, path) == null);
  const assumed = takeOver(unsaid, said.value);
  return {
    trainer,
    value: inOrder(assumed.value),
    taken: said.taken,
    left: [...said.left, ...unsaid.flatMap(unableToAssume)],
    assumed: assumed.taken.filter(({ ours }) => ours.length > 0),
  };
}

/** What is assumed but cannot be said here. Nothing is left where the file itself says otherwise. */
function unableToAssume({ path, meaning }: Read): LeftKey[] {
  if (meaning.kind !== 'left') return [];
  // There is nothing to delete.
  const why = meaning.why.replace(/^delete it[,;] /, '');
  return [{ theirs: formatPath(path), why, isAssumed: true }];
}

/** What the trainer assumes below what the file says, so that conversions see both. */
function layUnder(assumed: Block, config: Block): Block {
  const said = Object.entries(config).filter(([, value]) => value !== null && value !== undefined);
  const laid = said.map(([key, value]) => {
    const under = Object.hasOwn(assumed, key) ? assumed[key] : undefined;
    return [key, isBlock(value) && isBlock(under) ? { ...under, ...value } : value] as const;
  });
  return { ...assumed, ...Object.fromEntries(laid) };
}

function readBlock(path: Path, config: Block, known: Circumstances): Read[] {
  const block = valueAt(config, path);
  if (!isBlock(block)) return [];
  return Object.keys(block).flatMap((key) => readKey([...path, key], config, known));
}

function readKey(path: Path, config: Block, known: Circumstances): Read[] {
  const value = valueAt(config, path);
  // A key without a value says nothing, there as here.
  if (value === null || value === undefined || isVersion(path)) return [];
  const meaning = meaningOfKey(path, config, known);
  const own = schemaAt(path) !== undefined;
  const hasInside = isBlock(value) && Object.keys(value).length > 0 && meaning?.kind !== 'taken';
  if (hasInside && (own || meaning === undefined || isPeerBlock(patternOf(path))))
    return readBlock(path, config, known);
  if (meaning !== undefined) return [{ path, meaning }];
  return [{ path, meaning: own ? keep(path, value) : unknownKey() }];
}

function isVersion(path: Path): boolean {
  return path.length === 1 && path[0] === 'version';
}

function keep(path: Path, value: unknown): Meaning {
  const setting = { path, value };
  return { kind: 'taken', trainer: '', settings: [setting], isSame: true };
}

function unknownKey(): Meaning {
  return { kind: 'left', trainer: '', why: 'delete it, no trainer is known that has it' };
}

/** What is called as ours wins over what only means the same. */
function oursFirst(reads: readonly Read[]): Read[] {
  const names = keysAt([]) ?? [];
  const isOurs = ({ path }: Read): boolean => path.length === 1 && names.includes(String(path[0]));
  return [...reads.filter(isOurs), ...reads.filter((read) => !isOurs(read))];
}

interface Taking {
  readonly value: Block;
  readonly taken: readonly TakenKey[];
  readonly left: readonly LeftKey[];
}

/** One after the other, the first of two that contradict each other. */
function takeOver(reads: readonly Read[], start: Block): Taking {
  let value = start;
  const taken: TakenKey[] = [];
  const left: LeftKey[] = [];
  for (const { path, meaning } of reads) {
    const theirs = formatPath(path);
    const why = whyNot(meaning, value);
    if (why !== undefined) left.push({ theirs, why });
    if (why !== undefined || meaning.kind !== 'taken') continue;
    value = meaning.settings.reduce(put, value);
    taken.push(takenKey(theirs, meaning.settings, meaning.note));
  }
  return { value, taken, left };
}

function whyNot(meaning: Meaning, value: Block): string | undefined {
  if (meaning.kind === 'left') return meaning.why;
  const settings = meaning.kind === 'taken' ? meaning.settings : [];
  const invalid = settings.find((setting) => !isValid(setting));
  if (invalid !== undefined) return `write ${quote(formatPath(invalid.path))} with a value that it takes`;
  const clash = settings.find((setting) => merged(valueAt(value, setting.path), setting.value) === undefined);
  return clash === undefined ? undefined : `delete it, ${quote(formatPath(clash.path))} is set already`;
}

function takenKey(theirs: string, settings: readonly Setting[], note: string | undefined): TakenKey {
  const ours = settings.map(({ path }) => formatPath(path));
  return { theirs, ours, ...(note === undefined || ours.length === 0 ? {} : { note }) };
}

function put(value: Block, setting: Setting): Block {
  const there = valueAt(value, setting.path);
  return withValueAt(value, setting.path, merged(there, setting.value)) as Block;
}

/** Two words about one setting: lists are joined, blocks laid over each other, all else must be the same. undefined: a contradiction. */
function merged(there: unknown, more: unknown): unknown {
  if (there === undefined) return more;
  if (isList(there) && isList(more)) return joined(there, more);
  if (isBlock(there) && isBlock(more)) return { ...more, ...there };
  return there === more ? there : undefined;
}

/** An empty list is a choice: `report_to: none` beside the name of a project. */
function joined(there: readonly unknown[], more: readonly unknown[]): readonly unknown[] {
  return there.length === 0 ? there : [...new Set([...there, ...more])];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function inOrder(value: Block): Block {
  const order = keysAt([]) ?? [];
  return Object.fromEntries([
    ['version', 1],
    ...order.filter((key) => key !== 'version' && Object.hasOwn(value, key)).map((key) => [key, value[key]]),
  ]) as Block;
}
