import { aboutConfig } from './about.ts';
import type { Surroundings } from './files.ts';
import { isIgnored, readIgnores } from './ignores.ts';
import { parseConfigText, type ParsedConfig } from './parse.ts';
import type { Problem } from './problem.ts';
import { RULES } from './rules/index.ts';
import type { RuleInput } from './rules/rule.ts';
import { schemaIssues } from './schemaIssues.ts';

export interface CheckedConfig {
  readonly parsed: ParsedConfig;
  /** In the order of the text. */
  readonly problems: Problem[];
}

/** Everything there is to say about a config's text. Pure but for what `files`, `hub` and `facts` answer. */
export function checkConfig(text: string, surroundings: Surroundings): CheckedConfig {
  const parsed = parseConfigText(text);
  return { parsed, problems: checkParsed(parsed, surroundings) };
}

/** The same for a config that is parsed already. */
export function checkParsed(parsed: ParsedConfig, surroundings: Surroundings): Problem[] {
  return checkInput(ruleInput(parsed, surroundings));
}

/** The same where hints and estimates look at the config as well: what is known of it is worked out once. */
export function checkInput(input: RuleInput): Problem[] {
  const { parsed } = input;
  const found = RULES.flatMap((rule) => rule.check(input));
  // What a line that is no YAML seems to say is not worth complaining about: it says something else once it is mended.
  const broken = new Set(parsed.problems.map(({ range }) => range.line));
  const ignores = readIgnores(parsed.text);
  const told = found
    .filter(({ code, range }) => code === 'config.syntax' || !broken.has(range.line))
    .filter((problem) => !isIgnored(problem, ignores));
  const codes = RULES.map(({ code }) => code);
  const reviewed = RULES.flatMap((rule) => rule.review?.(found, input, codes) ?? []);
  return [...told, ...reviewed].sort((a, b) => a.range.offset - b.range.offset);
}

/** What rules, hints and estimates look at. */
export function ruleInput(parsed: ParsedConfig, surroundings: Surroundings): RuleInput {
  const about = aboutConfig(parsed, surroundings);
  return { ...surroundings, parsed, issues: schemaIssues(parsed.value), about };
}
