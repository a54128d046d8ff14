import type { Level, Problem } from './problem.ts';

/** How somebody wants rules to be heard, by code; `off`: not at all. */
export type Levels = Readonly<Record<string, Level | 'off'>>;

/**
 * Problems as they are shown. What keeps a run from starting is decided by the rules themselves, so a level that is lowered here
 * only lowers the voice.
 */
export function withLevels(problems: readonly Problem[], levels: Levels): Problem[] {
  return problems.flatMap((problem) => {
    const level = Object.hasOwn(levels, problem.code)
      ? (levels[problem.code] ?? problem.level)
      : problem.level;
    return level === 'off' ? [] : [{ ...problem, level }];
  });
}
