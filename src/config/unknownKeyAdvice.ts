import { nearest } from '../base/nearest.ts';
import { formatPath, patternOf, type Block, type Path } from './path.ts';
import { meaningOf } from './peers/meaning.ts';
import type { Meaning, Setting } from './peers/readEntry.ts';
import { tellMeaning } from './peers/tell.ts';
import { keysAt, schemaAt, settingPaths } from './schemaAt.ts';
import { alternatives, quote } from './wording.ts';

/** What to do about a key that does not exist. */
export interface Advice {
  /** Follows a colon. */
  readonly cure: string;
  /** The key of the same block that was meant; undefined where a new name alone does not cure it. */
  readonly rename?: string;
  /** What to write instead of the key and its value, with our values; empty: nothing. undefined where that is not sure, or a new name does. */
  readonly instead?: readonly Setting[];
  /** Whether to delete it is the whole cure, though what it asked for is not to be had. */
  readonly isUseless?: boolean;
}

/**
 * Advice about the unknown key at `path` of `config`. Sure answers first: names other trainers use, then places, then spelling. Without
 * the config other trainers' values cannot be converted.
 * @param depth how many layers the model has; undefined: not known
 */
export function adviseUnknownKey(path: Path, config: Block = {}, depth?: number): Advice {
  return fromPeers(path, config, depth) ?? fromOtherPlace(path) ?? fromSpelling(path) ?? fromSiblings(path);
}

function fromPeers(path: Path, config: Block, depth: number | undefined): Advice | undefined {
  const meaning = meaningOf(path, config, depth);
  if (meaning === undefined || isMisplaced(path, meaning)) return undefined;
  const cure = tellMeaning(path, config, meaning);
  if (meaning.kind === 'left') return { cure, isUseless: /^delete it[,;]/.test(cure) };
  const rename = meaning.isSame ? keyBeside(path, oursOf(meaning)) : undefined;
  if (rename !== undefined) return { cure, rename };
  return meaning.kind === 'taken' && meaning.partOf === undefined
    ? { cure, instead: meaning.settings }
    : { cure };
}

/** One of our names in the wrong block is a matter of places, whoever else has it. */
function isMisplaced(path: Path, meaning: Meaning): boolean {
  return meaning.kind !== 'left' && meaning.isSame && oursOf(meaning).endsWith(`.${String(path.at(-1))}`);
}

function oursOf(meaning: Exclude<Meaning, { kind: 'left' }>): string {
  return meaning.kind === 'named' ? meaning.ours : formatPath(meaning.settings[0]?.path ?? []);
}

/** The last name of `ours` where it stands in the block of `path`. */
function keyBeside(path: Path, ours: string): string | undefined {
  const names = ours.split('.');
  const block = names
    .slice(0, -1)
    .join('.')
    .replace(/\[\d*\]/g, '[]');
  return block === patternOf(path.slice(0, -1)) ? names.at(-1) : undefined;
}

/** `probes.max_facts` as one key, or `max_facts` outside its block. */
function fromOtherPlace(path: Path): Advice | undefined {
  const key = String(path.at(-1) ?? '');
  const dotted = key.split('.');
  const known =
    dotted.length > 1 && schemaAt(dotted) !== undefined
      ? dotted
      : settingPaths().find((candidate) => candidate.at(-1) === key);
  if (known === undefined) return undefined;
  const block = known.slice(0, -1).join('.');
  const name = known.at(-1) ?? '';
  return {
    cure: block === '' ? 'move it to the top level' : `write \`${name}\` inside the block \`${block}\``,
  };
}

function fromSpelling(path: Path): Advice | undefined {
  const meant = nearest(String(path.at(-1) ?? ''), keysAt(path.slice(0, -1)) ?? []);
  return meant === undefined ? undefined : { cure: `did you mean \`${meant}\`?`, rename: meant };
}

function fromSiblings(path: Path): Advice {
  const block = path.slice(0, -1);
  const siblings = keysAt(block) ?? [];
  if (block.length === 0 || siblings.length === 0) return { cure: 'delete it' };
  return { cure: `delete it, or write ${alternatives(siblings.map(quote))} in ${quote(formatPath(block))}` };
}
