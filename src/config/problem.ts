import type { Range } from './range.ts';

/** How much a problem weighs; only errors keep a run from starting. */
export type Level = 'error' | 'warning' | 'hint';

/** An edit that cures a problem: `range` of the text becomes `replacement`. */
export interface Fix {
  /** What the user clicks on, in the imperative. */
  readonly title: string;
  readonly replacement: string;
  readonly range: Range;
}

/** Something about a config that its author should know. An `error` keeps the run from starting, the others do not. */
export interface Problem {
  /** Stable and dotted, for filters and links: config.unknown-key. */
  readonly code: string;
  readonly level: Level;
  /** One sentence that names the value and the cure. */
  readonly message: string;
  readonly range: Range;
  /** Dotted path of the setting; undefined where no setting is to blame (broken YAML). */
  readonly key?: string;
  readonly fix?: Fix;
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.level === 'error');
}
