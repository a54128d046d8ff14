import type { About } from '../about.ts';
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
  /** What the config amounts to, and what is known of the files, model and device it names. */
  readonly about: About;
}

/** What the reference page says of a rule; each a sentence or two. */
export interface RuleText {
  /** Stable and dotted: family, then what is wrong. */
  readonly code: string;
  readonly level: Level;
  /**
   * Who reports it where the editor checks the shipped JSON Schema itself: the schema does for a `shape`, so that nothing is underlined
   * twice; a `meaning` no schema can know.
   */
  readonly side: 'shape' | 'meaning';
  /** When it speaks. */
  readonly what: string;
  /** What it costs to leave it. */
  readonly why: string;
  /** What to do. */
  readonly cure: string;
  /** Where the reason comes from, if it is not evident: a paper, an issue thread of another trainer. */
  readonly source?: string;
}

/** One thing that is checked. Pure: the same input gives the same problems. */
export interface Rule extends RuleText {
  /** At most MAX_FINDINGS problems, and one more that counts the rest. */
  check(input: RuleInput): Problem[];
  /** What there is to say about what all rules have found; `codes` are those of all rules. */
  review?(found: readonly Problem[], input: RuleInput, codes: readonly string[]): Problem[];
}

/** A problem before its rule has put its name on it. */
export interface Finding {
  readonly path: Path;
  /** One sentence that names the value and the cure. */
  readonly message: string;
  readonly range: Range;
  /** Best first. */
  readonly fixes?: readonly Fix[] | undefined;
}

/** A rule in two strides: `find` lists every case, cheaply, and `tell` puts one into words, which may be dear. */
export interface RuleSource<Case> extends RuleText {
  readonly find: (input: RuleInput) => readonly Case[];
  /** A config can make the same mistake ten thousand times, so only so many are told. */
  readonly tell: (found: Case, input: RuleInput) => Finding;
}

export function defineRule<Case>({ find, tell, ...text }: RuleSource<Case>): Rule {
  const { code, level } = text;
  const problemOf = (finding: Finding): Problem => asProblem(code, level, finding);
  const check = (input: RuleInput): Problem[] => {
    const cases = find(input);
    const told = cases.slice(0, MAX_FINDINGS).map((found) => problemOf(tell(found, input)));
    const rest = cases
      .slice(MAX_FINDINGS, MAX_FINDINGS + 1)
      .map((found) => problemOf(countRest(tell(found, input), cases.length - MAX_FINDINGS)));
    return [...told, ...rest];
  };
  return { ...text, check };
}

function countRest({ path, range }: Finding, count: number): Finding {
  const subject = count === 1 ? '1 more problem of this kind is' : `${count} more problems of this kind are`;
  return { path, range, message: `${subject} not listed: correct those above first.` };
}

function asProblem(code: string, level: Level, { path, message, range, fixes = [] }: Finding): Problem {
  return { code, level, message, range, key: formatPath(path), ...(fixes.length === 0 ? {} : { fixes }) };
}
