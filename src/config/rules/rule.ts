import type { Surroundings } from '../files.ts';
import { MAX_FINDINGS } from '../limits.ts';
import type { ParsedConfig } from '../parse.ts';
import { formatPath, type Path } from '../path.ts';
import type { Fix, Level, Problem } from '../problem.ts';
import type { Range } from '../range.ts';
import type { SchemaIssue } from '../schemaIssues.ts';

export interface RuleInput extends Surroundings {
  readonly parsed: ParsedConfig;
  /** What the schema refuses in `parsed`: worked out once for all rules. */
  readonly issues: readonly SchemaIssue[];
}

/** One thing that is checked. Pure: the same input gives the same problems. */
export interface Rule {
  /** Stable and dotted. */
  readonly code: string;
  readonly level: Level;
  /** At most MAX_FINDINGS problems, and one more that counts the rest. */
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

/**
 * A rule in two strides: `find` lists every case, cheaply, and `tell` puts one into words, which may be dear: a config can
 * make the same mistake ten thousand times.
 */
export function defineRule<Case>(
  code: string,
  level: Level,
  find: (input: RuleInput) => readonly Case[],
  tell: (found: Case, input: RuleInput) => Finding,
): Rule {
  const problemOf = (finding: Finding): Problem => asProblem(code, level, finding);
  const check = (input: RuleInput): Problem[] => {
    const cases = find(input);
    const told = cases.slice(0, MAX_FINDINGS).map((found) => problemOf(tell(found, input)));
    const rest = cases
      .slice(MAX_FINDINGS, MAX_FINDINGS + 1)
      .map((found) => problemOf(countRest(tell(found, input), cases.length - MAX_FINDINGS)));
    return [...told, ...rest];
  };
  return { code, level, check };
}

function countRest({ path, range }: Finding, count: number): Finding {
  const subject = count === 1 ? '1 more problem of this kind is' : `${count} more problems of this kind are`;
  return { path, range, message: `${subject} not listed: correct those above first.` };
}

function asProblem(code: string, level: Level, { path, message, range, fix }: Finding): Problem {
  return { code, level, message, range, key: formatPath(path), ...(fix === undefined ? {} : { fix }) };
}
