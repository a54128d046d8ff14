import { isBlock, isWithin, patternOf, type Block, type Path } from '../path.ts';
import { schemaIssues } from '../schemaIssues.ts';
import { entriesFor, type Found } from './lookup.ts';
import type { PeerKey } from './trainer.ts';

/** One of our settings with a value. */
export interface Setting {
  readonly path: Path;
  readonly value: unknown;
}

/** What a setting of another trainer is here. */
export type Meaning =
  | {
      readonly kind: 'taken';
      readonly trainer: string;
      /** What to write instead; empty: nothing, because a run here does so anyway, or because `partOf` says it. */
      readonly settings: readonly Setting[];
      /** Whether it is one setting of ours with the same value. */
      readonly isSame: boolean;
      /** What differs nevertheless; where there is nothing to write, why. */
      readonly note?: string | undefined;
      /** The key of theirs that takes it in. */
      readonly partOf?: string | undefined;
    }
  /** It has no value (that is known), so that only our name can be told; dotted. */
  | { readonly kind: 'named'; readonly trainer: string; readonly ours: string; readonly isSame: boolean }
  | { readonly kind: 'left'; readonly trainer: string; readonly why: string };

/** Where a setting stands. */
export interface Standing {
  /** The block it stands in. */
  readonly siblings: Block;
  /** How many layers the model has; undefined: not known. */
  readonly depth?: number | undefined;
}

/** @param value what stands at `path`; undefined or null: nothing */
export function readEntry(
  { trainer, entry }: Found,
  path: Path,
  value: unknown,
  standing: Standing,
): Meaning {
  const { name } = trainer;
  const left = { kind: 'left', trainer: name, why: entry.advice ?? whyLeft(entry) } as const;
  if (value === undefined || value === null) {
    if (entry.ours === undefined || entry.ours === '') return left;
    return { kind: 'named', trainer: name, ours: entry.ours, isSame: entry.convert === undefined };
  }
  const whole = readWhole({ trainer, entry }, path, standing);
  if (whole?.kind === 'taken')
    return { kind: 'taken', trainer: name, settings: [], isSame: false, partOf: entry.partOf };
  return convertValue(entry, name, path, value, standing) ?? left;
}

/** The key beside it that takes it in; undefined where there is none. */
function readWhole({ trainer, entry }: Found, path: Path, standing: Standing): Meaning | undefined {
  const { partOf } = entry;
  const { siblings } = standing;
  if (partOf === undefined || !Object.hasOwn(siblings, partOf)) return undefined;
  const place = [...path.slice(0, -1), partOf];
  const whole = entriesFor(patternOf(place)).find((found) => found.trainer === trainer);
  return whole === undefined ? undefined : readEntry(whole, place, siblings[partOf], standing);
}

function convertValue(
  entry: PeerKey,
  trainer: string,
  path: Path,
  value: unknown,
  { siblings, depth }: Standing,
): Meaning | undefined {
  const { ours, convert, note } = entry;
  const converted =
    convert === undefined ? (ours === undefined ? undefined : value) : convert(value, siblings, depth);
  if (converted === undefined) return undefined;
  if (converted === null)
    return { kind: 'taken', trainer, settings: [], isSame: false, note: whyDeleted(entry) };
  if (ours === undefined) return undefined;
  const settings = settingsOf(ours, path, converted);
  // A wrong value under the right name is told by the name; a block where a word belongs is somebody else's setting.
  if (typeof converted === 'object' && !settings.every(isValid)) return undefined;
  return {
    kind: 'taken',
    trainer,
    settings,
    isSame: JSON.stringify(converted) === JSON.stringify(value),
    note,
  };
}

function settingsOf(ours: string, path: Path, value: unknown): Setting[] {
  if (ours === '')
    return Object.entries(blockOf(value)).map(([key, inner]) => ({ path: [key], value: inner }));
  // Of an item of a list, the item it stands in.
  if (ours.includes('[]')) return [{ path: [...path.slice(0, -1), lastName(ours)], value }];
  return [{ path: ours.split('.'), value }];
}

/** Whether our schema takes the value there, its insides included. */
export function isValid({ path, value }: Setting): boolean {
  const alone = path.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
  const pattern = patternOf(path);
  return !schemaIssues(alone as Block).some((issue) => isWithin(patternOf(issue.path), pattern));
}

/** Where there is nothing to write, the advice for other values says why, if it is to delete them too. */
function whyDeleted({ advice }: PeerKey): string {
  return advice?.startsWith('delete it') === true ? advice : 'delete it, a run does so anyway';
}

function whyLeft({ ours }: PeerKey): string {
  if (ours === undefined || ours === '') return 'delete it, there is nothing like it here';
  return `write it as \`${ours}\`, with a value that it takes`;
}

function lastName(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

function blockOf(value: unknown): Block {
  return isBlock(value) ? value : {};
}
