import { matchPattern, patternCost, patternFault, type PatternMatch } from '../data/parameterGroups.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import type { Path } from './path.ts';

export const FREEZE_KEYS = ['groups', 'trainable_groups'] as const;
export type FreezeKey = (typeof FREEZE_KEYS)[number];

/** One item of `freeze.groups` or `freeze.trainable_groups`. */
export interface FreezePattern {
  readonly key: FreezeKey;
  readonly path: Path;
  readonly pattern: string;
  /** What it names in this model; undefined where that is not known, or would take long to find out. */
  readonly match: PatternMatch | undefined;
}

/** Nobody writes so many; each is held against every name of the model. */
const MOST_PATTERNS = 100;
/** Steps that all patterns together may take at worst with one name; a model has hundreds of names. */
const MOST_STEPS = 40_000;

/**
 * The patterns of `freeze` in the order of the text; empty beside `lora`, which does not go together with it.
 * @param names of the model's parameters; undefined: not known
 */
export function freezePatterns(
  { freeze, lora }: Partial<Pick<RunConfig, 'freeze' | 'lora'>>,
  names: readonly string[] | undefined,
): FreezePattern[] {
  if (freeze === undefined || lora !== undefined) return [];
  const items = FREEZE_KEYS.flatMap((key) =>
    (freeze[key] ?? []).map((pattern, index) => ({ key, pattern, path: ['freeze', key, index] })),
  ).slice(0, MOST_PATTERNS);
  const known = names !== undefined && isQuickToMatch({ freeze }) ? names : undefined;
  return items.map((item) => ({
    ...item,
    match: known === undefined ? patternFault(item.pattern) : matchPattern(item.pattern, known),
  }));
}

/** Whether the patterns of `freeze` can be held against names while somebody types. */
export function isQuickToMatch({ freeze }: Pick<RunConfig, 'freeze'>): boolean {
  const patterns = FREEZE_KEYS.flatMap((key) => freeze?.[key] ?? []);
  const steps = patterns.reduce((sum, pattern) => sum + patternCost(pattern), 0);
  return patterns.length <= MOST_PATTERNS && steps <= MOST_STEPS;
}

/** What the patterns leave to train, of `names`; undefined where one of them is at fault, or nobody knows. */
export function movingNames(
  patterns: readonly FreezePattern[],
  names: readonly string[],
): readonly string[] | undefined {
  if (patterns.some(({ match }) => match === undefined || !('matched' in match))) return undefined;
  const namedBy = (key: FreezeKey): ReadonlySet<string> =>
    new Set(patterns.filter((item) => item.key === key).flatMap(matchedBy));
  const [still, moving] = [namedBy('groups'), namedBy('trainable_groups')];
  const hasMovers = patterns.some(({ key }) => key === 'trainable_groups');
  return names.filter((name) => !still.has(name) && (!hasMovers || moving.has(name)));
}

/** The names that a pattern matches; none where it matches nothing, or nobody knows. */
export function matchedBy({ match }: FreezePattern): readonly string[] {
  return match !== undefined && 'matched' in match ? match.matched : [];
}
