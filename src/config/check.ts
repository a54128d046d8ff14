import type { Surroundings } from './files.ts';
import { parseConfigText, type ParsedConfig } from './parse.ts';
import type { Problem } from './problem.ts';
import { RULES } from './rules/index.ts';
import { schemaIssues } from './schemaIssues.ts';

export interface CheckedConfig {
  readonly parsed: ParsedConfig;
  /** In the order of the text. */
  readonly problems: Problem[];
}

/** Everything there is to say about a config's text. Pure but for what `files` answers. */
export function checkConfig(text: string, surroundings: Surroundings): CheckedConfig {
  const parsed = parseConfigText(text);
  return { parsed, problems: checkParsed(parsed, surroundings) };
}

/** The same for a config that is parsed already. */
export function checkParsed(parsed: ParsedConfig, surroundings: Surroundings): Problem[] {
  const input = { parsed, issues: schemaIssues(parsed.value), ...surroundings };
  // What a line that is no YAML seems to say is not worth complaining about: it says something else once it is mended.
  const broken = new Set(parsed.problems.map(({ range }) => range.line));
  return RULES.flatMap((rule) => rule.check(input))
    .filter(({ code, range }) => code === 'config.syntax' || !broken.has(range.line))
    .sort((a, b) => a.range.offset - b.range.offset);
}
