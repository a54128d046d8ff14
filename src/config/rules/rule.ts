import type { Surroundings } from '../files.ts';
import type { ParsedConfig } from '../parse.ts';
import { formatPath, type Path } from '../path.ts';
import type { Fix, Level, Problem } from '../problem.ts';
import type { Range } from '../range.ts';

export interface RuleInput extends Surroundings {
  readonly parsed: ParsedConfig;
}

/** One thing that is checked. Pure: the same input gives the same problems. */
export interface Rule {
  /** Stable and dotted. */
  readonly code: string;
  readonly level: Level;
  check(input: RuleInput): Problem[];
}

/** A problem before its rule has put its name on it. */
export interface Finding {
  readonly path: Path;
  /** One sentence that names the value and the cure. */
  readonly message: string;
  readonly range: Range;
  readonly fix?: Fix | undefined;
}

/** A rule whose every problem carries its code and level. */
export function defineRule(code: string, level: Level, find: (input: RuleInput) => readonly Finding[]): Rule {
  return { code, level, check: (input) => find(input).map((finding) => asProblem(code, level, finding)) };
}

function asProblem(code: string, level: Level, { path, message, range, fix }: Finding): Problem {
  return { code, level, message, range, key: formatPath(path), ...(fix === undefined ? {} : { fix }) };
}
