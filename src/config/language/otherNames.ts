import { lazy } from '../../base/lazy.ts';
import { quote } from '../wording.ts';
import { ALL_TRAINERS, TRAINERS } from '../peers/trainers.ts';

/** What a setting is called elsewhere. */
export interface OtherName {
  readonly name: string;
  /** undefined: by nobody in particular. */
  readonly trainer: string | undefined;
  /** Whether its values are the same; else they are converted. */
  readonly isSame: boolean;
}

/** Other trainers' names of a setting of ours (its pattern); the plainest ones first, each name once. */
export function otherNames(pattern: string): readonly OtherName[] {
  return BY_SETTING().get(pattern) ?? [];
}

/** Elsewhere `lr` ...: a line of Markdown; undefined where nobody calls it otherwise. */
export function otherNamesLine(pattern: string): string | undefined {
  const names = otherNames(pattern)
    // Names that belong to nobody say less than those of a trainer one may know.
    .filter(({ trainer }, _, all) => trainer !== undefined || all.every((one) => one.trainer === undefined))
    .filter(({ trainer }, index, all) => trainer === undefined || isFirstOf(all, index))
    .slice(0, MOST_SHOWN)
    .map(({ name, trainer, isSame }) => {
      const whose = trainer === undefined ? '' : ` (${trainer}${isSame ? '' : ', other values'})`;
      return `${quote(name)}${whose}`;
    });
  return names.length === 0 ? undefined : `Elsewhere: ${names.join(', ')}.`;
}

const MOST_SHOWN = 6;

function isFirstOf(names: readonly OtherName[], index: number): boolean {
  return names.findIndex(({ trainer }) => trainer === names[index]?.trainer) === index;
}

/** Most windows never ask. */
const BY_SETTING = lazy(collect);

function collect(): ReadonlyMap<string, readonly OtherName[]> {
  const names = new Map<string, Map<string, OtherName>>();
  for (const trainer of ALL_TRAINERS) {
    for (const { key, ours, convert } of trainer.keys) {
      if (ours === undefined || ours === '' || key.endsWith('*') || isSameName(key, ours)) continue;
      const own = names.get(ours) ?? new Map<string, OtherName>();
      const known = TRAINERS.includes(trainer) ? trainer.name : undefined;
      if (!own.has(key)) own.set(key, { name: key, trainer: known, isSame: convert === undefined });
      names.set(ours, own);
    }
  }
  return new Map([...names].map(([ours, found]) => [ours, [...found.values()].sort(byDepth)]));
}

function isSameName(key: string, ours: string): boolean {
  return key === ours || key.split('.').at(-1) === ours;
}

/** Names in blocks say where they stand: they come after those that stand alone. */
function byDepth(a: OtherName, b: OtherName): number {
  return a.name.split('.').length - b.name.split('.').length;
}
