import { countedSeeds } from '../config/methods.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import { UserError } from './userError.ts';

/** `--seeds 3` counts up from the config's seed; `--seeds 21,22,25` names them. */
export function seedsFrom(text: string | undefined, config: Pick<RunConfig, 'seed'>): number[] {
  if (text === undefined) return [config.seed];
  const numbers = text.split(',').map((part) => Number(part.trim()));
  const isWhole = numbers.every((number) => Number.isInteger(number) && number >= 0);
  const [first = 0] = numbers;
  if (!isWhole || (numbers.length === 1 && (first < 1 || first > MOST_SEEDS)))
    throw new UserError(
      `--seeds ${text} is neither a number of seeds (1 to ${MOST_SEEDS}) nor a list such as 21,22,23: write one of the two.`,
    );
  const seeds = numbers.length === 1 ? countedSeeds(config.seed, first) : numbers;
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  if (twice !== undefined) throw new UserError(`--seeds names ${twice} twice: name every seed once.`);
  return seeds;
}

const MOST_SEEDS = 1_000;

/** `--jobs K`: how many runs at once. */
export function jobsFrom(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1) return jobs;
  throw new UserError(`--jobs ${text} is no number of runs: write 1 or more.`);
}
