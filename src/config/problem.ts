import type { Range } from './range.ts';

/** How much a problem weighs; only errors keep a run from starting. */
export type Level = 'error' | 'warning' | 'hint';

/** A change of the text: `range` becomes `replacement`. */
export interface TextEdit {
  readonly range: Range;
  readonly replacement: string;
}

/** What cures a problem. */
export interface Fix {
  /** What the user clicks on, in the imperative. */
  readonly title: string;
  /** Ranges of the text as it stands; they do not touch each other. */
  readonly edits: readonly TextEdit[];
  /** Whether it is surely what was meant: such fixes are taken by Fix All, others are offered one by one. */
  readonly isCertain: boolean;
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
  /** Best first. */
  readonly fixes?: readonly Fix[];
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.level === 'error');
}

/** `text` after the edits, which may come in any order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.range.offset - a.range.offset)
    .reduce(
      (done, { range, replacement }) =>
        done.slice(0, range.offset) + replacement + done.slice(range.offset + range.length),
      text,
    );
}
