import { formatPath, isBlock, type Block, type Path } from '../path.ts';
import { schemaAt } from '../schemaAt.ts';
import { entriesFor, isPeerBlock } from './lookup.ts';
import type { Trainer } from './trainer.ts';
import { ALL_TRAINERS, TRAINERS } from './trainers.ts';

/** How much speaks for a trainer in a file. */
export interface Ranked {
  readonly trainer: Trainer;
  /** How many keys of the file are its and not ours. */
  readonly keys: number;
  /** The same, less for keys that several trainers have. */
  readonly score: number;
}

/** Fewer keys of another trainer are mistakes in a config of ours. */
const LEAST_KEYS = 3;
/** A file is judged by its first keys: nobody needs more, and a hostile one may have thousands. */
const MOST_KEYS = 300;
/** Keys that no other trainer has: whoever writes them means Holdfast. */
const ONLY_OURS = ['version', 'train_file', 'prompt_template', 'self_distill', 'probes', 'freeze', 'engine'];

/** Whose config a whole file is, from its keys that are none of ours; undefined: ours, or nobody's. Total. */
export function recognise(config: Block): Trainer | undefined {
  const [best] = rank(config).filter(({ trainer }) => TRAINERS.includes(trainer));
  const ours = ONLY_OURS.filter((key) => Object.hasOwn(config, key)).length;
  return best !== undefined && best.keys >= LEAST_KEYS && best.keys > 2 * ours ? best.trainer : undefined;
}

/** All trainers, whose file `config` most likely is first. */
export function rank(config: Block): readonly Ranked[] {
  const owners = foreignKeys(config, [], MOST_KEYS).map(
    (pattern) => new Set(entriesFor(pattern).map(({ trainer }) => trainer)),
  );
  return ALL_TRAINERS.map((trainer) => judge(trainer, owners)).sort((a, b) => b.score - a.score);
}

/** @param owners of every key that is none of ours, the trainers that have it */
function judge(trainer: Trainer, owners: readonly ReadonlySet<Trainer>[]): Ranked {
  const { extends: base } = trainer;
  const its = owners.filter((having) => having.has(trainer) || (base !== undefined && having.has(base)));
  return { trainer, keys: its.length, score: its.reduce((sum, having) => sum + 1 / having.size, 0) };
}

/** Keys of the file that some trainer knows and that are no settings of ours; in blocks only where those are a trainer's. */
function foreignKeys(block: Block, path: Path, most: number): string[] {
  return Object.entries(block)
    .slice(0, most)
    .flatMap(([key, value]) => {
      const inner = [...path, key];
      if (schemaAt(inner) !== undefined) return [];
      const pattern = formatPath(inner);
      const below = isBlock(value) && isPeerBlock(pattern) ? foreignKeys(value, inner, most) : [];
      return entriesFor(pattern).length > 0 ? [pattern, ...below] : below;
    });
}
