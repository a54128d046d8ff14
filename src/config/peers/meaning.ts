import { lazy } from '../../base/lazy.ts';
import { isBlock, patternOf, valueAt, type Block, type Path } from '../path.ts';
import { settingPaths } from '../schemaAt.ts';
import { entriesFor, isPeerBlock, type Found } from './lookup.ts';
import { readEntry, type Meaning } from './readEntry.ts';
import { rank, type Ranked } from './recognise.ts';

/** Whose file it most likely is; asked only where several trainers have the key. */
export type Ranking = () => readonly Ranked[];

/** What is known of a config besides its text. */
export interface Circumstances {
  readonly ranked: Ranking;
  /** How many layers its model has; undefined: not known. */
  readonly depth?: number | undefined;
}

/** What is inside a block is looked at up to here. */
const MOST_INSIDE = 100;

/**
 * What the key at `path` of `config` means, whoever writes it so; of several trainers, whose file it most likely is. A block that no
 * trainer has a word for is told by what stands in it. undefined: no trainer's key. Total.
 * @param depth how many layers the model has; undefined: not known
 */
export function meaningOf(path: Path, config: Block, depth?: number): Meaning | undefined {
  return meaningWithin(path, config, { ranked: lazy(() => rank(config)), depth });
}

function meaningWithin(path: Path, config: Block, known: Circumstances): Meaning | undefined {
  const whole = meaningOfKey(path, config, known);
  return whole === undefined || whole.kind === 'left'
    ? (meaningOfBlock(path, config, known) ?? whole)
    : whole;
}

/** The same from the key alone, without what stands in its block. */
export function meaningOfKey(
  path: Path,
  config: Block,
  { ranked, depth }: Circumstances,
): Meaning | undefined {
  const value = valueAt(config, path);
  const standing = { siblings: blockOf(valueAt(config, path.slice(0, -1))), depth };
  const entries = entriesFor(patternOf(path));
  const [only, ...more] = entries;
  if (only !== undefined && more.length === 0 && !isNameOfOurs(path))
    return readEntry(only, path, value, standing);
  const candidates = entries
    .map((found) => ({ ...found, score: supportFor(found, path, ranked) }))
    .filter(({ score }) => score !== undefined)
    .map(({ score = 0, ...found }) => ({ score, meaning: readEntry(found, path, value, standing) }));
  const best = Math.max(...candidates.map(({ score }) => score));
  const told = candidates.filter(({ score }) => score === best).map(({ meaning }) => meaning);
  return told.find(isPlainName) ?? told.find(({ kind }) => kind !== 'left') ?? told[0];
}

/** Of several readings that are as likely the one that changes nothing but the name. */
function isPlainName(meaning: Meaning): boolean {
  return meaning.kind !== 'left' && meaning.isSame;
}

/** undefined: a key that is a name of ours in another place is only another trainer's if more of the file is. */
function supportFor({ trainer }: Found, path: Path, ranked: Ranking): number | undefined {
  const { score = 0, keys = 0 } = ranked().find((one) => one.trainer === trainer) ?? {};
  if (keys <= 1 && isNameOfOurs(path)) return undefined;
  // What a trainer takes over from another counts as its own, but for a word of its own on the same key.
  const heirs = ranked()
    .filter((one) => one.trainer.extends === trainer)
    .map((one) => one.score - TINY);
  return Math.max(score, ...heirs);
}

const TINY = 1e-6;

function isNameOfOurs(path: Path): boolean {
  return path.length === 1 && OUR_NAMES.has(String(path[0]));
}

/** Names inside our blocks: temperature, r, positions. */
const OUR_NAMES: ReadonlySet<string> = new Set(
  settingPaths()
    .filter((path) => path.length > 1)
    .map((path) => path.at(-1) ?? ''),
);

function meaningOfBlock(path: Path, config: Block, known: Circumstances): Meaning | undefined {
  const block = valueAt(config, path);
  if (!isBlock(block) || !isPeerBlock(patternOf(path))) return undefined;
  const inside = Object.keys(block)
    .slice(0, MOST_INSIDE)
    .flatMap((key) => meaningWithin([...path, key], config, known) ?? []);
  const taken = inside.filter((meaning) => meaning.kind === 'taken');
  const [first] = taken;
  if (first === undefined) return inside[0];
  const settings = taken.flatMap((meaning) => meaning.settings);
  return { kind: 'taken', trainer: first.trainer, settings, isSame: false };
}

function blockOf(value: unknown): Block {
  return isBlock(value) ? value : {};
}
